#include "app/texts/deliveries.h"

#include <gtest/gtest.h>

#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;
using test_support::lost;
using Submission = test_support::FakeProvider::Submission;

/// VoIP.ms itself says that it failed, and did not take the text.
const Submission without_effect{Unconfirmed{test_support::said("HTTP 500"), true}, false};

/// A running engine whose next text meets these outcomes, and one missed call.
class Delivery : public ::testing::Test {
 protected:
  Delivery() {
    profile = engine.add_profile(Engine::form());
    engine.run_profile(profile);
    engine.start();
    engine.run_for(seconds{1});
  }
  void missed_call(std::vector<Submission> outcomes) {
    for (Submission& outcome : outcomes) engine.provider->next_submissions.push_back(std::move(outcome));
    engine.call("a", "5551234567", seconds{0});
  }
  Engine engine;
  domain::ProfileId profile;
};

TEST_F(Delivery, FindsALostAnswersTextInTheProvidersList) {
  missed_call({{lost, true}});
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
  ASSERT_EQ(engine.events.count<TextSent>(), 1U);
  EXPECT_TRUE(engine.events.all<TextSent>()[0].reconciled);
}

TEST_F(Delivery, ATestTextDoesNotStandForALostReply) {
  ASSERT_TRUE(std::holds_alternative<Ordered>(engine.send_test_text(profile, "5551234567")));
  engine.run_for(seconds{5});
  ASSERT_EQ(engine.texts(), 1U);
  missed_call({{lost, false}});
  engine.run_for(minutes{70});
  EXPECT_EQ(engine.reply_state("a"), "sent") << "after its absence was proved";
  EXPECT_EQ(engine.texts(), 2U);
}

TEST_F(Delivery, FindsALostReplyBesideATestText) {
  ASSERT_TRUE(std::holds_alternative<Ordered>(engine.send_test_text(profile, "5551234567")));
  engine.run_for(seconds{5});
  missed_call({{lost, true}});
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.calls()[0].reply->provider_id, engine.provider->delivered.at(1).provider_id);
}

TEST_F(Delivery, SendsOnceMoreWhenTheTextIsProvedAbsent) {
  missed_call({{lost, false}});
  engine.run_for(minutes{7});
  EXPECT_EQ(engine.reply_state("a"), "unknown") << "VoIP.ms may take three minutes, and list it after four";
  EXPECT_EQ(engine.provider->submissions, 1);
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 2);
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(Delivery, IsProvedAbsentFourMinutesAfterAnAnswerOfTheProvidersOwn) {
  missed_call({without_effect});
  engine.run_for(minutes{4});
  EXPECT_EQ(engine.provider->submissions, 1);
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 2);
  EXPECT_EQ(engine.texts(), 1U);
}

/// VoIP.ms takes the text three minutes after it was handed over and lists it four minutes later.
class TakenAndListedLate : public Delivery {
 protected:
  void lose_a_text() {
    missed_call({{lost, true}});
    engine.run_for(seconds{12});
    ASSERT_EQ(engine.texts(), 1U);
    text().listed = false;
  }
  void list_it_at_the_last_moment() {
    const base::Duration since_handed_over = engine.loop->now() - text().at;
    engine.run_for(seconds{180 + 239} - since_handed_over);
    text().listed = true;
    engine.run_for(minutes{10});
    EXPECT_EQ(engine.provider->submissions, 1);
    EXPECT_EQ(engine.reply_state("a"), "sent");
  }
  test_support::FakeProvider::Delivered& text() { return engine.provider->delivered.at(0); }
};

TEST_F(TakenAndListedLate, ATextIsNotSentAgain) {
  lose_a_text();
  list_it_at_the_last_moment();
}

TEST_F(TakenAndListedLate, ATextOfAProcessThatWasKilledIsNotSentAgain) {
  lose_a_text();
  engine.kill();
  engine.run_for(seconds{5});
  engine.start();
  list_it_at_the_last_moment();
}

