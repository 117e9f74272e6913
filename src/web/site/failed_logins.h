#pragma once

#include <optional>

#include "base/time.h"

namespace sms_notifier::web {

/// Keeps a flood of wrong passwords from flooding the audit trail: the first ones of a minute get rows of
/// their own, the others are counted. Pure: time is passed in.
class FailedLogins {
 public:
  /// One more; whether it gets a row of its own.
  bool note(base::Instant now);
  /// How many got none in the minute that is over; nothing while it is not, and after it was asked for.
  std::optional<int> take_count(base::Instant now);

 private:
  base::Instant minute_began_;
  int rows_ = 0;
  int counted_ = 0;
};

}  // namespace sms_notifier::web
