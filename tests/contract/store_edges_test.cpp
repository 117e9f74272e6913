// Edges of the promises, where two stores could come to differ.
#include <gtest/gtest.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

class StoreEdges : public BusinessContract {};
SMS_NOTIFIER_ALL_STORES(StoreEdges);

TEST_P(StoreEdges, ASkipThatComesWithTermsUsesUpNothing) {
  auto call = decided("a");
  call.decision = domain::Skip{SkipReason::DryRun};
  const auto outcome = recorded(call);
  EXPECT_EQ(to_code(outcome.decision), "dry_run");
  EXPECT_FALSE(outcome.reply);
  EXPECT_FALSE(history().last_texted_at);
  EXPECT_EQ(counted(), 0);
}

TEST_P(StoreEdges, ACallThatThrowsLeavesNothingBehind) {
  auto bad = decided("b", 1);
  bad.terms.reset();
  EXPECT_THROW(record(bad), std::exception);
  EXPECT_TRUE(all_calls().empty());
  EXPECT_EQ(to_code(recorded(decided("b", 1)).decision), "reply");
}

TEST_P(StoreEdges, ARefusedSecondTextGivesTheEarlierOnesTimeBack) {
  const auto first = reserved("a", 0, now - hours{30});
  settle(first, claimed(first, now - hours{30}), ReplyEvent::Accept, "1");
  const auto second = reserved("b");
  EXPECT_EQ(history().last_texted_at, now);
  settle(second, claimed(second), ReplyEvent::Refuse);
  EXPECT_EQ(history().last_texted_at, now - hours{30});
}

TEST_P(StoreEdges, AReplyThatIsReservedAgainIsNotSettled) {
  const auto a = reserved("a");
  settle(a, claimed(a), ReplyEvent::NotSent);
  EXPECT_FALSE(newest().reply->settled_at) << "after NotSent";
  settle(a, claimed(a), ReplyEvent::LoseSight);
  EXPECT_EQ(resolve(a, ReplyEvent::ProveAbsent), ReplyState::Reserved);
  EXPECT_FALSE(newest().reply->settled_at) << "after ProveAbsent";
}

TEST_P(StoreEdges, ARevisedLegReplacesTheOldOneWithItsTime) {
  const auto id = recorded(decided("a")).id;
  domain::Call call = decided("a").call;
  call.legs[0] = {"a", now - seconds{25}, domain::Disposition::Answered, seconds{90}};
  run_task(ledger().revise(id, call, false));
  EXPECT_EQ(newest().call, call);
  EXPECT_EQ(run_task(ledger().recent_calls(account, now - hours{1})).at(0).call, call);
}

TEST_P(StoreEdges, ALegOfARevisionGuardsAgainstASecondCall) {
  const auto id = recorded(decided("a")).id;
  domain::Call call = decided("a").call;
  domain::add_leg(call, {"b", now - seconds{40}, domain::Disposition::NoAnswer, seconds{0}});
  run_task(ledger().revise(id, call, false));
  EXPECT_EQ(newest().call, call);
  const auto again = record(decided("b"));
  ASSERT_TRUE(std::holds_alternative<app::AlreadyRecorded>(again));
  EXPECT_EQ(std::get<app::AlreadyRecorded>(again).call.id, id);
}

TEST_P(StoreEdges, AnAnswerWithAnotherTextsIdProvesNothing) {
  const auto a = reserved("a", 0);
  settle(a, claimed(a), ReplyEvent::Accept, "7");
  const auto b = reserved("b", 1);
  const int attempt = claimed(b);
  EXPECT_EQ(settle(b, attempt, ReplyEvent::Accept, "7"), ReplyState::Unknown);
  EXPECT_EQ(in_english(newest().reply->evidence), "VoIP.ms answered with the id of another text");
  EXPECT_EQ(settle(b, attempt, ReplyEvent::Accept, "7"), ReplyState::Unknown) << "nor does it later";
  const auto texts = claimed_texts();
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].provider_id, "7");
  EXPECT_EQ(texts[1].provider_id, "");
}

TEST_P(StoreEdges, HostileNamesComeBackAsTheyWere) {
  auto call = decided("key'); DROP TABLE calls; -- :x");
  call.call.caller.name = "\"'; DROP TABLE calls; -- :id \xF0\x9F\x98\x80 <script>";
  record(call);
  EXPECT_EQ(newest().call, call.call);
}

TEST_P(StoreEdges, WithheldCallersAreRecorded) {
  auto call = skipped("a", SkipReason::NoCallerNumber);
  call.call.caller = {std::nullopt, "Anonymous"};
  record(call);
  EXPECT_EQ(newest().call, call.call);
}

TEST_P(StoreEdges, AnOptedOutAndBlockedCallerGivesTheSameReasonEverywhere) {
  const auto a = reserved("a");
  run_task(ledger().note_words(account, {{caller(), domain::StopWord::Stop, now}}));
  run_task(ledger().block(caller()));
  EXPECT_EQ(cancelled(a), CancelReason::OptedOut);
}

}  // namespace
}  // namespace sms_notifier::contract
