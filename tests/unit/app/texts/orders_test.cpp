// Texts that the owner orders while the service runs.
#include <gtest/gtest.h>

#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;
using test_support::lost;

/// A running engine that has had time to believe the ledger.
class AnOrder : public ::testing::Test {
 protected:
  AnOrder() {
    profile = engine.add_profile(Engine::form());
    engine.run_profile(profile);
    engine.start();
    engine.run_for(minutes{10});
  }
  /// A call that was seen only when it was too old.
  void old_call() {
    engine.call("a", "5551234567", hours{1});
    engine.run_for(seconds{12});
    ASSERT_EQ(engine.decision("a"), "too_old");
  }
  /// A call whose text may be out, while the provider does not say what it sent.
  void uncertain_call(bool delivered) {
    engine.provider->next_submissions.push_back({lost, delivered});
    engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
    engine.call("a", "5551234567", seconds{0});
    engine.run_for(minutes{90});
    ASSERT_EQ(engine.reply_state("a"), "uncertain");
  }
  void order() { ASSERT_TRUE(std::holds_alternative<Ordered>(engine.order("a"))); }
  domain::OrderRefusal refusal() { return std::get<domain::OrderRefusal>(engine.order("a")); }

  Engine engine;
  domain::ProfileId profile;
};

TEST_F(AnOrder, OfACallThatWasTooOldGoesOutOnceAndAtOnce) {
  old_call();
  order();
  engine.run_for(seconds{1});
  EXPECT_EQ(engine.texts(), 1U);
  engine.run_for(hours{2});
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.decision("a"), "too_old");
  EXPECT_EQ(engine.events.count<TextSent>(), 1U);
}

TEST_F(AnOrder, OfAnUncertainTextSendsItOnceMore) {
  uncertain_call(false);
  order();
  engine.run_for(seconds{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  engine.run_for(hours{3});
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(AnOrder, OfATextThatIsListedByNowSendsNothing) {
  uncertain_call(true);
  engine.provider->list_trouble.reset();
  order();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(AnOrder, LeavesNeitherOfItsTextsUnexplained) {
  uncertain_call(true);
  order();
  engine.run_for(minutes{1});
  ASSERT_EQ(engine.texts(), 2U);
  engine.provider->list_trouble.reset();
  engine.run_for(hours{3});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.events.count<TextsElsewhere>(), 0U);
  EXPECT_EQ(engine.texts(), 2U);
}

TEST_F(AnOrder, WhoseAnswerIsLostIsFoundInTheProvidersList) {
  old_call();
  engine.provider->next_submissions.push_back({lost, true});
  order();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_TRUE(engine.events.all<TextSent>().at(0).reconciled);
}

TEST_F(AnOrder, WhoseTextIsLostEachTimeIsUncertainAndMayBeGivenAgain) {
  uncertain_call(false);
  engine.provider->list_trouble.reset();
  engine.provider->next_submissions = {{lost, false}, {lost, false}, {lost, false}};
  order();
  engine.run_for(hours{2});
  ASSERT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 4)
      << "one for the call, and as many for the order as its time allows";
  order();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(AnOrder, IsGoneOnWithAfterACrash) {
  uncertain_call(false);
  engine.provider->list_trouble.reset();
  order();
  engine.kill();
  engine.start();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(AnOrder, ThatTheServiceLearnsOfTooLateChangesNothing) {
  uncertain_call(false);
  engine.kill();
  order();
  engine.loop->run_for(hours{1});
  engine.start();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(AnOrder, OfAStoppedProfileIsRefused) {
  old_call();
  engine.stop_profile(profile);
  EXPECT_EQ(refusal(), domain::OrderRefusal::ProfileStopped);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.provider->submissions, 0);
}

TEST_F(AnOrder, WaitsForTheListWhileTheLedgerIsStrictlyDoubted) {
  engine.options.always_look = true;
  uncertain_call(false);
  engine.kill();
  engine.start();
  order();
  engine.run_for(minutes{16});
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
}

TEST_F(AnOrder, GivenAsTheEndOfTheTextCouldNotBeWrittenGoesOutOnce) {
  engine.provider->next_submissions.push_back({lost, false});
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  engine.call("a", "5551234567", seconds{0});
  engine.run_for(minutes{50});
  engine.store.fail_after_next_resolution = true;
  while (engine.reply_state("a") == "unknown") engine.run_for(seconds{1});
  order();
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.events.count<TextProvedAbsent>(), 0U);
  engine.run_for(hours{3});
  EXPECT_EQ(engine.texts(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
