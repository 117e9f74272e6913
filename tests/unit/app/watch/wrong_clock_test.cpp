// This computer's clock is wrong, and VoIP.ms' answers tell the time: what is decided follows their clock.

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;

class WrongClock : public ::testing::Test {
 protected:
  /// `ahead`: our clock, less than 0 when it is behind.
  void start(base::Duration ahead = seconds{0}) {
    engine.provider->ahead = -ahead;
    engine.provider->latency = milliseconds{300};
    engine.run_profile(engine.add_profile(Engine::form()));
    engine.start();
  }
  /// A row that is listed from now on, of a new caller.
  std::string call(base::Duration ago) {
    std::string key = "call-" + std::to_string(++calls);
    engine.call(key, "555987" + std::to_string(1000 + calls), ago);
    return key;
  }
  std::string told() const {
    const auto all = engine.events.all<ClockApart>();
    return all.empty() ? "" : domain::in_english(domain::clock_in_words(all.back().ahead));
  }

  Engine engine;
  int calls = 0;
};

TEST_F(WrongClock, SixHoursBehindAtAStartTextsNoCallOfFiveAndAHalfHoursAgo) {
  engine.provider->ahead = hours{6};
  const std::string stale = call(hours{5} + minutes{30});
  const std::string fresh = call(seconds{20});
  start(hours{-6});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.decision(stale), "too_old");
  EXPECT_EQ(engine.decision(fresh), "reply");
  EXPECT_EQ(told(), "This computer's clock is 6 h 0 min behind VoIP.ms' clock");
}

TEST_F(WrongClock, TwentyMinutesAheadDoesNotMakeEveryCallTooOld) {
  start(minutes{20});
  for (int n = 0; n < 3; ++n) {
    const std::string key = call(seconds{20});
    engine.run_for(seconds{15});
    EXPECT_EQ(engine.decision(key), "reply");
  }
  EXPECT_EQ(told(), "This computer's clock is 20 min ahead of VoIP.ms' clock");
}

TEST_F(WrongClock, AnHourAheadForTwentySecondsLosesNoCall) {
  start();
  engine.run_for(minutes{1});
  engine.loop->jump_wall_clock(hours{1});
  std::vector<std::string> keys;
  for (int n = 0; n < 5; ++n) {
    keys.push_back(call(seconds{3}));
    engine.run_for(seconds{4});
  }
  engine.loop->jump_wall_clock(hours{-1});
  engine.run_for(seconds{15});
  for (const std::string& key : keys) EXPECT_EQ(engine.decision(key), "reply") << key;
  EXPECT_EQ(engine.events.count<ClockApart>(), 1U);
  EXPECT_EQ(engine.events.count<ClockTogether>(), 1U);
}

TEST_F(WrongClock, AnHourAheadWhileATextWaitsDoesNotLoseItHoweverSeldomVoipmsIsAsked) {
  domain::ProfileForm form = Engine::form();
  form.wait = "30";
  engine.options.poll_interval = minutes{1};
  engine.run_profile(engine.add_profile(form));
  const std::string key = call(seconds{20});
  engine.start();
  engine.run_for(seconds{29});
  engine.loop->jump_wall_clock(hours{1});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.reply_state(key), "reserved") << "it is unsure what time it is";
  engine.run_for(seconds{45});
  EXPECT_EQ(engine.reply_state(key), "sent");
}

TEST(AClockThatIs, DaysAwayDoesNotHideTheCallsOfToday) {
  for (const base::Duration ahead : {hours{-48}, hours{48}, hours{-24 * 400}, hours{24 * 400}}) {
    SCOPED_TRACE(base::to_seconds(ahead) / 86400);
    Engine fresh;
    fresh.provider->ahead = -ahead;
    fresh.run_profile(fresh.add_profile(Engine::form()));
    fresh.start();
    fresh.call("a", a_caller, seconds{20});
    fresh.run_for(seconds{15});
    EXPECT_EQ(fresh.decision("a"), "reply");
  }
}

TEST_F(WrongClock, IsKnownASecondLaterWhenTheFirstAnswerIsTheOnlyOne) {
  engine.provider->odd_by = {hours{3}};  // of the list of numbers
  start(hours{-48});
  const std::string key = call(seconds{20});
  engine.run_for(milliseconds{500});
  EXPECT_EQ(engine.decision(key), "");
  engine.run_for(milliseconds{1500});
  EXPECT_EQ(engine.decision(key), "reply");
}

TEST_F(WrongClock, IsToldOnceAndOnceThatItIsRightAgain) {
  start(minutes{-7});
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.events.count<ClockApart>(), 1U);
  EXPECT_EQ(engine.events.count<ClockTogether>(), 0U);
  engine.loop->jump_wall_clock(minutes{7});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.events.count<ClockApart>(), 1U);
  EXPECT_EQ(engine.events.count<ClockTogether>(), 1U);
}

TEST_F(WrongClock, IsToldAgainWhenItIsWrongByAnotherTime) {
  start(minutes{-7});
  engine.run_for(minutes{1});
  engine.loop->jump_wall_clock(hours{5});
  engine.run_for(minutes{1});
  EXPECT_EQ(told(), "This computer's clock is 4 h 53 min ahead of VoIP.ms' clock");
  EXPECT_EQ(engine.events.count<ClockTogether>(), 0U);
}

TEST_F(WrongClock, IsNotSaidOfOneOddDate) {
  start();
  engine.run_for(minutes{1});
  const std::string key = call(seconds{20});
  engine.provider->odd_by = {hours{-5}};
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.decision(key), "reply") << "decided a second later";
  EXPECT_EQ(told(), "");
}

TEST_F(WrongClock, ByAMinuteIsNoMatter) {
  start(seconds{-60});
  const std::string key = call(seconds{20});
  engine.run_for(seconds{5});
  EXPECT_EQ(engine.decision(key), "reply");
  EXPECT_EQ(told(), "");
}

TEST_F(WrongClock, IsAllThereIsWhenAnswersTellNoDate) {
  engine.provider->tells_date = false;
  start();
  const std::string key = call(seconds{20});
  engine.run_for(seconds{5});
  EXPECT_EQ(engine.decision(key), "reply");
}

TEST_F(WrongClock, DoesNotKeepCallsFromBeingDecidedWhenDatesAreWorthNothing) {
  for (int n = 0; n < 40; ++n) engine.provider->odd_by.push_back(hours{n * n + 1});
  start();
  const std::string key = call(seconds{20});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.decision(key), "reply");
}

TEST_F(WrongClock, IsInTheMeasuredOffsetOfEveryPoll) {
  start(minutes{-7});
  engine.run_for(minutes{1});
  const std::optional<base::Duration> ahead = engine.events.all<PollFinished>().back().clock_ahead;
  ASSERT_TRUE(ahead);
  EXPECT_NEAR(base::to_seconds(*ahead), -420, 1.5);
}

}  // namespace
}  // namespace sms_notifier::app
