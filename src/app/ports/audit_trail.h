#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::app {

/// Who did what. Written when a person or a program changes something or tries to get in; never holds a
/// secret.
struct AuditRow {
  std::int64_t id = 0;  ///< given by the store, ascending
  base::Instant at;
  std::string user;     ///< name, as typed before a log-in; hostile text
  std::string address;  ///< where from; empty for the command line
  std::string action;   ///< a stable code: `login`, `login_failed`, `profile_edited`
  std::string subject;  ///< what it was done to; hostile text
};

class AuditTrail {
 public:
  virtual ~AuditTrail() = default;
  virtual base::task<> note(AuditRow row) = 0;
  /// Newest first, only rows with a smaller id when `before` is given.
  virtual base::task<std::vector<AuditRow>> audit_rows(std::optional<std::int64_t> before,
                                                       std::size_t limit) = 0;
};

}  // namespace sms_notifier::app
