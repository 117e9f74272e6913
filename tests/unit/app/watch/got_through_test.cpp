// Caller and business spoke after the missed call: no text, whichever of them called, and on whichever
// number.

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;
using test_support::FakeRow;

class GotThrough : public ::testing::Test {
 protected:
  void start(const std::string& wait = "") {
    domain::ProfileForm form = Engine::form();
    form.wait = wait;
    engine.run_profile(engine.add_profile(form));
    engine.start();
    engine.run_for(seconds{1});
  }
  FakeRow& answered(const std::string& key, const std::string& to = Engine::did, const char* talked = "60") {
    FakeRow& row = engine.call(key, a_caller, seconds{0}, to);
    row.disposition = "ANSWERED";
    row.seconds = talked;
    return row;
  }
  FakeRow& called_back(const std::string& key) {
    FakeRow& row = engine.call(key, Engine::did, seconds{0}, std::string("1") + a_caller);
    row.destination_type = "OUT:CAN";
    row.description = "Canada";
    row.disposition = "ANSWERED";
    row.seconds = "45";
    return row;
  }

  Engine engine;
};

TEST_F(GotThrough, WhenTheCallerRingsAgainAndIsAnswered) {
  start("200");
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{150});
  answered("b");
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(GotThrough, WhenBothCallsAreSeenAtOnce) {
  start();
  engine.call("a", a_caller, seconds{170});
  answered("b");
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.decision("a"), "got_through");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(GotThrough, OnAnotherNumberOfTheBusiness) {
  start("20");
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{11});
  answered("b", Engine::other_did);
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(GotThrough, WhenTheBusinessCallsBack) {
  start("20");
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{11});
  called_back("b");
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(GotThrough, AlsoWhenTheServiceRestartsMeanwhile) {
  start("40");
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{15});
  called_back("b");
  engine.run_for(seconds{10});
  engine.kill();
  engine.start();
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
}

TEST_F(GotThrough, NotByAConversationBeforeTheCall) {
  start();
  answered("b").date = domain::to_string(engine.zone->wall_time(engine.loop->now() - minutes{20}));
  engine.call("a", a_caller, seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(GotThrough, NotByVoicemailOrAnUnansweredCallBack) {
  start("20");
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{11});
  answered("b", Engine::other_did, "10");
  FakeRow& busy = called_back("c");
  busy.disposition = "BUSY";
  busy.seconds = "0";
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.texts(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
