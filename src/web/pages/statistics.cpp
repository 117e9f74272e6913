#include "web/pages/statistics.h"

#include <algorithm>

namespace sms_notifier::web {

void Count::add(const app::HourTally& tally) {
  calls += tally.calls;
  missed += tally.missed;
  texted += tally.texted;
}

std::vector<DayCount> by_day(const std::vector<app::HourTally>& tallies, domain::Day today, int days,
                             const domain::TimeZone& zone) {
  std::vector<DayCount> counts;
  for (int back = days - 1; back >= 0; --back) counts.push_back({today - std::chrono::days{back}, {}});
  for (const app::HourTally& tally : tallies) {
    const auto index = (zone.day_of(tally.hour) - counts.front().day).count();
    if (index >= 0 && index < days) counts[static_cast<std::size_t>(index)].count.add(tally);
  }
  return counts;
}

std::array<Count, 24> by_hour(const std::vector<app::HourTally>& tallies, const domain::TimeZone& zone) {
  std::array<Count, 24> counts{};
  for (const app::HourTally& tally : tallies) {
    const auto since_midnight = zone.wall_time(tally.hour).time.time_since_epoch() % std::chrono::days{1};
    counts[static_cast<std::size_t>(std::chrono::floor<std::chrono::hours>(since_midnight).count())].add(
        tally);
  }
  return counts;
}

std::array<int, reply_time_limits.size() + 1> by_reply_time(const std::vector<base::Duration>& times) {
  std::array<int, reply_time_limits.size() + 1> counts{};
  for (const base::Duration time : times) {
    const auto limit = std::find_if(reply_time_limits.begin(), reply_time_limits.end(),
                                    [&](int seconds) { return time <= std::chrono::seconds{seconds}; });
    ++counts[static_cast<std::size_t>(limit - reply_time_limits.begin())];
  }
  return counts;
}

base::Duration median(std::vector<base::Duration> times) {
  if (times.empty()) return base::Duration::zero();
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace sms_notifier::web
