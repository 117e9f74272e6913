// Faults that the earlier version showed when it was run. Each has a test named for it; those that need the
// real program are in tests/functional, those of web pages come with the pages.

#include <set>

#include <gtest/gtest.h>

#include "app/profiles/profiles.h"
#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;

class EarlierVersionFault : public ::testing::Test {
 protected:
  domain::ProfileId start(domain::ProfileForm form = Engine::form()) {
    const auto id = engine.add_profile(std::move(form));
    engine.run_profile(id);
    engine.start();
    engine.run_for(seconds{1});
    return id;
  }
  void call_from(int n, base::Duration ago = seconds{3}) {
    engine.call("call-" + std::to_string(n), "555123" + std::to_string(1000 + n), ago);
  }
  std::size_t callers_texted() const {
    std::set<std::string> callers;
    for (const auto& text : engine.provider->delivered) callers.insert(std::string(text.text.to.digits()));
    return callers.size();
  }

  Engine engine;
};

TEST_F(EarlierVersionFault, One_AStoppedProfileTextsNobody) {
  const auto id = start();
  engine.stop_profile(id);
  call_from(1);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(EarlierVersionFault, One_ADeletedProfileTextsNobody) {
  const auto id = start();
  test_support::run_task(engine.store.delete_profile(id, {}));
  call_from(1);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(EarlierVersionFault, One_AnEditedProfileTextsTheNewWords) {
  const auto id = start();
  auto form = Engine::form();
  form.message = "New words.";
  ASSERT_TRUE(test_support::run_task(edit_profile(engine.store, id, form, std::nullopt, {})));
  call_from(1, seconds{0});
  engine.run_for(seconds{15});
  ASSERT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.provider->delivered[0].text.body, "New words.");
}

TEST_F(EarlierVersionFault, Three_TwentyFiveCallersInThreeMinutesGetTwentyFiveTexts) {
  start();
  for (int n = 0; n < 25; ++n) {
    call_from(n);
    engine.run_for(seconds{7});
  }
  engine.run_for(hours{2});
  EXPECT_EQ(callers_texted(), 25U);
  EXPECT_EQ(engine.texts(), 25U);
}

TEST(EarlierVersionFaultAtNight, Four_TheAutumnClockChangeTextsEachCallerOnce) {
  Engine engine("2026-11-01 00:30:00");
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.start();
  for (int n = 0; n < 25; ++n) {  // 00:30 to 02:30 on the wall, three hours
    engine.call("call-" + std::to_string(n), "555123" + std::to_string(1000 + n));
    engine.run_for(minutes{7});
  }
  engine.run_for(hours{3});
  EXPECT_EQ(engine.texts(), 25U);
}

TEST(EarlierVersionFaultAtNight, Four_CallsAroundMidnightAreSeen) {
  Engine engine("2026-09-15 23:55:00");
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.start();
  engine.run_until("2026-09-15 23:59:55");
  engine.provider->latency = seconds{8};
  engine.call("last of the day", "5551230001", seconds{0});
  engine.run_for(seconds{30});
  engine.call("first of the day", "5551230002", seconds{0});
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.texts(), 2U);
}

TEST_F(EarlierVersionFault, Five_ARowThatAppearsTenMinutesLateIsAnswered) {
  start();
  engine.run_for(minutes{30});
  call_from(1, minutes{10});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(EarlierVersionFault, Five_CallsDuringAnOutageAreAnsweredOrRecordedAsTooOld) {
  start();
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("away")};
  for (int n = 0; n < 12; ++n) {
    engine.run_for(minutes{10});
    call_from(n, seconds{0});
  }
  engine.provider->trouble.reset();
  engine.run_for(minutes{6});
  // Seen again within five minutes: the last two calls are at most fifteen minutes old.
  EXPECT_EQ(engine.texts(), 2U);
  for (int n = 0; n < 12; ++n)
    EXPECT_EQ(engine.decision("call-" + std::to_string(n)), n < 10 ? "too_old" : "reply") << n;
}

