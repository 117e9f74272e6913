#include "app/upkeep/retention.h"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "domain/profile.h"
#include "support/engine.h"
#include "support/virtual_loop.h"

namespace sms_notifier::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::sys_days;
using namespace std::chrono_literals;

/// So many old records, and a note of when they were asked for.
class CountedRecords final : public OldRecords {
 public:
  explicit CountedRecords(Clock& clock) : clock_(clock) {}

  base::task<int> prune(RetentionCuts cuts, int limit) override {
    asked_at.push_back(clock_.now());
    last_cuts = cuts;
    if (failing) throw std::runtime_error("disk I/O error");
    const int step = std::min(left, limit);
    left -= step;
    co_return step;
  }

  int left = 0;
  bool failing = false;
  RetentionCuts last_cuts;
  std::vector<base::Instant> asked_at;

 private:
  Clock& clock_;
};

class RetentionIn : public ::testing::Test {
 protected:
  static constexpr base::Instant start{sys_days{2026y / 9 / 15} + 12h};

  test_support::VirtualLoop loop{start};
  CountedRecords records{loop};
  test_support::NoChance chance;
  std::vector<RetentionReport> told;
  bool unsure = false;      ///< what time it is
  base::Duration ahead{0};  ///< our clock
  Retention retention{records,
                      loop,
                      chance,
                      {},
                      [this] { return unsure ? std::nullopt : std::optional(loop.now() - ahead); },
                      [this](const RetentionReport& report) { told.push_back(report); }};
};

TEST(RetentionCutsOf, AreThatManyMonthsAgoByTheCalendar) {
  const RetentionCuts cuts = retention_cuts({25, 12}, base::Instant{sys_days{2026y / 9 / 15} + 12h});
  EXPECT_EQ(cuts.records, base::Instant{sys_days{2024y / 8 / 15}});
  EXPECT_EQ(cuts.audit, base::Instant{sys_days{2025y / 9 / 15}});
}

TEST(RetentionCutsOf, AreTheLastDayOfAShorterMonth) {
  const RetentionCuts cuts = retention_cuts({6, 0}, base::Instant{sys_days{2026y / 8 / 31} + 1h});
  EXPECT_EQ(cuts.records, base::Instant{sys_days{2026y / 2 / 28}});
}

TEST(RetentionCutsOf, ZeroMonthsKeepForEver) {
  const RetentionCuts cuts = retention_cuts({0, 0}, base::Instant{sys_days{2026y / 9 / 15}});
  EXPECT_FALSE(cuts.records || cuts.contacts || cuts.audit);
}

TEST(RetentionCutsOf, ContactsAreKeptAsLongAsTheLongestCooldown) {
  const base::Instant now{sys_days{2026y / 9 / 15}};
  EXPECT_EQ(retention_cuts({4, 4}, now).contacts, now - contacts_kept_min);
  EXPECT_EQ(retention_cuts({25, 4}, now).contacts, retention_cuts({25, 4}, now).records);
  domain::ProfileForm form = test_support::Engine::form();
  form.account = "owner@clinic.example";
  form.cooldown = std::to_string(std::chrono::duration_cast<hours>(contacts_kept_min).count());
  EXPECT_FALSE(domain::check(form));
}

TEST_F(RetentionIn, ErasesAllOldRecordsInStepsOnceADay) {
  records.left = 1050;
  loop.spawn(retention.run());
  loop.run_for(minutes{10});
  EXPECT_EQ(records.left, 0);
  EXPECT_EQ(records.asked_at.size(), 7U);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].erased, 1050);
  loop.run_for(hours{23});
  EXPECT_EQ(records.asked_at.size(), 7U);
  loop.run_for(hours{1});
  EXPECT_EQ(records.asked_at.size(), 8U);
}

TEST_F(RetentionIn, ErasesNothingUntilAnHourAfterItWasUnsureWhatTimeItIs) {
  records.left = 1;
  unsure = true;
  loop.spawn(retention.run());
  loop.run_for(minutes{10});
  unsure = false;
  loop.run_for(minutes{30});
  EXPECT_EQ(records.left, 1);
  loop.run_for(minutes{30});
  EXPECT_EQ(records.left, 0);
}

TEST_F(RetentionIn, GoesByTheTimeThatItIsTold) {
  ahead = days{400};
  records.left = 1;
  loop.spawn(retention.run());
  loop.run_for(minutes{10});
  EXPECT_EQ(records.last_cuts.records, base::Instant{sys_days{2023y / 7 / 11}});
}

TEST_F(RetentionIn, DoesNothingInTheFirstMinutesAfterAStart) {
  records.left = 1;
  loop.spawn(retention.run());
  loop.run_for(minutes{4});
  EXPECT_TRUE(records.asked_at.empty());
}

TEST_F(RetentionIn, LetsOthersWorkBetweenTwoSteps) {
  records.left = 500;
  loop.spawn(retention.run());
  loop.run_for(minutes{10});
  ASSERT_GE(records.asked_at.size(), 3U);
  for (std::size_t i = 1; i < records.asked_at.size(); ++i)
    EXPECT_GT(records.asked_at[i], records.asked_at[i - 1]);
}

TEST_F(RetentionIn, AFailureIsToldAndTriedAgainAnHourLater) {
  records.left = 1;
  records.failing = true;
  loop.spawn(retention.run());
  loop.run_for(minutes{10});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].trouble, "disk I/O error");
  records.failing = false;
  loop.run_for(hours{1});
  EXPECT_EQ(records.left, 0);
}

TEST_F(RetentionIn, StopsBetweenTwoSteps) {
  records.left = 1'000'000;
  bool ended = false;
  const auto run = [&]() -> base::task<> {
    co_await retention.run();
    ended = true;
  };
  loop.spawn(run());
  loop.run_for(minutes{5} + std::chrono::seconds{1});
  const std::size_t asked = records.asked_at.size();
  EXPECT_GT(asked, 1U);
  retention.stop();
  loop.run_for(days{2});
  EXPECT_TRUE(ended);
  EXPECT_EQ(records.asked_at.size(), asked);
}

TEST_F(RetentionIn, StopsAtOnceWhileItWaitsForTheNextDay) {
  bool ended = false;
  const auto run = [&]() -> base::task<> {
    co_await retention.run();
    ended = true;
  };
  loop.spawn(run());
  loop.run_for(hours{2});
  retention.stop();
  loop.run_for(std::chrono::seconds{0});
  EXPECT_TRUE(ended);
}

TEST_F(RetentionIn, WhatIsOldMovesOnWithTheDays) {
  loop.spawn(retention.run());
  loop.run_for(hours{1});
  const auto before = records.last_cuts.records;
  loop.run_for(days{40});
  EXPECT_GT(records.last_cuts.records, before);
}

}  // namespace
}  // namespace sms_notifier::app
