#include "web/pages/recent_tallies.h"

#include <algorithm>

namespace sms_notifier::web {
namespace {

constexpr base::Duration recount_interval = std::chrono::minutes{1};
constexpr std::chrono::hours young_for{2};

}  // namespace

base::task<std::vector<app::HourTally>> RecentTallies::until(base::Instant now) {
  const bool kept = counted_at_ && *counted_at_ <= now && now - *counted_at_ < recount_interval;
  const base::Instant from = kept ? young_since_ : now - period_;
  // Taken before the wait, in which another visit may count anew.
  std::vector<app::HourTally> tallies = kept ? old_ : std::vector<app::HourTally>();
  const std::vector<app::HourTally> counted = co_await history_.tallies(std::nullopt, from);
  if (!kept) {
    counted_at_ = now;
    young_since_ = std::chrono::floor<std::chrono::hours>(now) - young_for;
    const auto young = std::find_if(counted.begin(), counted.end(), [this](const app::HourTally& tally) {
      return tally.hour >= young_since_;
    });
    old_.assign(counted.begin(), young);
  }
  tallies.insert(tallies.end(), counted.begin(), counted.end());
  co_return tallies;
}

}  // namespace sms_notifier::web
