#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"

namespace sms_notifier::app {

/// A row of the `log` table: what happened, in words that a receptionist reads.
struct LogRow {
  std::string company;  ///< the account's e-mail; empty for what concerns the whole service
  std::optional<domain::ProfileId> profile;
  base::Instant at;
  std::string record;
};

class LogBook {
 public:
  virtual ~LogBook() = default;
  virtual base::task<> append(std::vector<LogRow> rows) = 0;
  /// Newest first.
  virtual base::task<std::vector<LogRow>> rows(std::optional<std::string> company, std::size_t limit) = 0;
};

}  // namespace sms_notifier::app
