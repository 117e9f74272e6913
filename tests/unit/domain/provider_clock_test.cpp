#include "domain/provider_clock.h"

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// The provider, whose clock is right, and a machine whose wall clock may be set wrong.
class ClockOfTheProvider : public ::testing::Test {
 protected:
  ClockReadings ours() const { return {now + passed + wall_ahead, base::Monotonic{hours{7}} + steady}; }
  base::Instant right() const { return now + passed; }
  void pass(base::Duration time) {
    passed += time;
    steady += time;
  }
  /// The machine is halted, with its steady clock, and its wall clock is set right afterwards.
  void halt(base::Duration time) { passed += time; }

  void answer(base::Duration took = milliseconds{300}, base::Duration odd_by = seconds{0}) {
    pass(took);
    clock.take({std::chrono::floor<seconds>(right() + odd_by), took}, ours());
  }
  base::Duration off() const { return clock.now(ours()) - right(); }
  ClockStanding standing() const { return clock.standing(ours()); }

  base::Duration wall_ahead{0};
  ProviderClock clock;

 private:
  base::Duration passed{0};
  base::Duration steady{0};
};

TEST_F(ClockOfTheProvider, IsOursUntilAnAnswerTellsOfIt) {
  wall_ahead = hours{3};
  EXPECT_EQ(standing(), ClockStanding::Unheard);
  EXPECT_EQ(off(), hours{3});
  EXPECT_FALSE(clock.ahead(ours()));
}

TEST_F(ClockOfTheProvider, IsBelievedAtOnceWhenOursAgrees) {
  wall_ahead = seconds{-90};
  answer();
  EXPECT_EQ(standing(), ClockStanding::Together);
  EXPECT_EQ(clock.now(ours()), ours().wall) << "a difference that does not matter changes nothing";
  EXPECT_NEAR(base::to_seconds(*clock.ahead(ours())), -90, 1.5);
}

TEST_F(ClockOfTheProvider, IsBelievedBySecondWordWhenOursIsSixHoursBehindAtAStart) {
  wall_ahead = hours{-6};
  answer();
  EXPECT_EQ(standing(), ClockStanding::Unsure);
  EXPECT_LT(std::chrono::abs(off()), seconds{2}) << "the later of the two, so that nothing stale goes out";
  pass(seconds{10});
  answer();
  EXPECT_EQ(standing(), ClockStanding::Apart);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
  EXPECT_NEAR(base::to_seconds(*clock.ahead(ours())), -6 * 3600, 1.5);
}

TEST_F(ClockOfTheProvider, IsBelievedBySecondWordWhenOursIsTwentyMinutesAhead) {
  wall_ahead = minutes{20};
  answer();
  EXPECT_EQ(off(), minutes{20});
  EXPECT_LT(std::chrono::abs(clock.last_told(ours()) - right()), seconds{2}) << "for the days to ask for";
  answer();
  EXPECT_EQ(standing(), ClockStanding::Apart);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
}

TEST_F(ClockOfTheProvider, IsCarriedOnByTheSteadyClockWhenOursIsSetWrongWhileItRuns) {
  answer();
  wall_ahead = hours{1};
  EXPECT_EQ(standing(), ClockStanding::Unsure) << "noticed before any answer";
  EXPECT_EQ(off(), hours{1}) << "the machine may as well have been halted for an hour";
  answer();
  EXPECT_EQ(standing(), ClockStanding::Apart);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
  wall_ahead = seconds{0};
  EXPECT_EQ(standing(), ClockStanding::Unsure);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
  answer();
  EXPECT_EQ(standing(), ClockStanding::Together);
}

TEST_F(ClockOfTheProvider, IsTakenUpAgainAfterTheMachineWasHalted) {
  answer();
  halt(hours{8});
  EXPECT_EQ(standing(), ClockStanding::Unsure);
  EXPECT_EQ(off(), seconds{0}) << "never earlier than it may be";
  answer();
  EXPECT_EQ(standing(), ClockStanding::Together);
  EXPECT_EQ(off(), seconds{0});
}

TEST_F(ClockOfTheProvider, IsTakenUpAgainWhenTheMachineWasHaltedAndItsWallClockStayedBehind) {
  answer();
  halt(hours{8});
  wall_ahead = hours{-8};
  EXPECT_EQ(standing(), ClockStanding::Together) << "nothing shows it yet";
  answer();
  EXPECT_EQ(standing(), ClockStanding::Unsure);
  answer();
  EXPECT_EQ(standing(), ClockStanding::Apart);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
}

TEST_F(ClockOfTheProvider, IsNotMovedByOneOddDate) {
  answer();
  for (const base::Duration odd : {base::Duration(hours{-5}), base::Duration(hours{24 * 3650})}) {
    answer(milliseconds{300}, odd);
    EXPECT_EQ(standing(), ClockStanding::Unsure);
    EXPECT_EQ(off(), seconds{0});
    answer();
    EXPECT_EQ(standing(), ClockStanding::Together);
  }
}

TEST_F(ClockOfTheProvider, IsNotMovedByOneOddDateWhileOursIsWrong) {
  wall_ahead = hours{3};
  answer();
  answer();
  answer(milliseconds{300}, hours{-5});
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
  answer();
  EXPECT_EQ(standing(), ClockStanding::Apart);
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
}

TEST_F(ClockOfTheProvider, IsNotHeededWhenNoTwoAnswersSayTheSame) {
  for (int i = 1; i <= 4; ++i) answer(milliseconds{300}, hours{i * i});
  EXPECT_EQ(standing(), ClockStanding::Unheard);
  EXPECT_EQ(off(), seconds{0});
  answer();
  EXPECT_EQ(standing(), ClockStanding::Together);
}

TEST_F(ClockOfTheProvider, IsKnownToTheSecondAlthoughAnswersTakeLong) {
  wall_ahead = hours{1};
  answer();
  answer();
  for (int i = 0; i < 10; ++i) answer(seconds{85});
  EXPECT_LT(std::chrono::abs(off()), seconds{2});
}

TEST_F(ClockOfTheProvider, IsFollowedThroughTheDriftOfOurSteadyClock) {
  wall_ahead = hours{1};
  answer();
  for (int i = 0; i < 100; ++i) {
    answer();
    halt(seconds{1});
    wall_ahead -= seconds{1};
  }
  EXPECT_LT(std::chrono::abs(off()), seconds{4});
}

}  // namespace
}  // namespace sms_notifier::domain
