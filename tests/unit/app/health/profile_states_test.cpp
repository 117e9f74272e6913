// What an owner is told about a profile while the engine works.

#include "app/health/profile_states.h"

#include <gtest/gtest.h>

#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using domain::StateKind;
using domain::StateReason;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;
using test_support::run_task;

class States : public ::testing::Test {
 protected:
  States() {
    profile = engine.add_profile(Engine::form());
    engine.run_profile(profile);
  }
  void start() {
    engine.start();
    engine.run_for(seconds{2});
  }
  ProfileStatus status() {
    const StateTerms terms{engine.options.poll_interval, engine.options.texts_per_day, true};
    return run_task(profile_statuses(engine.store, terms, engine.loop->now(), *engine.zone)).at(0);
  }
  StateKind kind() { return status().state.kind; }
  std::string reason() {
    const auto given = status().state.reason;
    return given ? std::string(to_code(*given)) : "";
  }
  /// A missed call whose text is answered so.
  void missed_call(SubmitOutcome outcome) {
    engine.provider->next_submissions.push_back({std::move(outcome), false});
    const std::string caller = "555123450" + std::to_string(calls_);
    engine.call("call " + std::to_string(calls_++), caller, seconds{0});
    engine.run_for(seconds{30});
  }
  void missed_call() {
    const std::string caller = "555123450" + std::to_string(calls_);
    engine.call("call " + std::to_string(calls_++), caller, seconds{0});
    engine.run_for(seconds{30});
  }

  Engine engine;
  domain::ProfileId profile;

 private:
  int calls_ = 0;
};

const SubmitOutcome refused = Rejected{test_support::said("invalid_did")};
const SubmitOutcome no_funds = NotSent{{TroubleKind::NoFunds, test_support::said("non_sufficient_funds")}};

TEST_F(States, WaitsForItsFirstPollAndThenRuns) {
  EXPECT_EQ(kind(), StateKind::Waiting);
  start();
  EXPECT_EQ(kind(), StateKind::Running);
  engine.run_for(minutes{90});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, BalanceOfNothingIsNotTextingBeforeAnybodyCalls) {
  engine.provider->balance_left = "0.000000";
  start();
  EXPECT_EQ(kind(), StateKind::NotTexting);
  EXPECT_EQ(reason(), "no_funds");
}

TEST_F(States, ABalanceThatIsUsedUpMeanwhileIsSeenWithinTheHour) {
  start();
  engine.provider->balance_left = "-0.02";
  engine.run_for(minutes{61});
  EXPECT_EQ(reason(), "no_funds");
}

TEST_F(States, PaidInFundsAreSeenWithinMinutes) {
  engine.provider->balance_left = "0";
  start();
  engine.provider->balance_left = "25.00";
  engine.run_for(minutes{6});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, ATextRefusedForLackOfFundsIsNotTextingUntilFundsArePaidIn) {
  start();
  engine.provider->balance_left = "0.001";
  for (int i = 0; i < 100; ++i) engine.provider->next_submissions.push_back({no_funds, false});
  missed_call();
  EXPECT_EQ(reason(), "no_funds");
  engine.run_for(minutes{20});
  EXPECT_EQ(reason(), "no_funds") << "the text has expired, and the next one would fare no better";
  engine.provider->next_submissions.clear();
  engine.provider->balance_left = "25.00";
  engine.run_for(minutes{6});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, ATextRefusedForLackOfFundsCountsAlthoughTheBalanceLooksFine) {
  start();
  missed_call(no_funds);
  engine.run_for(minutes{20});
  EXPECT_EQ(kind(), StateKind::Running) << "it was accepted in the end";
  for (int i = 0; i < 100; ++i) engine.provider->next_submissions.push_back({no_funds, false});
  missed_call();
  engine.run_for(minutes{20});
  EXPECT_EQ(reason(), "no_funds");
}

TEST_F(States, SmsOffIsNotTextingUntilItIsSwitchedOn) {
  engine.provider->sms_off = {Engine::did};
  start();
  EXPECT_EQ(reason(), "sms_off");
  engine.provider->sms_off.clear();
  engine.run_for(minutes{6});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, SmsThatIsSwitchedOffMeanwhileIsSeenAfterARefusedText) {
  start();
  engine.run_for(minutes{2});
  engine.provider->sms_off = {Engine::did};
  missed_call(refused);
  EXPECT_EQ(reason(), "sms_off");
}

