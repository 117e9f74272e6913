#include "telemetry/metrics.h"

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool holds(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

TEST(Metrics, BeginAtZero) {
  const Metrics metrics;
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_texts_total{outcome=\"sent\"} 0"));
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_calls_total{decision=\"too_old\"} 0"));
}

/// What the engine tells of an afternoon, counted.
class Afternoon : public ::testing::Test {
 protected:
  Afternoon() {
    engine.provider->latency = milliseconds{400};
    engine.run_profile(engine.add_profile(test_support::Engine::form()));
    engine.start();
    engine.run_for(seconds{2});
  }
  std::string counted() const {
    Metrics metrics;
    for (const app::Event& event : engine.events.events) metrics.on(event, {});
    return metrics.text();
  }
  static std::string count(const std::string& name, std::size_t number) {
    return "sms_notifier_" + name + " " + std::to_string(number);
  }
  test_support::Engine engine;
};

TEST_F(Afternoon, CountsCallsByTheirDecisionAndTextsByTheirEnd) {
  engine.provider->next_submissions.push_back({app::Rejected{test_support::said("invalid_dst")}, false});
  engine.call("refused", "5551234567");
  engine.run_for(minutes{1});
  engine.call("texted", "5552345678");
  engine.call("withheld", "anonymous");
  engine.call("texted too", "5553456789");
  engine.run_for(minutes{1});
  ASSERT_EQ(engine.texts(), 2U);
  const std::string text = counted();
  EXPECT_TRUE(holds(text, count("calls_total{decision=\"reply\"}", 3))) << text;
  EXPECT_TRUE(holds(text, count("calls_total{decision=\"no_caller_number\"}", 1))) << text;
  EXPECT_TRUE(holds(text, count("texts_total{outcome=\"sent\"}", engine.texts()))) << text;
  EXPECT_TRUE(holds(text, count("texts_total{outcome=\"rejected\"}", 1))) << text;
}

TEST_F(Afternoon, CountsALostTextUntilItIsFound) {
  engine.provider->next_submissions.push_back({app::Unconfirmed{test_support::said("timed out")}, true});
  engine.call("lost", "5551234567");
  engine.run_for(minutes{2});
  ASSERT_EQ(engine.reply_state("lost"), "sent");
  const std::string text = counted();
  EXPECT_TRUE(holds(text, count("texts_total{outcome=\"unconfirmed\"}", 1))) << text;
  EXPECT_TRUE(holds(text, count("texts_total{outcome=\"sent\"}", 1))) << text;
}

TEST_F(Afternoon, TimesEveryPollThatWasAnswered) {
  engine.run_for(minutes{5});
  engine.provider->latency = seconds{0};
  engine.run_for(seconds{2});
  const std::size_t polls = engine.events.count<app::PollFinished>();
  ASSERT_GT(polls, 5U);
  const std::string text = counted();
  EXPECT_TRUE(holds(text, count("poll_seconds_count", polls))) << text;
  EXPECT_FALSE(holds(text, count("poll_seconds_bucket{le=\"0.25\"}", polls))) << text;
  EXPECT_TRUE(holds(text, count("poll_seconds_bucket{le=\"0.5\"}", polls))) << text;
}

TEST_F(Afternoon, CountsAnOutageOnceHoweverManyPollsItTakes) {
  engine.provider->trouble = app::Trouble{app::TroubleKind::Maintenance, {}};
  engine.run_for(minutes{10});
  EXPECT_TRUE(holds(counted(), count("account_troubles_total", 1)));
  engine.provider->trouble.reset();
  engine.run_for(minutes{10});
  engine.provider->trouble = app::Trouble{app::TroubleKind::Maintenance, {}};
  engine.run_for(minutes{10});
  EXPECT_TRUE(holds(counted(), count("account_troubles_total", 2)));
}

TEST(Metrics, ShowStorageInTroubleUntilItHeals) {
  Metrics metrics;
  metrics.on(app::StorageTroubled{"disk full"}, {});
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_storage_troubled 1"));
  metrics.on(app::StorageHealed{}, {});
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_storage_troubled 0"));
}

TEST_F(Afternoon, ShowsByHowMuchTheClockIsWrong) {
  engine.provider->ahead = minutes{-20};
  engine.run_for(minutes{1});
  EXPECT_TRUE(holds(counted(), "sms_notifier_clock_wrong 1")) << counted();
  // 20 minutes, to the second that a date says.
  EXPECT_NE(counted().find("\nsms_notifier_clock_offset_seconds 1199."), std::string::npos) << counted();
  engine.provider->ahead = seconds{0};
  engine.run_for(minutes{1});
  EXPECT_TRUE(holds(counted(), "sms_notifier_clock_wrong 0"));
}

TEST(Metrics, ShowHowManyProfilesAreInWhichState) {
  Metrics metrics;
  app::StateTally states = app::tally({});
  states.profiles[domain::StateKind::NotTexting] = 2;
  states.not_texting[domain::StateReason::NoFunds] = 2;
  metrics.show(states);
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_profiles{state=\"not_texting\"} 2"));
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_profiles{state=\"running\"} 0"));
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_profiles_not_texting{reason=\"no_funds\"} 2"));
  metrics.show(app::tally({}));
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_profiles_not_texting{reason=\"no_funds\"} 0"));
}

}  // namespace
}  // namespace sms_notifier::telemetry