TEST_F(EarlierVersionFault, Six_KilledRightAfterASendItGoesOnAndTextsNobodyTwice) {
  start();
  call_from(1, seconds{0});
  while (engine.texts() == 0) engine.run_for(std::chrono::milliseconds{500});
  engine.kill();
  engine.start();
  engine.run_for(seconds{15});
  call_from(2, seconds{0});
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.texts(), 2U);
  EXPECT_EQ(callers_texted(), 2U);
}

TEST_F(EarlierVersionFault, Seven_AHangingAccountDelaysNoOther) {
  start();
  auto other = Engine::form("5550100300");
  other.account = "slow@other.example";
  engine.run_profile(engine.add_profile(other));
  engine.run_for(seconds{1});
  engine.provider->latency_of["slow@other.example"] = seconds{60};
  engine.run_for(minutes{1});
  const auto first = engine.provider->polls.size();
  engine.run_for(minutes{5});
  EXPECT_GE(engine.provider->polls.size() - first, 30U);
}

TEST_F(EarlierVersionFault, Seven_WrongCredentialsAreToldOnceAndAskedRarely) {
  start();
  engine.provider->trouble =
      Trouble{TroubleKind::WrongCredentials, test_support::said("invalid_credentials")};
  const auto before = engine.provider->polls.size();
  engine.run_for(hours{24});
  EXPECT_EQ(engine.events.count<AccountTroubled>(), 1U);
  EXPECT_LT(engine.provider->polls.size() - before, 320U);
}

TEST_F(EarlierVersionFault, Eight_ARefusedTextIsNotCalledSent) {
  start();
  engine.provider->next_submissions.push_back({Rejected{test_support::said("invalid_dst")}, false});
  call_from(1);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.events.count<TextSent>(), 0U);
  EXPECT_EQ(engine.events.count<TextRejected>(), 1U);
}

TEST_F(EarlierVersionFault, Eight_ATextThatDidNotLeaveIsTriedAgain) {
  start();
  engine.provider->next_submissions.push_back(
      {NotSent{{TroubleKind::TooManyRequests, test_support::said("api_limit_exceeded")}}, false});
  call_from(1);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(EarlierVersionFault, Nine_WithheldAndForeignCallersAreNotTexted) {
  start();
  engine.call("withheld", "anonymous");
  engine.call("london", "+442071838750");
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 0U);
  EXPECT_EQ(engine.decision("withheld"), "no_caller_number");
  EXPECT_EQ(engine.decision("london"), "not_textable");
}

TEST_F(EarlierVersionFault, Nine_CallsToAUsNumberAreAnswered) {
  start();
  engine.call("usa", "5551234567").destination_type = "IN:USA";
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(EarlierVersionFault, Ten_TwoProfilesOfOneAccountTextOnceFromTheNumberThatWasCalled) {
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.run_profile(engine.add_profile(Engine::form(Engine::other_did)));
  engine.start();
  engine.run_for(seconds{1});
  engine.call("a", "5551234567", seconds{3}, Engine::other_did);
  engine.run_for(minutes{5});
  ASSERT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.provider->delivered[0].text.from.digits(), Engine::other_did);
}

TEST_F(EarlierVersionFault, Ten_ASecondProfileForAnyNumberIsWarnedAboutAndOneForTheSameNumberRefused) {
  engine.add_profile(Engine::form());
  const auto second = test_support::run_task(
      add_profile(engine.store, Engine::form(Engine::other_did), base::Secret("api password"), {}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->warnings.size(), 1U);
  EXPECT_FALSE(
      test_support::run_task(add_profile(engine.store, Engine::form(), base::Secret("api password"), {})));
}

TEST_F(EarlierVersionFault, Eleven_AnEmptyThresholdIsRefusedAndADidWithDashesMatches) {
  auto form = Engine::form();
  form.call_duration = "";
  EXPECT_FALSE(test_support::run_task(add_profile(engine.store, form, base::Secret("api password"), {})));
  form = Engine::form("555-010-0199");
  form.limit_to_one_did = true;
  start(form);
  call_from(1);
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