TEST_F(States, ANumberThatTheAccountDoesNotListIsNotTexting) {
  engine.provider->numbers[Engine::email] = {Engine::other_did};
  start();
  EXPECT_EQ(reason(), "number_gone");
}

TEST_F(States, AnAnswerWithoutAnyNumberTellsNothing) {
  engine.provider->numbers[Engine::email] = {};
  start();
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, TwoRefusedTextsAreNotTextingUntilOneIsAccepted) {
  start();
  missed_call(refused);
  EXPECT_EQ(kind(), StateKind::Running);
  missed_call(refused);
  EXPECT_EQ(reason(), "texts_refused");
  EXPECT_EQ(status().detail, domain::Sentence::as_written("invalid_did"));
  missed_call();
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, TextsThatTheProviderLosesCountAsRefused) {
  start();
  const SubmitOutcome lost = Unconfirmed{test_support::said("HTTP 500")};
  for (int i = 0; i < 3; ++i) engine.provider->next_submissions.push_back({lost, false});
  missed_call();
  engine.run_for(minutes{5});
  EXPECT_EQ(kind(), StateKind::Running) << "once it may be bad luck";
  engine.run_for(minutes{15});
  EXPECT_EQ(reason(), "texts_refused");
  EXPECT_TRUE(status().detail.is_ours()) << "each reader reads it in the reader's language";
  missed_call();
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, ALostAnswerIsNoRefusal) {
  start();
  for (int i = 0; i < 2; ++i)
    engine.provider->next_submissions.push_back({Unconfirmed{test_support::said("timed out")}, true});
  missed_call();
  missed_call();
  engine.run_for(minutes{20});
  EXPECT_EQ(kind(), StateKind::Running) << "both are in the list of sent texts";
}

TEST_F(States, ATestTextThatIsAcceptedEndsRefusal) {
  start();
  missed_call(refused);
  missed_call(refused);
  ASSERT_TRUE(std::holds_alternative<Ordered>(engine.send_test_text(profile, "5559876543")));
  engine.run_for(seconds{10});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, ARefusalBetweenAcceptedTextsIsNoReason) {
  start();
  missed_call(refused);
  missed_call();
  missed_call(refused);
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, RefusedTextsAreForgottenWhenTheSettingsChange) {
  start();
  missed_call(refused);
  missed_call(refused);
  domain::ProfileForm form = Engine::form();
  form.message = "Another message.";
  run_task(engine.store.edit_profile(profile, *domain::check(form), std::nullopt, {}));
  engine.run_for(seconds{2});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, RefusedTextsAreRememberedOverARestart) {
  start();
  missed_call(refused);
  missed_call(refused);
  engine.kill();
  engine.run_for(minutes{3});
  start();
  EXPECT_EQ(reason(), "texts_refused");
}

TEST_F(States, AKilledServiceIsNotTextingAfterAMinute) {
  start();
  engine.kill();
  engine.run_for(seconds{40});
  EXPECT_EQ(kind(), StateKind::Waiting);
  engine.run_for(seconds{40});
  EXPECT_EQ(kind(), StateKind::NotTexting);
  EXPECT_EQ(reason(), "silent");
  start();
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, ApiOffIsNotTextingAtOnceAndUntilAPollGoesWell) {
  start();
  engine.provider->trouble = Trouble{TroubleKind::ApiDisabled, test_support::said("api_not_enabled")};
  engine.run_for(seconds{12});
  EXPECT_EQ(reason(), "api_disabled");
  engine.provider->trouble.reset();
  engine.run_for(minutes{6});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, IpNotAllowedIsNotTextingAtOnce) {
  start();
  engine.provider->trouble = Trouble{TroubleKind::AddressRefused, test_support::said("ip_not_enabled")};
  engine.run_for(seconds{12});
  EXPECT_EQ(reason(), "address_refused");
}

