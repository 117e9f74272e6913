#pragma once

#include <array>
#include <vector>

#include "app/ports/call_history.h"
#include "domain/wall_time.h"

namespace sms_notifier::web {

/// Calls counted for a place on a chart.
struct Count {
  int calls = 0;
  int missed = 0;
  int texted = 0;

  void add(const app::HourTally& tally);
};

struct DayCount {
  domain::Day day;
  Count count;
};

/// Each of the last `days` days up to `today`, on the business's clock, whether there were calls or not.
std::vector<DayCount> by_day(const std::vector<app::HourTally>& tallies, domain::Day today, int days,
                             const domain::TimeZone& zone);
/// By the hour of the business's clock.
std::array<Count, 24> by_hour(const std::vector<app::HourTally>& tallies, const domain::TimeZone& zone);

/// How many texts went out within 10 s, 20 s, 30 s, 1 min, 2 min, 5 min of the call's start, and later.
inline constexpr std::array<int, 6> reply_time_limits{10, 20, 30, 60, 120, 300};
std::array<int, reply_time_limits.size() + 1> by_reply_time(const std::vector<base::Duration>& times);

/// The one in the middle; zero when there is none.
base::Duration median(std::vector<base::Duration> times);

}  // namespace sms_notifier::web
