#include "telemetry/metrics.h"

#include <gtest/gtest.h>

namespace sms_notifier::telemetry {
namespace {

bool holds(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

TEST(Metrics, BeginAtZero) {
  const Metrics metrics;
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_texts_total{outcome=\"sent\"} 0"));
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_calls_total{decision=\"too_old\"} 0"));
}

TEST(Metrics, CountWhatHappens) {
  Metrics metrics;
  metrics.on(app::PollFinished{{}, std::chrono::milliseconds{400}, 10, 0}, {});
  metrics.on(app::StorageTroubled{"disk full"}, {});
  metrics.on(app::AccountTroubled{{}, {app::TroubleKind::Maintenance, ""}}, {});
  const std::string text = metrics.text();
  EXPECT_TRUE(holds(text, "sms_notifier_poll_seconds_bucket{le=\"0.5\"} 1")) << text;
  EXPECT_TRUE(holds(text, "sms_notifier_poll_seconds_bucket{le=\"0.25\"} 0"));
  EXPECT_TRUE(holds(text, "sms_notifier_storage_troubled 1"));
  EXPECT_TRUE(holds(text, "sms_notifier_account_troubles_total 1"));
  metrics.on(app::StorageHealed{}, {});
  EXPECT_TRUE(holds(metrics.text(), "sms_notifier_storage_troubled 0"));
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
