#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;
using test_support::lost;

/// Our clock is wrong while it is not known what became of a text.
class AWrongClock : public ::testing::Test {
 protected:
  AWrongClock() {
    domain::ProfileForm form = Engine::form();
    form.cooldown = "0";
    engine.run_profile(engine.add_profile(form));
  }
  void lose_a_text(bool delivered) {
    engine.start();
    engine.run_for(minutes{1});
    engine.provider->next_submissions.push_back({lost, delivered});
    engine.call("a", a_caller, seconds{5});
    engine.run_for(seconds{15});
    ASSERT_EQ(engine.reply_state("a"), "unknown");
  }

  Engine engine;
};

TEST_F(AWrongClock, ThatIsThreeHoursBehindMakesNoSecondTextWhereListsRewordAndNoCooldownHolds) {
  lose_a_text(true);
  engine.provider->delivered.at(0).text.body = "Our office will call you back.";
  engine.loop->jump_wall_clock(-hours{3});
  engine.run_for(hours{2});
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.events.count<ClockApart>(), 1U);
}

TEST_F(AWrongClock, ThatIsTwoDaysBehindFindsTheLostTextAllTheSame) {
  engine.loop->jump_wall_clock(-hours{48});
  lose_a_text(true);
  engine.run_for(hours{2});
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.events.count<ClockApart>(), 1U);
}

TEST_F(AWrongClock, MakesNoSecondIntentUntilItIsRightAgain) {
  lose_a_text(false);
  engine.loop->jump_wall_clock(minutes{5});
  engine.run_for(minutes{9});
  EXPECT_EQ(engine.provider->submissions, 1);
  engine.loop->jump_wall_clock(-minutes{5});
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.provider->submissions, 2);
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

}  // namespace
}  // namespace sms_notifier::app