TEST_F(TakenAndListedLate, ATextOfAProcessThatWasKilledLongAgoIsProvedAbsentFourMinutesAfterTheStart) {
  lose_a_text();
  engine.provider->delivered.clear();
  engine.kill();
  engine.run_for(minutes{4});
  engine.start();
  engine.run_for(minutes{4} + seconds{20});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(TakenAndListedLate, ATextThatOnlyTheConfirmingLookShowsIsNotSentAgain) {
  engine.run_for(minutes{20});  // nothing is doubted any more, so that no look goes before a text
  lose_a_text();
  engine.provider->list_latency = seconds{9};
  engine.run_for(seconds{180 + 245} - (engine.loop->now() - text().at));  // the look at 420 s is under way
  text().listed = true;
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(Delivery, IsSentAgainAsSoonAsItsAbsenceIsProved) {
  missed_call({{lost, false}});
  engine.run_for(seconds{12});
  ASSERT_EQ(engine.provider->submissions, 1);
  const base::Instant claimed_at = engine.loop->now() - seconds{12};
  while (engine.provider->submissions == 1) engine.run_for(seconds{1});
  EXPECT_LE(engine.loop->now() - claimed_at, seconds{180 + 240 + 12});
}

TEST_F(Delivery, EachProofOfAbsenceAllowsAnotherTryWhileTheCallIsFresh) {
  missed_call({without_effect, without_effect});
  engine.run_for(minutes{9});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 3);
  EXPECT_EQ(engine.texts(), 1U);
}

/// A person answers the caller from the portal while it is not known what became of our text.
class TextedByHand : public Delivery {
 protected:
  void by_hand() {
    const domain::TextMessage text{*domain::Did::parse(engine.calls()[0].call.did.digits()),
                                   *domain::PhoneNumber::parse("5551234567"),
                                   "Hi, Anna here. What can I do for you?"};
    engine.provider->delivered.push_back({text, domain::MessageKind::Sms, "77001", engine.loop->now(), true});
  }
};

TEST_F(TextedByHand, AReplyWithoutEffectIsUncertainWithThatTextAsEvidence) {
  missed_call({without_effect});
  engine.run_for(minutes{1});
  by_hand();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "unknown") << "ours may still be listed";
  engine.run_for(minutes{60});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 1);
  ASSERT_EQ(engine.events.count<TextUncertain>(), 1U);
  EXPECT_NE(in_english(engine.events.all<TextUncertain>()[0].evidence)
                .find("another text to this caller is listed"),
            std::string::npos);
}

TEST_F(TextedByHand, OursIsSentWhenItIsListedBesideIt) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  engine.provider->delivered.at(0).listed = false;
  engine.run_for(minutes{1});
  by_hand();
  engine.run_for(minutes{2});
  engine.provider->delivered.at(0).listed = true;
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.calls()[0].reply->provider_id, engine.provider->delivered.at(0).provider_id);
}

TEST_F(TextedByHand, WhatALookShowedOnceIsRememberedThoughItIsDeleted) {
  missed_call({without_effect});
  engine.run_for(minutes{1});
  by_hand();
  engine.run_for(minutes{2});
  engine.provider->delivered.clear();
  engine.run_for(minutes{60});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(Delivery, IsFoundInAListThatWritesPlainAscii) {
  domain::ProfileForm french = Engine::form();
  french.message = "Désolé, on vous rappelle dès que possible — l’équipe";
  ASSERT_EQ(
      test_support::run_task(engine.store.edit_profile(profile, *domain::check(french), std::nullopt, {})),
      Settings::EditResult::Done);
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  engine.provider->delivered.at(0).text.body = "Desole, on vous rappelle des que possible - l'equipe";
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(Delivery, AnAnswerWithAnotherTextsIdIsNotBelieved) {
  missed_call({});
  engine.run_for(minutes{1});
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->next_submissions.push_back({Accepted{engine.provider->delivered[0].provider_id}, false});
  engine.call("b", "5559876543", seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("b"), "unknown");
  EXPECT_EQ(engine.events.count<TextUnconfirmed>(), 1U);
  EXPECT_EQ(engine.events.count<TextSent>(), 1U);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.reply_state("b"), "sent") << "after its absence was proved";
  EXPECT_EQ(engine.texts(), 2U);
}

/// VoIP.ms answers a text with the id of one that is not in the ledger: a person sent it by hand.
class AnsweredWithAForeignId : public TextedByHand {
 protected:
  void by_hand_to_another_caller() {
    by_hand();
    engine.provider->delivered.back().text.to = *domain::PhoneNumber::parse("5550001111");
  }
  void called_and_answered_so(bool arrives) {
    engine.provider->next_submissions.push_back({Accepted{"77001"}, arrives});
    engine.call("b", "5559876543", seconds{0});
    engine.run_for(minutes{1});
  }
  void an_hour_after_an_unseen_id(bool arrives) {
    missed_call({});
    engine.run_for(minutes{1});
    by_hand_to_another_caller();
    called_and_answered_so(arrives);
    ASSERT_EQ(engine.reply_state("b"), "sent") << "no list has shown whose id it is";
    engine.run_for(minutes{70});
  }
};

TEST_F(AnsweredWithAForeignId, ThatAListShowedBeforeIsNotBelieved) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  by_hand_to_another_caller();
  engine.run_for(minutes{1});
  ASSERT_EQ(engine.reply_state("a"), "sent") << "a look was taken for it";
  called_and_answered_so(true);
  EXPECT_EQ(engine.reply_state("b"), "sent") << "found in the list";
  EXPECT_EQ(engine.calls()[0].reply->provider_id, engine.provider->delivered.back().provider_id);
}

