#include <map>

#include <gtest/gtest.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

class LedgerContract : public BusinessContract {
 protected:
  std::string recorded_code(const app::DecidedCall& call) {
    return std::string(to_code(recorded(call).decision));
  }
  app::OrderOutcome test_text(domain::PhoneNumber to, int cap = 100) {
    return run_task(ledger().order_test_text(profile_id, to, order_limits(now, cap), {}));
  }
};
SMS_NOTIFIER_ALL_STORES(LedgerContract);

// record

TEST_P(LedgerContract, ACallIsRecordedOnceWhateverIsAskedTwice) {
  const auto first = record(decided("a"));
  const auto second = record(decided("a"));
  ASSERT_TRUE(std::holds_alternative<app::AlreadyRecorded>(second));
  EXPECT_EQ(std::get<app::AlreadyRecorded>(second).call.id, std::get<app::Recorded>(first).id);
  EXPECT_EQ(all_calls().size(), 1U);
  EXPECT_EQ(open_replies().size(), 1U);
}

TEST_P(LedgerContract, ACallThatSharesALegWithARecordedOneIsTheSameCall) {
  auto two_legs = decided("a");
  two_legs.call.legs.push_back({"b", now, domain::Disposition::NoAnswer, seconds{0}});
  record(two_legs);
  EXPECT_TRUE(std::holds_alternative<app::AlreadyRecorded>(record(decided("b"))));
  auto wider = decided("c");
  wider.call.legs.push_back({"b", now, domain::Disposition::NoAnswer, seconds{0}});
  EXPECT_TRUE(std::holds_alternative<app::AlreadyRecorded>(record(wider)));
}

TEST_P(LedgerContract, TheSameKeyOnAnotherAccountIsAnotherCall) {
  record(decided("a"));
  run_task(settings().add_profile(profile("other@clinic.example", other_did), base::Secret("password"), {}));
  const auto other = run_task(settings().accounts({}))[1].id;
  std::vector<app::DecidedCall> calls{decided("a")};
  EXPECT_TRUE(std::holds_alternative<app::Recorded>(run_task(ledger().record(other, calls)).at(0)));
}

TEST_P(LedgerContract, ASkipIsRecordedWithItsReasonAndWithoutAReply) {
  EXPECT_EQ(recorded_code(skipped("a", SkipReason::Answered)), "answered");
  EXPECT_EQ(to_code(newest().decision), "answered");
  EXPECT_FALSE(newest().reply);
  EXPECT_EQ(counted(), 0);
}

TEST_P(LedgerContract, ASecondReplyToACallerWithinTheCooldownBecomesASkip) {
  record(decided("a"));
  EXPECT_EQ(recorded_code(decided("b")), "recently_texted");
  EXPECT_EQ(recorded_code(decided("c", 0, now + hours{23})), "recently_texted");
  EXPECT_EQ(recorded_code(decided("d", 0, now + hours{24})), "reply");
  EXPECT_EQ(recorded_code(decided("e", 1)), "reply");
}

TEST_P(LedgerContract, ADayOf25HoursHoldsOneTextToACaller) {
  record(decided("a"));
  auto again = decided("b", 0, now + hours{24} + minutes{10});
  again.terms->texts_count_since = now - minutes{5};
  EXPECT_EQ(recorded_code(again), "recently_texted");
}

TEST_P(LedgerContract, ATextFromElsewhereInADayOf25HoursCancelsAReservedReply) {
  const auto reply = reserved("a");
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now - hours{24} - minutes{10}}}));
  const domain::WallTime late_evening = *domain::parse_wall_time("2026-11-01 23:15:00");
  const auto outcome = run_task(ledger().claim(reply.id, now, late_evening));
  EXPECT_EQ(std::get<CancelReason>(std::get<app::NoLongerWanted>(outcome).why),
            CancelReason::TextedElsewhere);
}

TEST_P(LedgerContract, TwoCallsOfOneCallerInOneBatchReserveOneReply) {
  std::vector<app::DecidedCall> calls{decided("a"), decided("b")};
  const auto outcomes = run_task(ledger().record(account, calls));
  EXPECT_EQ(to_code(std::get<app::Recorded>(outcomes[0]).decision), "reply");
  EXPECT_EQ(to_code(std::get<app::Recorded>(outcomes[1]).decision), "recently_texted");
}

TEST_P(LedgerContract, WithAHistorySizeOnlyTheLastCallersCount) {
  record(decided("a", 0, now));
  for (int n = 1; n <= 3; ++n) record(decided("x" + std::to_string(n), n, now + seconds{n}));
  EXPECT_EQ(history(0).callers_since, 3);
  auto again = decided("b", 0, now + minutes{1});
  again.terms->history_size = 4;
  EXPECT_EQ(recorded_code(again), "recently_texted");
  again.call.legs[0].key = "c";
  again.terms->history_size = 3;
  EXPECT_EQ(recorded_code(again), "reply");
}

