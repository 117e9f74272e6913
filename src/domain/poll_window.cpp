#include "domain/poll_window.h"

#include <algorithm>

namespace sms_notifier::domain {

PollWindow poll_window(const PollWindowInput& input, const TimeZone& zone) {
  // Clocks on both sides may differ a little; around midnight that must not cost a day.
  constexpr base::Duration clock_slack = std::chrono::minutes{5};

  base::Instant oldest = input.now - input.catch_up;
  if (input.last_good_poll) oldest = std::min(oldest, *input.last_good_poll);
  oldest = std::max(oldest, input.now - outage_max) - clock_slack;

  const Day to = zone.day_of(input.now + clock_slack);
  Day from = zone.day_of(oldest);
  if (input.full_look) from = std::min(from, zone.day_of(input.now) - std::chrono::days{1});
  return {from, to};
}

}  // namespace sms_notifier::domain