TEST_F(AnsweredWithAForeignId, ThatAListShowsLaterIsBelievedNoMore) {
  an_hour_after_an_unseen_id(true);
  EXPECT_EQ(engine.reply_state("b"), "sent") << "found in the list that showed the other text";
  EXPECT_EQ(engine.calls()[0].reply->provider_id, engine.provider->delivered.back().provider_id);
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(AnsweredWithAForeignId, WithoutEffectIsUncertainOnceAListShowsWhoseItIs) {
  an_hour_after_an_unseen_id(false);
  EXPECT_EQ(engine.reply_state("b"), "uncertain");
  EXPECT_EQ(engine.events.count<TextUncertain>(), 1U);
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(Delivery, TheTextWhoseIdAnotherWasAnsweredWithIsFoundAllTheSame) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  engine.provider->delivered.at(0).listed = false;
  engine.provider->next_submissions.push_back({Accepted{engine.provider->delivered[0].provider_id}, true});
  engine.call("b", "5559876543", seconds{0});
  engine.run_for(seconds{30});
  ASSERT_EQ(engine.reply_state("b"), "sent") << "nobody knew whose id it was";
  engine.provider->delivered.at(0).listed = true;
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.reply_state("b"), "sent");
  EXPECT_EQ(engine.texts(), 2U);
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(Delivery, NeverSendsMoreOftenThanFourTimes) {
  missed_call({without_effect, without_effect, without_effect, without_effect, without_effect});
  engine.run_for(minutes{60});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 4);
  const auto uncertain = engine.events.all<TextUncertain>();
  ASSERT_EQ(uncertain.size(), 1U);
  EXPECT_NE(in_english(uncertain[0].evidence).find("not in VoIP.ms' list"), std::string::npos);
}

TEST_F(Delivery, DoesNotTrustAListThatMissesKnownTexts) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  engine.provider->delivered[0].listed = false;  // the list hides it, and the other text below as well
  engine.call("b", "5559876543", seconds{0});
  engine.run_for(seconds{20});
  ASSERT_EQ(engine.texts(), 2U);
  engine.provider->lists_sent_texts = false;
  engine.run_for(minutes{120});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 2);
}

TEST_F(Delivery, DoesNotTrustAnEmptyListWhenOlderTextsAreKnown) {
  missed_call({});
  engine.run_for(minutes{10});
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->next_submissions.push_back({lost, true});
  engine.call("b", "5559876543", seconds{0});
  engine.run_for(seconds{12});
  engine.provider->lists_sent_texts = false;
  engine.run_for(minutes{8});
  EXPECT_EQ(engine.provider->submissions, 2);
  engine.provider->lists_sent_texts = true;
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("b"), "sent");
  EXPECT_EQ(engine.texts(), 2U);
}

TEST_F(Delivery, WithAClockThatIsWrongNothingIsCalledAbsent) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->delivered[0].at -= std::chrono::hours{1};  // the list is an hour off
  engine.run_for(minutes{90});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 1);
}

// Found by the simulation: the disk was full right after the commit.
TEST_F(Delivery, ARecordedCallOfWhichNobodyWasToldIsTextedAllTheSame) {
  engine.store.fail_after_next_record = true;
  missed_call({});
  engine.run_for(seconds{11});
  engine.provider->rows.clear();  // and the row vanished before it was seen again
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(Delivery, DoesNotSendAgainOnceTheCallIsTooOld) {
  missed_call({{lost, false}});
  engine.run_for(seconds{30});
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("away")};
  engine.run_for(minutes{21});
  engine.provider->trouble.reset();
  engine.run_for(minutes{120});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(Delivery, GivesUpWhenTheProviderNeverSaysWhatItSent) {
  missed_call({{lost, true}});
  engine.run_for(seconds{12});
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("away")};
  engine.run_for(minutes{90});
  EXPECT_EQ(engine.reply_state("a"), "uncertain");
}