TEST_P(LedgerContract, TheDaysBudgetIsNeverExceeded) {
  for (int n = 0; n < 5; ++n) {
    auto call = decided("c" + std::to_string(n), n);
    call.terms->budget_cap = 3;
    EXPECT_EQ(recorded_code(call), n < 3 ? "reply" : "cap_reached");
  }
  EXPECT_EQ(counted(), 3);
  auto tomorrow = decided("t", 9);
  tomorrow.terms->budget_day += std::chrono::days{1};
  tomorrow.terms->budget_cap = 3;
  EXPECT_EQ(recorded_code(tomorrow), "reply");
}

TEST_P(LedgerContract, CallsComeBackNewestFirstWithLegsAndNames) {
  auto first = decided("a", 0, now);
  first.call.legs.push_back({"a2", now - seconds{10}, domain::Disposition::Answered, seconds{7}});
  record(first);
  record(decided("b", 1, now + minutes{1}));
  const auto calls = all_calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].call.key(), "b");
  EXPECT_EQ(calls[1].call, first.call);
  EXPECT_EQ(calls[1].account_email, "owner@clinic.example");
  app::CallQuery late;
  late.since = now;
  EXPECT_EQ(run_task(ledger().calls(late)).size(), 1U);
  app::CallQuery of_nobody;
  of_nobody.profile = domain::ProfileId(99);
  EXPECT_TRUE(run_task(ledger().calls(of_nobody)).empty());
  app::CallQuery one;
  one.limit = 1;
  EXPECT_EQ(run_task(ledger().calls(one)).size(), 1U);
}

TEST_P(LedgerContract, RecentCallsAreThoseWithARecentLeg) {
  record(decided("old", 0, now - hours{80}));
  record(decided("new", 1, now));
  const auto recent = run_task(ledger().recent_calls(account, now - hours{72}));
  ASSERT_EQ(recent.size(), 1U);
  EXPECT_EQ(recent[0].call.key(), "new");
  EXPECT_EQ(recent[0].profile, profile_id);
}

// revise

TEST_P(LedgerContract, AnAnsweredLegCancelsAReservedReplyAndGivesCooldownAndBudgetBack) {
  const auto reply = reserved("a");
  domain::Call call = decided("a").call;
  domain::add_leg(call, {"b", now, domain::Disposition::Answered, seconds{90}});
  EXPECT_EQ(run_task(ledger().revise(*reply.call, call, true)), app::ReviseOutcome::ReplyCancelled);
  EXPECT_EQ(newest().reply->state, ReplyState::Cancelled);
  EXPECT_EQ(newest().call.legs.size(), 2U);
  EXPECT_EQ(to_code(newest().decision), "reply");
  EXPECT_EQ(counted(), 0);
  EXPECT_FALSE(history().last_texted_at);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
  EXPECT_TRUE(std::holds_alternative<app::AlreadyRecorded>(record(decided("b"))));
}

TEST_P(LedgerContract, AnAnsweredLegAfterTheClaimIsToldOnceAndChangesNothing) {
  const auto reply = reserved("a");
  claimed(reply);
  EXPECT_EQ(run_task(ledger().revise(*reply.call, decided("a").call, true)),
            app::ReviseOutcome::AnsweredAfterText);
  EXPECT_EQ(run_task(ledger().revise(*reply.call, decided("a").call, true)), app::ReviseOutcome::Recorded);
  EXPECT_EQ(newest().reply->state, ReplyState::Sending);
}

TEST_P(LedgerContract, ALegThatSaysNothingNewChangesNothing) {
  const auto reply = reserved("a");
  EXPECT_EQ(run_task(ledger().revise(*reply.call, decided("a").call, false)), app::ReviseOutcome::Recorded);
  EXPECT_EQ(newest().reply->state, ReplyState::Reserved);
}

// claim: each guard

TEST_P(LedgerContract, AReplyIsClaimedOnce) {
  const auto reply = reserved("a");
  EXPECT_EQ(claimed(reply), 1);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
  const auto open = open_replies();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].state, ReplyState::Sending);
  EXPECT_EQ(open[0].sending_at, now);
  EXPECT_EQ(open[0].maybe_sent, 1);
}

TEST_P(LedgerContract, StopCancelsWhatIsReservedAndGivesCooldownAndBudgetBack) {
  const auto reply = reserved("a");
  stop();
  EXPECT_EQ(newest().reply->state, ReplyState::Cancelled);
  EXPECT_EQ(counted(), 0);
  EXPECT_FALSE(history().last_texted_at);
  run();
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
}

TEST_P(LedgerContract, AnEditOfTheMessageReachesAReservedReply) {
  const auto reply = reserved("a");
  const domain::CheckedProfile changed = profile_saying(std::string(200, 'n'));
  edit(changed);
  const auto claimed_now = std::get<app::Claimed>(claim(reply));
  EXPECT_EQ(claimed_now.text.body, changed.rules.message);
  EXPECT_EQ(claimed_now.kind, domain::MessageKind::Mms);
  EXPECT_EQ(open_replies().at(0).text.body, changed.rules.message);
}

TEST_P(LedgerContract, AnEditLeavesTheWordsOfATextThatMayBeOut) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  resolve(reply, ReplyEvent::ProveAbsent);
  edit(profile_saying("New words"));
  const auto claimed_now = std::get<app::Claimed>(claim(reply));
  EXPECT_EQ(claimed_now.text.body, reply.text.body);
}

