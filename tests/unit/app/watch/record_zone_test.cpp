// The zone of the settings is not that of VoIP.ms' records: nothing is decided by dates that mean something
// else.

#include <gtest/gtest.h>

#include "app/health/profile_states.h"
#include "platform/time_zone.h"
#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;
using test_support::run_task;

/// The settings say one zone, and rows are dated by Toronto's clock.
class RecordsOfToronto : public ::testing::Test {
 protected:
  void start(const std::string& zone_of_the_settings) {
    toronto = std::move(engine.zone);
    engine.zone = platform::load_time_zone(zone_of_the_settings);
    engine.provider->zone = toronto.get();
    engine.options.usual_record_zone = domain::show_the_same_time(*engine.zone, *toronto, engine.loop->now());
    engine.run_profile(engine.add_profile(Engine::form()));
    engine.start();
    engine.run_for(seconds{15});
  }
  std::string call(base::Duration ago) {
    std::string key = "call-" + std::to_string(++calls);
    test_support::FakeRow& row = engine.call(key, "555987" + std::to_string(1000 + calls), ago);
    row.date = domain::to_string(toronto->wall_time(engine.provider->now() - ago));
    engine.run_for(seconds{15});
    return key;
  }
  domain::StateKind state() {
    StateTerms terms{engine.options.poll_interval, engine.options.texts_per_day, true};
    terms.record_zone_holds =
        engine.events.count<RecordZoneRefused>() == engine.events.count<RecordZoneConfirmed>();
    return run_task(profile_statuses(engine.store, terms, engine.loop->now(), *engine.zone)).at(0).state.kind;
  }

  Engine engine;
  std::unique_ptr<domain::TimeZone> toronto;
  int calls = 0;
};

TEST_F(RecordsOfToronto, AreNotReadByVancouversClock) {
  start("America/Vancouver");
  EXPECT_EQ(state(), domain::StateKind::NotTexting);
  const std::string stale = call(hours{2} + minutes{42});
  const std::string fresh = call(seconds{20});
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.decision(stale), "");
  EXPECT_EQ(engine.decision(fresh), "") << "new again, once the setting is right";
  EXPECT_EQ(engine.texts(), 0U);
  EXPECT_EQ(engine.events.count<RecordZoneRefused>(), 1U);
  EXPECT_EQ(engine.events.count<RecordZoneConfirmed>(), 0U);
}

TEST_F(RecordsOfToronto, AreNotReadByHalifaxsClockToWhichEveryCallIsAnHourOld) {
  start("America/Halifax");
  std::vector<std::string> fresh;
  for (int n = 0; n < 4; ++n) fresh.push_back(call(seconds{20}));
  for (const std::string& key : fresh) EXPECT_EQ(engine.decision(key), "") << key;
  EXPECT_EQ(state(), domain::StateKind::NotTexting);
}

TEST_F(RecordsOfToronto, AreReadByNewYorksClock) {
  start("America/New_York");
  EXPECT_EQ(engine.decision(call(seconds{20})), "reply");
  EXPECT_EQ(state(), domain::StateKind::Running);
  EXPECT_EQ(engine.events.count<RecordZoneRefused>(), 0U);
}

TEST_F(RecordsOfToronto, WithOneDateInTheFutureAreBelievedAllTheSame) {
  start("America/Toronto");
  EXPECT_EQ(engine.decision(call(-hours{24 * 90})), "") << "not of the days asked for";
  call(-hours{3});
  EXPECT_EQ(engine.decision(call(seconds{20})), "reply");
  EXPECT_EQ(state(), domain::StateKind::Running);
}

TEST(RecordsOfVancouver, AreReadByVancouversClockOnceTwoCallsHaveConfirmedIt) {
  Engine engine;
  engine.zone = platform::load_time_zone("America/Vancouver");
  engine.provider->zone = engine.zone.get();
  engine.options.usual_record_zone = false;
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.start();
  engine.run_for(seconds{15});
  engine.call("a", "5559871001", seconds{20});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.decision("a"), "");
  engine.call("b", "5559871002", seconds{20});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.decision("a"), "reply") << "not lost while the zone was in doubt";
  EXPECT_EQ(engine.decision("b"), "reply");
  EXPECT_EQ(engine.events.count<RecordZoneConfirmed>(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
