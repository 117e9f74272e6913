// A caller who wrote STOP gets no text, however short a time ago and to whichever number.

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;

class CallerWordsIn : public ::testing::Test {
 protected:
  CallerWordsIn() { engine.run_profile(engine.add_profile(Engine::form())); }
  void start() {
    engine.start();
    engine.run_for(minutes{10});
  }
  void wrote(const std::string& body, base::Duration ago = {}, const std::string& to = Engine::did,
             domain::MessageKind kind = domain::MessageKind::Sms) {
    const domain::TextMessage text{*domain::Did::parse(to), *domain::PhoneNumber::parse(a_caller), body};
    engine.provider->received.push_back({text, kind, std::to_string(++id), engine.loop->now() - ago});
  }
  void missed_call(const std::string& key) {
    engine.call(key, a_caller, seconds{0});
    engine.run_for(minutes{3});  // later calls are calls of their own
  }

  Engine engine;
  int id = 100;
};

TEST_F(CallerWordsIn, StopThreeSecondsBeforeTheCallIsObeyed) {
  start();
  wrote("STOP", seconds{3});
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.events.count<CallerOptedOut>(), 1U);
  missed_call("b");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(CallerWordsIn, TheTextWaitsForAListThatTakesFiveSeconds) {
  start();
  engine.provider->list_latency = seconds{5};
  wrote("STOP", seconds{3});
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(CallerWordsIn, BothListsAreReadAtOnceSoThatStopByMmsIsKnownInTime) {
  start();
  engine.provider->list_latency = seconds{6};
  wrote("STOP", seconds{3}, Engine::did, domain::MessageKind::Mms);
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(CallerWordsIn, StopToAnotherNumberOfTheAccountIsObeyed) {
  start();
  wrote("Arrêt svp", minutes{20}, Engine::other_did);
  missed_call("a");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(CallerWordsIn, StopWhileTheServiceWasOffForFourDaysIsObeyed) {
  start();
  engine.kill();
  engine.run_for(hours{1});
  wrote("stop please");
  engine.run_for(days{4});
  engine.start();
  engine.run_for(seconds{1});
  missed_call("a");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(CallerWordsIn, StartAfterStopIsObeyedAsWell) {
  start();
  wrote("STOP", minutes{2});
  missed_call("a");
  ASSERT_EQ(engine.texts(), 0U);
  wrote("START");
  missed_call("b");
  EXPECT_EQ(engine.events.count<CallerOptedIn>(), 1U);
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(CallerWordsIn, AListThatCannotBeReadHoldsNoTextUp) {
  start();
  engine.provider->list_trouble = Trouble{TroubleKind::Maintenance, test_support::said("method_maintenance")};
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{21});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(CallerWordsIn, ASlowListHoldsATextForTenSeconds) {
  start();
  engine.provider->list_latency = minutes{1};
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{22});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(CallerWordsIn, OneLookServesAllCallsThatAreRecordedTogether) {
  start();
  engine.provider->received_lists = 0;
  for (int n = 0; n < 20; ++n)
    engine.call("c" + std::to_string(n), "555123" + std::to_string(1000 + n), seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 20U);
  EXPECT_EQ(engine.provider->received_lists, 2) << "SMS and MMS";
}

}  // namespace
}  // namespace sms_notifier::app