TEST_P(LedgerContract, AClaimOutsideTheHoursOrInADryRunCancelsInstead) {
  auto changed = profile();
  changed.rules.hours = domain::OpeningHours::parse("mon 09:00-10:00");
  const auto a = reserved("a");
  edit(changed);
  EXPECT_EQ(cancelled(a), CancelReason::Closed);
  changed.rules.hours.reset();
  changed.rules.dry_run = true;
  edit(changed);
  const auto b = reserved("b", 1);
  EXPECT_EQ(cancelled(b), CancelReason::DryRun);
}

TEST_P(LedgerContract, AProfileMovedToAnotherAccountTextsNobodyTwice) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::Accept, "77");
  run_task(settings().mark_first_polled({profile_id}, now));
  run_task(settings().edit_profile(profile_id, profile("new@clinic.example"), base::Secret("password"), {}));
  const auto moved = *run_task(settings().profile(profile_id));
  EXPECT_FALSE(moved.profile.first_polled_at);
  EXPECT_TRUE(run_task(settings().accounts({}))[0].credentials.api_password.empty())
      << "nobody uses the old account";
  std::vector<app::DecidedCall> calls{decided("a", 0, now + seconds{30})};
  const auto again = run_task(ledger().record(moved.profile.account, calls)).at(0);
  EXPECT_EQ(to_code(std::get<app::Recorded>(again).decision), "recently_texted");
}

TEST_P(LedgerContract, ATextThatWasProvedAbsentAndIsFoundAfterAllIsSent) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  ASSERT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Reserved);
  EXPECT_EQ(resolve(reply, ReplyEvent::Accept, "77"), ReplyState::Sent);
}

TEST_P(LedgerContract, AClaimAfterDeleteFindsTheReplyCancelled) {
  const auto reply = reserved("a");
  run_task(settings().delete_profile(profile_id, {}));
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
  EXPECT_EQ(newest().reply->state, ReplyState::Cancelled);
}

TEST_P(LedgerContract, AClaimAfterOptOutCancelsInstead) {
  const auto reply = reserved("a");
  run_task(ledger().note_words(account, {{caller(), domain::StopWord::Stop, now}}));
  EXPECT_EQ(cancelled(reply), CancelReason::OptedOut);
}

TEST_P(LedgerContract, AClaimAfterBlockingCancelsInstead) {
  const auto reply = reserved("a");
  run_task(ledger().block(caller()));
  EXPECT_EQ(cancelled(reply), CancelReason::Blocked);
}

TEST_P(LedgerContract, AClaimAfterExpiryExpiresInsteadAndGivesBack) {
  const auto reply = reserved("a");
  const auto outcome = claim(reply, reply.expires_at);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(std::get<app::NoLongerWanted>(outcome).why));
  EXPECT_EQ(newest().reply->state, ReplyState::Expired);
  EXPECT_EQ(counted(), 0);
}

// settle

TEST_P(LedgerContract, AnAcceptedTextIsSentUnderItsId) {
  const auto reply = reserved("a");
  EXPECT_EQ(settle(reply, claimed(reply), ReplyEvent::Accept, "77"), ReplyState::Sent);
  EXPECT_EQ(newest().reply->provider_id, "77");
  EXPECT_EQ(newest().reply->settled_at, now);
  EXPECT_EQ(newest().reply->requested_at, now);
  EXPECT_TRUE(open_replies().empty());
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(history().last_texted_at, now);
}

TEST_P(LedgerContract, ARefusedTextGivesCooldownAndBudgetBack) {
  const auto reply = reserved("a");
  EXPECT_EQ(settle(reply, claimed(reply), ReplyEvent::Refuse), ReplyState::Rejected);
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(recorded_code(decided("b")), "reply");
}

TEST_P(LedgerContract, ATextThatDidNotLeaveIsReservedAgain) {
  const auto reply = reserved("a");
  EXPECT_EQ(settle(reply, claimed(reply), ReplyEvent::NotSent), ReplyState::Reserved);
  const auto open = open_replies().at(0);
  EXPECT_EQ(open.attempts, 1);
  EXPECT_EQ(open.maybe_sent, 0);
  EXPECT_EQ(claimed(reply), 2);
  EXPECT_EQ(counted(), 1);
}

TEST_P(LedgerContract, AnUnknownTextKeepsCooldownAndBudget) {
  const auto reply = reserved("a");
  EXPECT_EQ(settle(reply, claimed(reply), ReplyEvent::LoseSight), ReplyState::Unknown);
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(recorded_code(decided("b")), "recently_texted");
}

TEST_P(LedgerContract, AnotherAttemptsOutcomeChangesNothing) {
  const auto reply = reserved("a");
  const int first = claimed(reply);
  settle(reply, first, ReplyEvent::NotSent);
  const int second = claimed(reply);
  EXPECT_EQ(settle(reply, first, ReplyEvent::Refuse), ReplyState::Sending);
  EXPECT_EQ(settle(reply, second, ReplyEvent::Accept, "77"), ReplyState::Sent);
  EXPECT_EQ(settle(reply, second, ReplyEvent::Refuse), ReplyState::Sent);
}

