#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// A row of the `log` table: what happened, as a receptionist reads it.
struct LogRow {
  std::int64_t id = 0;  ///< given by the store, ascending
  std::string company;  ///< the account's e-mail; empty for what concerns the whole service
  std::optional<domain::ProfileId> profile;
  base::Instant at;
  domain::Sentence what;
};

struct LogQuery {
  std::optional<std::string> company;  ///< whatever the case
  std::optional<std::int64_t> before;  ///< only rows with a smaller id: the next page
  std::size_t limit = 1000;
};

class LogBook {
 public:
  virtual ~LogBook() = default;
  virtual base::task<> append(std::vector<LogRow> rows) = 0;
  /// Newest first.
  virtual base::task<std::vector<LogRow>> rows(LogQuery query) = 0;
  /// Every company that has rows, by name, without the empty one.
  virtual base::task<std::vector<std::string>> companies() = 0;
};

}  // namespace sms_notifier::app