TEST_F(States, AProviderThatIsDownIsWaitedForAndThenNotTexting) {
  start();
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("connection refused")};
  engine.run_for(seconds{30});
  EXPECT_EQ(kind(), StateKind::Waiting);
  engine.run_for(seconds{60});
  EXPECT_EQ(reason(), "unreachable");
  engine.provider->trouble.reset();
  engine.run_for(minutes{1});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, TheUsedUpDayIsNotTextingUntilTomorrow) {
  engine.options.texts_per_day = 1;
  start();
  missed_call();
  EXPECT_EQ(reason(), "cap_reached");
  engine.run_until("2026-09-16 00:01:00");
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, TheProvidersDailyLimitIsNotTextingUntilTomorrow) {
  start();
  for (int i = 0; i < 40; ++i)
    engine.provider->next_submissions.push_back(
        {NotSent{{TroubleKind::DailyLimit, test_support::said("limit_reached")}}, false});
  missed_call();
  EXPECT_EQ(reason(), "daily_limit");
  engine.run_until("2026-09-16 00:01:00");
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, AnUnreadableListIsNotTextingWhileItHoldsTextsBack) {
  engine.options.always_look = true;
  start();
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTML")};
  missed_call();
  EXPECT_EQ(kind(), StateKind::Running) << "it is tried again";
  engine.run_for(minutes{2});
  EXPECT_EQ(reason(), "list_unreadable");
  engine.provider->list_trouble.reset();
  engine.run_for(minutes{2});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, AnUnreadableListHoldsNothingWhenTheLedgerIsBelievedAndIsTold) {
  start();
  engine.run_for(minutes{20});
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTML")};
  engine.run_for(minutes{90});
  EXPECT_EQ(kind(), StateKind::Waiting);
  EXPECT_EQ(reason(), "list_unread");
  missed_call();
  EXPECT_EQ(engine.texts(), 1U);
  engine.provider->list_trouble.reset();
  engine.run_for(minutes{6});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, TextsThatCannotBeHandedOverAreNotTextingAfterAMinute) {
  start();
  for (int i = 0; i < 40; ++i)
    engine.provider->next_submissions.push_back(
        {NotSent{{TroubleKind::Maintenance, test_support::said("maintenance")}}, false});
  missed_call();
  EXPECT_EQ(kind(), StateKind::Running);
  engine.run_for(minutes{2});
  EXPECT_EQ(reason(), "maintenance");
  engine.provider->next_submissions.clear();
  engine.run_for(minutes{1});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, OutsideItsHoursItIsClosed) {
  domain::ProfileForm form = Engine::form();
  form.hours = "mon-fri 09:00-11:00";
  run_task(engine.store.edit_profile(profile, *domain::check(form), std::nullopt, {}));
  start();
  ASSERT_EQ(kind(), StateKind::Closed);
  EXPECT_EQ(domain::to_string(engine.zone->wall_time(*status().opens_at)), "2026-09-16 09:00:00");
}

TEST_F(States, AStoppedProfileThatIsRunAgainWaitsAndDoesNotComplain) {
  start();
  engine.stop_profile(profile);
  engine.run_for(minutes{30});
  EXPECT_EQ(kind(), StateKind::Stopped);
  engine.run_profile(profile);
  EXPECT_EQ(kind(), StateKind::Waiting);
  engine.run_for(seconds{2});
  EXPECT_EQ(kind(), StateKind::Running);
}

TEST_F(States, WhatIsStoredIsToldToOpenPagesAndQuietHoursAreNot) {
  start();
  engine.run_for(minutes{2});
  const std::size_t before = engine.events.count<HealthStored>();
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.events.count<HealthStored>(), before);
  missed_call(refused);
  EXPECT_GT(engine.events.count<HealthStored>(), before);
}

TEST_F(States, LooksAtMeansSeldomWhileNothingIsWrong) {
  start();
  engine.run_for(minutes{30});
  EXPECT_EQ(engine.provider->balances_asked, 1);
}

TEST(StateTally, FailsWholeOnlyWhenEveryProfileThatRunsDoes) {
  const auto with = [](StateKind kind) {
    ProfileStatus status{
        ProfileView{domain::Profile{domain::ProfileId(1), domain::AccountId(1),
                                    domain::ProfileRules{*domain::Did::parse("5550100199")}}},
        {kind, std::nullopt, std::nullopt}};
    if (kind == StateKind::NotTexting) status.state.reason = StateReason::NoFunds;
    return status;
  };
  EXPECT_FALSE(tally({}).all_fail());
  EXPECT_FALSE(tally({with(StateKind::Stopped)}).all_fail());
  EXPECT_TRUE(tally({with(StateKind::Stopped), with(StateKind::NotTexting)}).all_fail());
  for (const StateKind other :
       {StateKind::Running, StateKind::Waiting, StateKind::Closed, StateKind::TestMode})
    EXPECT_FALSE(tally({with(other), with(StateKind::NotTexting)}).all_fail());
  EXPECT_EQ(tally({with(StateKind::NotTexting)}).not_texting.at(StateReason::NoFunds), 1);
}

}  // namespace
}  // namespace sms_notifier::app