TEST_P(LedgerContract, ALateAcceptTurnsUnknownAndUncertainIntoSent) {
  const auto a = reserved("a");
  const int attempt_a = claimed(a);
  settle(a, attempt_a, ReplyEvent::LoseSight);
  EXPECT_EQ(settle(a, attempt_a, ReplyEvent::Accept, "77"), ReplyState::Sent);

  const auto b = reserved("b", 1);
  const int attempt_b = claimed(b);
  give_up(b, attempt_b);
  EXPECT_EQ(settle(b, attempt_b, ReplyEvent::Accept, "78"), ReplyState::Sent);
}

// resolve and the second try

TEST_P(LedgerContract, AProvedAbsentTextIsReservedAgainAndClaimedFourTimesAtMost) {
  const auto reply = reserved("a");
  for (int intent = 1; intent < 4; ++intent) {
    settle(reply, claimed(reply), ReplyEvent::LoseSight);
    EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Reserved) << intent;
  }
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Uncertain);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
  EXPECT_EQ(counted(), 1);
}

TEST_P(LedgerContract, ATextThatWasTriedInTimeMayBeClaimedFiveMinutesLater) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  const base::Instant just_in_time = reply.expires_at + domain::later_once_tried - seconds{1};
  EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent, "", just_in_time), ReplyState::Reserved);
  EXPECT_TRUE(std::holds_alternative<app::Claimed>(claim(reply, just_in_time)));
}

TEST_P(LedgerContract, AfterTheseFiveMinutesATextThatWasTriedExpires) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  resolve(reply, ReplyEvent::ProveAbsent);
  claim(reply, reply.expires_at + domain::later_once_tried);
  EXPECT_EQ(newest().reply->state, ReplyState::Expired);
}

TEST_P(LedgerContract, ATextThatCertainlyWasNotSentHasNoTimeMore) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::NotSent);
  claim(reply, reply.expires_at);
  EXPECT_EQ(newest().reply->state, ReplyState::Expired);
}

TEST_P(LedgerContract, AProvedAbsentTextThatHasExpiredIsUncertain) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  const base::Instant too_late = reply.expires_at + domain::later_once_tried;
  EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent, "", too_late), ReplyState::Uncertain);
}

TEST_P(LedgerContract, ATextThatMayBeItEndsAReplyThatWasToBeSentAgain) {
  const auto reply = reserved("a");
  EXPECT_EQ(resolve(reply, ReplyEvent::GiveUp), ReplyState::Reserved) << "nothing was claimed yet";
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  resolve(reply, ReplyEvent::ProveAbsent);
  EXPECT_EQ(resolve(reply, ReplyEvent::GiveUp), ReplyState::Uncertain);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
  EXPECT_EQ(counted(), 1);
}

TEST_P(LedgerContract, AFoundTextIsSent) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  EXPECT_EQ(resolve(reply, ReplyEvent::Accept, "77"), ReplyState::Sent);
  EXPECT_EQ(newest().reply->provider_id, "77");
}

TEST_P(LedgerContract, OneProviderIdNeverBelongsToTwoReplies) {
  const auto a = reserved("a");
  settle(a, claimed(a), ReplyEvent::Accept, "77");
  const auto b = reserved("b", 1);
  settle(b, claimed(b), ReplyEvent::LoseSight);
  EXPECT_EQ(resolve(b, ReplyEvent::Accept, "77"), ReplyState::Unknown);
  EXPECT_EQ(resolve(b, ReplyEvent::Accept, "78"), ReplyState::Sent);
}

TEST_P(LedgerContract, OnlyUnknownIsResolved) {
  const auto reply = reserved("a");
  EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Reserved);
  EXPECT_EQ(resolve(reply, ReplyEvent::GiveUp), ReplyState::Reserved);
  EXPECT_EQ(resolve(reply, ReplyEvent::Accept, "77"), ReplyState::Reserved);
}

TEST_P(LedgerContract, WhatWasBeingSentWhenTheServiceDiedIsUnknown) {
  const auto a = reserved("a");
  reserved("b", 1);
  claimed(a);
  EXPECT_EQ(run_task(ledger().disown_sending({})), 1);
  EXPECT_EQ(run_task(ledger().disown_sending({})), 0);
  const auto open = open_replies();
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].state, ReplyState::Unknown);
  EXPECT_EQ(open[0].sending_at, now);
  EXPECT_EQ(open[1].state, ReplyState::Reserved);
}

TEST_P(LedgerContract, ClaimedTextsAreThoseFromThatNumberSinceThenThatMayHaveLeft) {
  const auto a = reserved("a");
  settle(a, claimed(a, now - minutes{5}), ReplyEvent::Accept, "77");
  const auto b = reserved("b", 1);
  settle(b, claimed(b, now), ReplyEvent::LoseSight);
  const auto refused = reserved("c", 2);
  settle(refused, claimed(refused), ReplyEvent::Refuse);
  const auto not_sent = reserved("d", 3);
  settle(not_sent, claimed(not_sent), ReplyEvent::NotSent);
  reserved("e", 4);
  ASSERT_EQ(claimed_texts(now).size(), 1U);
  const auto all = claimed_texts(now - minutes{5});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].reply, a.id);
  EXPECT_EQ(all[0].state, ReplyState::Sent);
  EXPECT_EQ(all[0].provider_id, "77");
  EXPECT_EQ(all[0].sending_at, now - minutes{5});
  EXPECT_EQ(all[1].text, b.text);
  EXPECT_EQ(all[1].attempt, 1);
  EXPECT_EQ(all[1].provider_id, "");
  EXPECT_TRUE(claimed_texts(now - minutes{5}, other_did).empty());
}

