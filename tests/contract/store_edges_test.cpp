// Edges of the promises, where two stores could come to differ.
#include <gtest/gtest.h>

#include "domain/profile.h"
#include "store_under_test.h"

namespace sms_notifier::contract {
namespace {

using domain::ReplyEvent;
using domain::ReplyState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::run_task;

const base::Instant now{hours{500'000}};
const domain::WallTime noon = *domain::parse_wall_time("2027-01-15 12:00:00");  // a Friday
const domain::Did did = *domain::Did::parse("5550100199");

domain::PhoneNumber caller(int n = 0) {
  return *domain::PhoneNumber::parse("555" + std::to_string(1'000'000 + n));
}

class StoreEdges : public StoreContract {
 protected:
  StoreEdges() {
    domain::ProfileRules rules{did};
    rules.message = "Sorry";
    const domain::CheckedProfile checked{"owner@clinic.example", rules};
    profile_id = *run_task(settings().add_profile(checked, base::Secret("password"), {}));
    run_task(settings().set_running(profile_id, true, {}));
    account = run_task(settings().accounts({}))[0].id;
  }
  app::DecidedCall decided(const std::string& key, int n = 0, base::Instant at = now) const {
    domain::Call call{
        {caller(n), "A"}, did, {{key, at - seconds{20}, domain::Disposition::NoAnswer, seconds{0}}}};
    app::DecidedCall result{std::move(call), profile_id, domain::ReplyToCall{}, at, std::nullopt};
    result.terms = app::DecidedCall::ReplyTerms{
        domain::TextMessage{did, caller(n), "Sorry"}, at, at + minutes{15}, hours{24}, std::nullopt,
        std::chrono::floor<std::chrono::days>(at),    100};
    return result;
  }
  app::RecordOutcome record(app::DecidedCall call) {
    std::vector<app::DecidedCall> calls{std::move(call)};
    return run_task(ledger().record(account, calls)).at(0);
  }
  app::OpenReply reserved(const std::string& key, int n = 0, base::Instant at = now) {
    return *std::get<app::Recorded>(record(decided(key, n, at))).reply;
  }
  int claimed(const app::OpenReply& r, base::Instant at = now) {
    return std::get<app::Claimed>(run_task(ledger().claim(r.id, at, noon))).attempt;
  }
  ReplyState settle(const app::OpenReply& r, int attempt, ReplyEvent event, std::string id = "") {
    app::Settlement s{event, std::move(id), domain::Sentence::as_written("evidence"), std::nullopt};
    return run_task(ledger().settle(r.id, attempt, s, now));
  }
  ReplyState resolve(const app::OpenReply& r, ReplyEvent event, std::string id = "") {
    app::Resolution x{event, std::move(id), domain::Sentence::as_written("evidence")};
    return run_task(ledger().resolve(r.id, x, now));
  }
  app::CallRecord newest() { return run_task(ledger().calls({})).at(0); }
  domain::CallerHistory history(int n = 0) {
    std::vector<domain::PhoneNumber> who{caller(n)};
    return run_task(ledger().histories(account, did, {}, who)).at(0);
  }
  domain::ProfileId profile_id;
  domain::AccountId account;
};
SMS_NOTIFIER_ALL_STORES(StoreEdges);

TEST_P(StoreEdges, ASkipThatComesWithTermsUsesUpNothing) {
  auto call = decided("a");
  call.decision = domain::Skip{domain::SkipReason::DryRun};
  const auto outcome = std::get<app::Recorded>(record(call));
  EXPECT_EQ(to_code(outcome.decision), "dry_run");
  EXPECT_FALSE(outcome.reply);
  EXPECT_FALSE(history().last_texted_at);
  EXPECT_EQ(run_task(ledger().texts_counted(account, call.terms->budget_day)), 0);
}

TEST_P(StoreEdges, ACallThatThrowsLeavesNothingBehind) {
  auto bad = decided("b", 1);
  bad.terms.reset();
  EXPECT_THROW(record(bad), std::exception);
  EXPECT_TRUE(run_task(ledger().calls({})).empty());
  EXPECT_EQ(to_code(std::get<app::Recorded>(record(decided("b", 1))).decision), "reply");
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
  const auto id = std::get<app::Recorded>(record(decided("a"))).id;
  domain::Call call = decided("a").call;
  call.legs[0] = {"a", now - seconds{25}, domain::Disposition::Answered, seconds{90}};
  run_task(ledger().revise(id, call, false));
  EXPECT_EQ(newest().call, call);
  EXPECT_EQ(run_task(ledger().recent_calls(account, now - hours{1})).at(0).call, call);
}

TEST_P(StoreEdges, ALegOfARevisionGuardsAgainstASecondCall) {
  const auto id = std::get<app::Recorded>(record(decided("a"))).id;
  domain::Call call = decided("a").call;
  domain::add_leg(call, {"b", now - seconds{40}, domain::Disposition::NoAnswer, seconds{0}});
  run_task(ledger().revise(id, call, false));
  EXPECT_EQ(newest().call, call);
  const auto again = record(decided("b"));
  ASSERT_TRUE(std::holds_alternative<app::AlreadyRecorded>(again));
  EXPECT_EQ(std::get<app::AlreadyRecorded>(again).call.id, id);
}

TEST_P(StoreEdges, ATextFoundUnderATakenIdIsSentWithoutOne) {
  const auto a = reserved("a", 0);
  settle(a, claimed(a), ReplyEvent::Accept, "7");
  const auto b = reserved("b", 1);
  EXPECT_EQ(settle(b, claimed(b), ReplyEvent::Accept, "7"), ReplyState::Sent);
  const auto texts = run_task(ledger().claimed_texts(account, did, now));
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
  auto call = decided("a");
  call.call.caller = {std::nullopt, "Anonymous"};
  call.decision = domain::Skip{domain::SkipReason::NoCallerNumber};
  call.terms.reset();
  record(call);
  EXPECT_EQ(newest().call, call.call);
}

TEST_P(StoreEdges, AnOptedOutAndBlockedCallerGivesTheSameReasonEverywhere) {
  const auto a = reserved("a");
  run_task(ledger().note_words(account, {{caller(), domain::StopWord::Stop, now}}));
  run_task(ledger().block(caller()));
  const auto outcome = run_task(ledger().claim(a.id, now, noon));
  EXPECT_EQ(std::get<domain::CancelReason>(std::get<app::NoLongerWanted>(outcome).why),
            domain::CancelReason::OptedOut);
}

TEST_P(StoreEdges, EachAttemptsExpiryAndIntentLimitHold) {
  const auto a = reserved("a");
  for (int n = 0; n < 2; ++n) {
    settle(a, claimed(a), ReplyEvent::LoseSight);
    EXPECT_EQ(resolve(a, ReplyEvent::ProveAbsent), n == 0 ? ReplyState::Reserved : ReplyState::Uncertain);
  }
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(run_task(ledger().claim(a.id, now, noon))));
}

}  // namespace
}  // namespace sms_notifier::contract
