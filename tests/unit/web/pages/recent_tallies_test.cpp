#include "web/pages/recent_tallies.h"

#include <gtest/gtest.h>

#include "support/memory_store.h"
#include "support/run_task.h"

namespace sms_notifier::web {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::Instant noon{hours{24 * 20'000 + 12}};

/// A store with calls, and what is counted in it.
struct Figures {
  test_support::MemoryStore store;
  RecentTallies tallies{store, std::chrono::days{30}};

  void call(base::Instant at) {
    const auto did = domain::Did::parse("5550100199").value();
    const std::string key = std::to_string(at.time_since_epoch().count());
    const domain::Call call{{}, did, {{key, at, domain::Disposition::NoAnswer, seconds{0}}}};
    std::vector<app::DecidedCall> calls{
        {call, domain::ProfileId(1), domain::Skip{domain::SkipReason::TooOld}, at, {}}};
    test_support::run_task(store.record(domain::AccountId(1), calls));
  }
  int calls_at(base::Instant now) {
    int sum = 0;
    for (const app::HourTally& tally : test_support::run_task(tallies.until(now))) sum += tally.calls;
    return sum;
  }
};

TEST(RecentTallies, CountEachCallOfThePeriodOnce) {
  Figures figures;
  for (const hours ago : {hours{721}, hours{700}, hours{3}, hours{2}, hours{1}, hours{0}})
    figures.call(noon - ago);
  EXPECT_EQ(figures.calls_at(noon), 5);
  EXPECT_EQ(figures.calls_at(noon + seconds{59}), 5);
  EXPECT_EQ(figures.calls_at(noon + minutes{1}), 5);
}

TEST(RecentTallies, ShowACallAtOnce) {
  Figures figures;
  EXPECT_EQ(figures.calls_at(noon), 0);
  figures.call(noon + seconds{1});
  EXPECT_EQ(figures.calls_at(noon + seconds{2}), 1);
}

TEST(RecentTallies, CountHoursThatAreLongOverOnceAMinute) {
  Figures figures;
  EXPECT_EQ(figures.calls_at(noon), 0);
  figures.call(noon - hours{5});
  EXPECT_EQ(figures.calls_at(noon + seconds{59}), 0);
  EXPECT_EQ(figures.calls_at(noon + minutes{1}), 1);
}

TEST(RecentTallies, CountAnewWhenTheClockWasSetBack) {
  Figures figures;
  EXPECT_EQ(figures.calls_at(noon), 0);
  figures.call(noon - hours{6});
  EXPECT_EQ(figures.calls_at(noon - hours{5}), 1);
}

}  // namespace
}  // namespace sms_notifier::web