TEST_P(LedgerContract, WhatWasCancelledInTheEndIsNoClaimedText) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  resolve(reply, ReplyEvent::ProveAbsent);
  EXPECT_EQ(claimed_texts().size(), 1U);
  stop();
  EXPECT_TRUE(claimed_texts().empty());
}

TEST_P(LedgerContract, RemembersSinceWhenTheListLacksAText) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::Accept, "7");
  const auto unlisted_since = [&] {
    return run_task(ledger().claimed_texts(account, did, now - hours{1})).at(0).unlisted_since;
  };
  EXPECT_EQ(unlisted_since(), std::nullopt);
  run_task(ledger().note_listed({reply.id}, {}, now + minutes{5}));
  EXPECT_EQ(unlisted_since(), now + minutes{5});
  run_task(ledger().note_listed({}, {reply.id}, now + minutes{10}));
  EXPECT_EQ(unlisted_since(), std::nullopt);
}

TEST_P(LedgerContract, ATextUnderTheIdOfARowToAnotherNumberIsUncertain) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::Accept, "7");
  const auto row_to = [&](const domain::PhoneNumber& to, const std::string& id) {
    return domain::SentText{id, now, did, to, reply.text.body};
  };
  const auto disproved = [&](domain::MessageKind kind, const domain::SentText& row) {
    return run_task(ledger().disprove(account, kind, {row}, now)).size();
  };
  EXPECT_EQ(disproved(domain::MessageKind::Sms, row_to(caller(), "7")), 0U) << "its own row";
  EXPECT_EQ(disproved(domain::MessageKind::Sms, row_to(caller(1), "8")), 0U);
  EXPECT_EQ(disproved(domain::MessageKind::Mms, row_to(caller(1), "7")), 0U)
      << "SMS and MMS are numbered apart";
  EXPECT_EQ(newest().reply->state, ReplyState::Sent);
  EXPECT_EQ(disproved(domain::MessageKind::Sms, row_to(caller(1), "7")), 1U);
  EXPECT_EQ(newest().reply->state, ReplyState::Uncertain);
  EXPECT_EQ(in_english(newest().reply->evidence), "VoIP.ms answered with the id of another text");
  EXPECT_EQ(newest().reply->provider_id, "");
  EXPECT_EQ(claimed_texts().at(0).provider_id, "");
  const auto other = reserved("b", 1);
  EXPECT_EQ(settle(other, claimed(other), ReplyEvent::Accept, "7"), ReplyState::Sent) << "the id is free";
}

TEST_P(LedgerContract, ATextFromElsewhereCountsForTheCooldown) {
  EXPECT_EQ(run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now - hours{1}}})), 1);
  EXPECT_EQ(recorded_code(decided("a")), "recently_texted");
  EXPECT_EQ(recorded_code(decided("b", 1)), "reply");
  EXPECT_EQ(recorded_code(decided("c", 0, now + hours{23})), "reply");
}

TEST_P(LedgerContract, ATextFromElsewhereIsNewsOnce) {
  const std::vector<app::TextElsewhere> texts{{caller(), now}, {caller(1), now}};
  EXPECT_EQ(run_task(ledger().note_texts_elsewhere(account, did, texts)), 2);
  EXPECT_EQ(run_task(ledger().note_texts_elsewhere(account, did, texts)), 0);
  EXPECT_EQ(run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now + seconds{1}}})), 1);
}

TEST_P(LedgerContract, ATextFromElsewhereCancelsAReservedReply) {
  const auto reply = reserved("a");
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now - hours{1}}}));
  EXPECT_EQ(cancelled(reply), CancelReason::TextedElsewhere);
  EXPECT_EQ(newest().reply->state, ReplyState::Cancelled);
  EXPECT_EQ(counted(), 0);
  EXPECT_EQ(recorded_code(decided("b")), "recently_texted");
}

TEST_P(LedgerContract, ATextFromElsewhereThatIsOlderThanTheCooldownDoesNotMatter) {
  const auto reply = reserved("a");
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now - hours{24}}}));
  EXPECT_TRUE(std::holds_alternative<app::Claimed>(claim(reply)));
}

TEST_P(LedgerContract, HistoriesComeInTheOrderOfTheCallers) {
  record(decided("a", 1));
  run_task(ledger().note_words(account, {{caller(2), domain::StopWord::Stop, now}}));
  run_task(ledger().block(caller(3)));
  const auto histories =
      run_task(ledger().histories(account, did, {}, {caller(0), caller(1), caller(2), caller(3)}));
  ASSERT_EQ(histories.size(), 4U);
  EXPECT_FALSE(histories[0].last_texted_at || histories[0].opted_out || histories[0].blocked);
  EXPECT_EQ(histories[1].last_texted_at, now);
  EXPECT_TRUE(histories[2].opted_out);
  EXPECT_TRUE(histories[3].blocked);
}