TEST_F(Delivery, TriesAgainWhenItCertainlyWasNotSent) {
  missed_call({{NotSent{{TroubleKind::Unreachable, test_support::said("connection refused")}}, false},
               {NotSent{{TroubleKind::Unreachable, test_support::said("connection refused")}}, false}});
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.events.count<TextPutOff>(), 1U);
}

TEST_F(Delivery, ExpiresWhenItCannotBeSentInTime) {
  for (int i = 0; i < 200; ++i)
    engine.provider->next_submissions.push_back(
        {NotSent{{TroubleKind::NoFunds, test_support::said("non_sufficient_funds")}}, false});
  missed_call({});
  engine.run_for(minutes{30});
  EXPECT_EQ(engine.reply_state("a"), "expired");
  EXPECT_EQ(engine.events.count<TextExpired>(), 1U);
  EXPECT_EQ(engine.texts(), 0U);
}

TEST_F(Delivery, EndsWithARefusalForGood) {
  missed_call({{Rejected{test_support::said("invalid_dst")}, false}});
  engine.run_for(minutes{30});
  EXPECT_EQ(engine.reply_state("a"), "rejected");
  EXPECT_EQ(engine.provider->submissions, 1);
}

TEST_F(Delivery, ARefusedTextLeavesTheCallersNextCallEligible) {
  missed_call({{Rejected{test_support::said("invalid_dst")}, false}});
  engine.run_for(minutes{5});
  engine.call("b", "5551234567", seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.decision("b"), "reply");
}

TEST_F(Delivery, IsCancelledWhenTheProfileIsStoppedFirst) {
  auto form = Engine::form();
  form.wait = "30";
  const auto checked = domain::check(form);
  test_support::run_task(engine.store.edit_profile(profile, *checked, std::nullopt, {}));
  missed_call({});
  engine.run_for(seconds{15});
  EXPECT_EQ(engine.reply_state("a"), "reserved");
  engine.stop_profile(profile);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.provider->submissions, 0);
}

TEST_F(Delivery, UndoesAClaimThatWasHeldTooLong) {
  // The wall clock jumps between the claim and the submission: as if the machine had been paused.
  engine.call("a", "5551234567", seconds{0});
  engine.store.before_next_claim_returns = [this] { engine.loop->jump_wall_clock(seconds{15}); };
  engine.run_for(seconds{12});
  EXPECT_EQ(engine.provider->submissions, 0);
  EXPECT_EQ(engine.reply_state("a"), "reserved");
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(Delivery, ATextOfAMachineThatSleptInTheTlsHandshakeIsUndone) {
  engine.call("a", "5551234567", seconds{0});
  engine.provider->while_connecting = [this] { engine.loop->sleep(std::chrono::hours{8}); };
  engine.run_for(minutes{5});
  engine.run_for(minutes{1});  // after the sleep
  EXPECT_EQ(engine.provider->submissions, 0);
  EXPECT_EQ(engine.reply_state("a"), "expired") << "eight hours later";
}

TEST_F(Delivery, AClockThatIsSetHoursAheadWhileATextConnectsHoldsItUpForMomentsOnly) {
  engine.call("a", "5551234567", seconds{0});
  engine.provider->while_connecting = [this] { engine.loop->jump_wall_clock(std::chrono::hours{8}); };
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(Delivery, AClaimWhoseCommitIsInDoubtIsNotUsedUntilTheProvidersListIsKnown) {
  engine.call("a", "5551234567", seconds{0});
  engine.store.before_next_claim_returns = [] { throw std::runtime_error("disk I/O error"); };
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.provider->submissions, 0);
  EXPECT_EQ(engine.reply_state("a"), "unknown");
  engine.run_for(minutes{6});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.events.count<StorageTroubled>(), 1U);
}

TEST_F(Delivery, AfterACrashWhileSendingAsksTheProviderFirst) {
  engine.provider->latency = seconds{5};
  missed_call({});
  engine.run_for(seconds{16});
  while (engine.provider->submissions == 0) engine.run_for(std::chrono::milliseconds{100});
  ASSERT_EQ(engine.reply_state("a"), "sending");
  engine.kill();
  engine.start();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->submissions, 1);
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(Delivery, AfterACrashBeforeSendingSendsOnce) {
  auto form = Engine::form();
  form.wait = "30";
  const auto checked = domain::check(form);
  test_support::run_task(engine.store.edit_profile(profile, *checked, std::nullopt, {}));
  missed_call({});
  engine.run_for(seconds{15});
  ASSERT_EQ(engine.reply_state("a"), "reserved");
  engine.kill();
  engine.start();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
