#pragma once

#include <optional>

#include "base/time.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// The days to ask getCDR for, both included, on the provider's wall clock (docs/provider/calls.md, "Time
/// zone").
struct PollWindow {
  Day from;
  Day to;
  friend bool operator==(const PollWindow&, const PollWindow&) = default;
};

/// From the day on which the oldest call worth recording may lie to today: what has happened since the last
/// good poll, and at least the catch-up time. Once every `full_look_interval` the window starts a day
/// earlier, so that rows which appear hours late are recorded too.
struct PollWindowInput {
  base::Instant now;
  std::optional<base::Instant> last_good_poll;
  base::Duration catch_up{0};
  bool full_look = false;
};
PollWindow poll_window(const PollWindowInput& input, const TimeZone& zone);

constexpr base::Duration full_look_interval = std::chrono::minutes{5};
/// After a longer outage older calls are no longer looked for: getCDR takes at most 92 days.
constexpr base::Duration outage_max = std::chrono::days{31};

}  // namespace sms_notifier::domain