TEST_P(LedgerContract, AProfileMadeAnewTextsNobodyTwice) {
  const auto reply = reserved("a");
  settle(reply, claimed(reply), ReplyEvent::Accept, "77");
  run_task(settings().delete_profile(profile_id, {}));
  const auto again = *run_task(settings().add_profile(profile(), base::Secret("password"), {}));
  EXPECT_GT(again, profile_id);
  EXPECT_EQ(run_task(settings().accounts({}))[0].id, account);
  auto call = decided("b");
  call.profile = again;
  EXPECT_EQ(recorded_code(call), "recently_texted");
}

// pages of calls

/// Calls of every sort, and a question about them.
class CallPages : public LedgerContract {
 protected:
  /// The keys of the calls that meet the query, in its order.
  std::string found(const app::CallQuery& query) {
    std::string keys;
    for (const app::CallRecord& call : run_task(ledger().calls(query))) keys += call.call.key();
    return keys;
  }
  /// The same, page by page.
  std::string paged(app::CallQuery query, std::size_t limit) {
    query.limit = limit;
    std::string keys;
    for (auto page = run_task(ledger().calls(query)); !page.empty(); page = run_task(ledger().calls(query))) {
      EXPECT_LE(page.size(), limit);
      for (const app::CallRecord& call : page) keys += call.call.key();
      query.after = app::CallPosition{page.back().call.started_at(), page.back().id};
    }
    return keys;
  }
};
SMS_NOTIFIER_ALL_STORES(CallPages);

TEST_P(CallPages, HaveEachCallOnceAlsoWhereManyStartedTogether) {
  for (const char* key : {"a", "b", "c", "d"}) record(skipped(key, SkipReason::Answered, 0, now));
  for (const char* key : {"e", "f", "g"}) record(skipped(key, SkipReason::Answered, 0, now + seconds{1}));
  record(skipped("h", SkipReason::Answered, 0, now - seconds{1}));
  for (const std::size_t limit : {1U, 2U, 3U, 5U, 100U}) EXPECT_EQ(paged({}, limit), "gfedcbah");
}

TEST_P(CallPages, StayAsTheyWereWhenNewCallsCome) {
  record(skipped("a", SkipReason::Answered));
  record(skipped("b", SkipReason::Answered));
  app::CallQuery query;
  query.limit = 1;
  const auto first = run_task(ledger().calls(query));
  record(skipped("c", SkipReason::Answered, 0, now + seconds{1}));
  query.after = app::CallPosition{first.back().call.started_at(), first.back().id};
  EXPECT_EQ(found(query), "a");
}

TEST_P(CallPages, AreOfTheTimeAskedFor) {
  record(skipped("a", SkipReason::Answered, 0, now));
  record(skipped("b", SkipReason::Answered, 0, now + minutes{1}));
  record(skipped("c", SkipReason::Answered, 0, now + minutes{2}));
  app::CallQuery query;
  query.since = now - seconds{20};  // the call starts so long before it is seen
  query.until = now - seconds{20} + minutes{2};
  EXPECT_EQ(found(query), "ba");
}

TEST_P(CallPages, AreOfTheDecisionAskedFor) {
  record(skipped("a", SkipReason::Answered));
  record(decided("b", 1));
  record(decided("c", 1));  // becomes recently_texted
  app::CallQuery query;
  query.decision = domain::ReplyToCall{};
  EXPECT_EQ(found(query), "b");
  query.decision = domain::Skip{SkipReason::RecentlyTexted};
  EXPECT_EQ(found(query), "c");
  query.decision = domain::Skip{SkipReason::Blocked};
  EXPECT_EQ(found(query), "");
}

TEST_P(CallPages, AreOfTheStateOfNowThatIsAskedFor) {
  app::CallQuery query;
  const auto in_state = [&](ReplyState state) {
    query.state = state;
    return found(query);
  };
  record(skipped("z", SkipReason::Answered, 9));
  const auto reply = reserved("a");
  EXPECT_EQ(in_state(ReplyState::Reserved), "a");
  const int attempt = claimed(reply);
  EXPECT_EQ(in_state(ReplyState::Sending), "a");
  settle(reply, attempt, ReplyEvent::LoseSight);
  EXPECT_EQ(in_state(ReplyState::Unknown), "a");
  resolve(reply, ReplyEvent::Accept, "77");
  EXPECT_EQ(in_state(ReplyState::Sent), "a");
  EXPECT_EQ(in_state(ReplyState::Unknown), "");
  reserved("b", 1);
  stop();
  EXPECT_EQ(in_state(ReplyState::Cancelled), "b");
}

TEST_P(CallPages, AreOfTheCallersWhoseNumberHoldsTheDigits) {
  record(skipped("a", SkipReason::Answered, 11));  // 5551000011
  record(skipped("b", SkipReason::Answered, 22));  // 5551000022
  auto withheld = skipped("c", SkipReason::NoCallerNumber);
  withheld.call.caller.number.reset();
  record(withheld);
  app::CallQuery query;
  EXPECT_EQ(found(query), "cba");
  for (const auto& [digits, keys] : std::map<std::string, std::string>{
           {"5551000011", "a"}, {"022", "b"}, {"1000", "ba"}, {"9", ""}, {"%", ""}, {"_", ""}}) {
    query.caller = digits;
    EXPECT_EQ(found(query), keys) << digits;
  }
}

