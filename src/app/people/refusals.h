#pragma once

#include <map>

#include "app/ports/audit_trail.h"
#include "base/task.h"

namespace sms_notifier::app {

/// Writes down who was refused, and keeps a flood of refusals from flooding the audit trail: of each kind the
/// first ones of a minute have rows of their own, the others are counted. A refusal stays one when it cannot
/// be written down. Belongs to one loop.
class Refusals {
 public:
  explicit Refusals(AuditTrail& trail) : trail_(trail) {}

  /// `row` says what was refused, and to whom.
  base::task<> note(AuditRow row);
  /// Writes down how many had no rows in the minutes that are over.
  base::task<> write_counts(base::Instant now);

 private:
  struct Minute {
    base::Instant began_at;
    int rows = 0;
    int counted = 0;  ///< and not written down yet
    bool is_over(base::Instant now) const;
  };

  AuditTrail& trail_;
  std::map<AuditAction, Minute> minutes_;
};

}  // namespace sms_notifier::app