TEST_P(CallPages, ShowACallersOtherDigitsAsTheyWere) {
  const std::vector<std::string> callers{"\"Jones\" <+442071838750>", "911", "\"RESTRICTED\" <7378742833>",
                                         "anonymous"};
  for (const std::string& callerid : callers) {
    auto call = skipped(callerid, SkipReason::NotTextable);
    call.call.caller = domain::parse_caller_id(callerid);
    record(call);
  }
  const std::vector<app::CallRecord> found = all_calls();
  ASSERT_EQ(found.size(), callers.size());
  for (const app::CallRecord& record : found) {
    EXPECT_EQ(record.call.caller, domain::parse_caller_id(record.call.key())) << record.call.key();
    EXPECT_EQ(record.decision, domain::Decision(domain::Skip{SkipReason::NotTextable}));
  }
}

TEST_P(CallPages, HaveTheOneCallThatIsAskedFor) {
  record(skipped("a", SkipReason::Answered));
  record(skipped("b", SkipReason::Answered));
  app::CallQuery query;
  query.only = all_calls().back().id;
  EXPECT_EQ(found(query), "a");
  query.only = domain::CallId(99);
  EXPECT_EQ(found(query), "");
}

TEST_P(CallPages, AreOfTheProfileAskedForAndMeetEveryWishAtOnce) {
  record(decided("a", 1));
  auto of_other = skipped("b", SkipReason::Answered, 2);
  of_other.profile = domain::ProfileId(99);
  record(of_other);
  record(skipped("c", SkipReason::Answered, 1));
  app::CallQuery query;
  query.profile = profile_id;
  EXPECT_EQ(found(query), "ca");
  query.decision = domain::ReplyToCall{};
  query.state = ReplyState::Reserved;
  query.caller = "0001";
  query.since = now - hours{1};
  query.until = now;
  EXPECT_EQ(found(query), "a");
  query.caller = "0002";
  EXPECT_EQ(found(query), "");
}

TEST_P(CallPages, KeepTheirOrderAfterAnEarlierLegBecomesKnown) {
  record(skipped("a", SkipReason::Answered, 0, now));
  record(skipped("b", SkipReason::Answered, 1, now + minutes{1}));
  auto calls = all_calls();
  domain::Call earlier = calls[0].call;
  domain::add_leg(earlier, {"0", now - hours{1}, domain::Disposition::NoAnswer, seconds{0}});
  run_task(ledger().revise(calls[0].id, earlier, false));
  EXPECT_EQ(paged({}, 1), "a0");
}

// figures

TEST_P(LedgerContract, CallsAreCountedByTheHourInWhichTheyStarted) {
  const base::Instant hour = std::chrono::floor<hours>(now);
  const seconds seen_after{20};
  record(skipped("a", SkipReason::Answered, 0, hour + seen_after));
  record(skipped("b", SkipReason::Closed, 1, hour + seen_after + minutes{59}));
  const auto sent = reserved("c", 2, hour + seen_after + minutes{60});
  settle(sent, claimed(sent), ReplyEvent::Accept, "77");
  const auto lost = reserved("d", 3, hour + seen_after + minutes{61});
  settle(lost, claimed(lost), ReplyEvent::LoseSight);
  record(skipped("e", SkipReason::Answered, 4, hour + seen_after + hours{5}));

  const auto tallies = run_task(ledger().tallies(std::nullopt, hour));
  ASSERT_EQ(tallies.size(), 3U);
  EXPECT_EQ(tallies[0].hour, hour);
  EXPECT_EQ(tallies[0].calls, 2);
  EXPECT_EQ(tallies[0].missed, 1);
  EXPECT_EQ(tallies[0].texted, 0);
  EXPECT_EQ(tallies[1].hour, hour + hours{1});
  EXPECT_EQ(tallies[1].calls, 2);
  EXPECT_EQ(tallies[1].missed, 2);
  EXPECT_EQ(tallies[1].texted, 1);
  EXPECT_EQ(tallies[2].hour, hour + hours{5});
  EXPECT_EQ(run_task(ledger().tallies(profile_id, hour + minutes{1})).size(), 3U);
  EXPECT_EQ(run_task(ledger().tallies(profile_id, hour + minutes{1}))[0].calls, 1);
  EXPECT_TRUE(run_task(ledger().tallies(domain::ProfileId(99), hour)).empty());
}

TEST_P(LedgerContract, TheLastTextsTellHowLongTheyTook) {
  for (int n = 0; n < 3; ++n) {
    const auto reply = reserved("r" + std::to_string(n), n);
    const int attempt = claimed(reply);
    const app::Settlement accepted{ReplyEvent::Accept, std::to_string(n), {}};
    run_task(ledger().settle(reply.id, attempt, accepted, now + seconds{n}));
  }
  const auto refused = reserved("x", 9);
  settle(refused, claimed(refused), ReplyEvent::Refuse);
  const auto times = [&](base::Instant since, std::size_t limit) {
    return run_task(ledger().reply_times(since, limit));
  };
  EXPECT_EQ(times(now, 10), (std::vector<base::Duration>{seconds{22}, seconds{21}, seconds{20}}));
  EXPECT_EQ(times(now, 2), (std::vector<base::Duration>{seconds{22}, seconds{21}}));
  EXPECT_EQ(times(now + seconds{2}, 10), std::vector<base::Duration>{seconds{22}});
}

// test texts

TEST_P(LedgerContract, ATestTextIsAReplyWithoutACall) {
  const auto ordered = test_text(caller(7));
  ASSERT_TRUE(std::holds_alternative<app::Ordered>(ordered));
  const app::OpenReply reply = std::get<app::Ordered>(ordered).reply;
  EXPECT_FALSE(reply.call.has_value());
  ASSERT_TRUE(std::holds_alternative<app::Claimed>(claim(reply)));
  EXPECT_EQ(claimed_texts().at(0).text.to, caller(7));
  settle(reply, 1, ReplyEvent::Accept, "t1");
  EXPECT_EQ(run_task(ledger().test_text(reply.id))->state, ReplyState::Sent);
  EXPECT_TRUE(all_calls().empty());
}

TEST_P(LedgerContract, ATestTextCountsForTheDayAndTakesNoCooldown) {
  test_text(caller());
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(recorded_code(decided("a")), "reply");
}

TEST_P(LedgerContract, ATestTextGoesOutWhileTheProfileIsStopped) {
  stop();
  const app::OpenReply reply = std::get<app::Ordered>(test_text(caller())).reply;
  EXPECT_TRUE(std::holds_alternative<app::Claimed>(claim(reply)));
}

TEST_P(LedgerContract, NoTestTextGoesToANumberThatWantsNone) {
  run_task(ledger().note_words(account, {{caller(1), domain::StopWord::Stop, now}}));
  run_task(ledger().block(caller(2)));
  EXPECT_EQ(std::get<domain::OrderRefusal>(test_text(caller(1))), domain::OrderRefusal::OptedOut);
  EXPECT_EQ(std::get<domain::OrderRefusal>(test_text(caller(2))), domain::OrderRefusal::Blocked);
  EXPECT_EQ(counted(), 0);
}

TEST_P(LedgerContract, TestTextsEndWithTheirShareOfTheDayOrWithTheDay) {
  EXPECT_EQ(std::get<domain::OrderRefusal>(test_text(caller(), 0)), domain::OrderRefusal::CapReached);
  for (int n = 0; n < domain::test_texts_per_day; ++n)
    EXPECT_TRUE(std::holds_alternative<app::Ordered>(test_text(caller()))) << n;
  EXPECT_EQ(std::get<domain::OrderRefusal>(test_text(caller())), domain::OrderRefusal::TestsUsedUp);
}

// callers' words

TEST_P(LedgerContract, TheLatestWordOfACallerCounts) {
  const auto says = [&](domain::StopWord word, base::Instant at) {
    return run_task(ledger().note_words(account, {{caller(), word, at}})).size();
  };
  EXPECT_EQ(says(domain::StopWord::Start, now), 0U) << "nothing to take back";
  EXPECT_EQ(says(domain::StopWord::Stop, now + seconds{1}), 1U);
  EXPECT_TRUE(history().opted_out);
  EXPECT_EQ(says(domain::StopWord::Stop, now + seconds{1}), 0U) << "read again";
  EXPECT_EQ(says(domain::StopWord::Start, now + seconds{1}), 0U) << "in one second STOP counts";
  EXPECT_EQ(says(domain::StopWord::Start, now + seconds{2}), 1U);
  EXPECT_FALSE(history().opted_out);
  EXPECT_EQ(says(domain::StopWord::Stop, now + seconds{1}), 0U) << "taken back since";
  EXPECT_FALSE(history().opted_out);
  EXPECT_EQ(says(domain::StopWord::Stop, now + seconds{3}), 1U);
  EXPECT_TRUE(history().opted_out);
}

TEST_P(LedgerContract, KnowsUntilWhenWordsWereRead) {
  EXPECT_EQ(run_task(ledger().words_read_until(account)), std::nullopt);
  run_task(ledger().save_words_read_until(account, now));
  EXPECT_EQ(run_task(ledger().words_read_until(account)), now);
}

// conversations

TEST_P(LedgerContract, AConversationAfterTheCallCancelsItsText) {
  const auto reply = reserved("a");
  run_task(ledger().note_conversations(account, {{"x", caller(), false, now + seconds{5}, seconds{40}}}));
  EXPECT_EQ(cancelled(reply, now + minutes{1}), CancelReason::GotThrough);
}

TEST_P(LedgerContract, OnlyAnsweredCallsLongerThanTheThresholdAreConversations) {
  const auto spoke_until = [&](seconds threshold) {
    return run_task(ledger().histories(account, did, threshold, {caller()})).at(0).spoke_until;
  };
  run_task(ledger().note_conversations(account, {{"x", caller(), true, now, seconds{10}}}));
  EXPECT_EQ(spoke_until(seconds{10}), std::nullopt) << "voicemail may have answered";
  EXPECT_EQ(spoke_until(seconds{9}), now + seconds{10});
  run_task(ledger().note_conversations(account, {{"x", caller(), true, now, seconds{30}}}));
  EXPECT_EQ(spoke_until(seconds{10}), now + seconds{30}) << "the record grew";
}

}  // namespace
}  // namespace sms_notifier::contract
