// Texts that the owner orders.
#include <gtest/gtest.h>

#include "domain/profile.h"
#include "store_under_test.h"

namespace sms_notifier::contract {
namespace {

using domain::OrderRefusal;
using domain::ReplyEvent;
using domain::ReplyState;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::run_task;

const base::Instant now{hours{500'000}};
const domain::WallTime noon = *domain::parse_wall_time("2027-01-15 12:00:00");  // a Friday
const domain::Day today = std::chrono::floor<days>(now);
const domain::Did did = *domain::Did::parse("5550100199");
/// When the owner orders, long after the first text was given up.
const base::Instant later = now + hours{30};
const domain::Day later_day = std::chrono::floor<days>(later);

domain::PhoneNumber caller(int n = 0) {
  return *domain::PhoneNumber::parse("555" + std::to_string(1'000'000 + n));
}

domain::CheckedProfile profile() {
  domain::ProfileRules rules{did};
  rules.message = "Sorry";
  return {"owner@clinic.example", rules};
}

class Orders : public StoreContract {
 protected:
  Orders() {
    profile_id = *run_task(settings().add_profile(profile(), base::Secret("password"), {}));
    run_task(settings().set_running(profile_id, true, {}));
    account = run_task(settings().accounts({}))[0].id;
  }

  domain::CallId record(const std::string& key, domain::Decision decision, int n = 0,
                        base::Instant at = now) {
    const domain::Leg leg{key, at - seconds{20}, domain::Disposition::NoAnswer, seconds{0}};
    const domain::Call call{{caller(n), "A CALLER"}, did, {leg}};
    app::DecidedCall decided{call, profile_id, decision, at, std::nullopt};
    if (decision == domain::Decision(domain::ReplyToCall{}))
      decided.terms = app::DecidedCall::ReplyTerms{domain::TextMessage{did, caller(n), "Sorry"},
                                                   at,
                                                   at + minutes{15},
                                                   hours{24},
                                                   std::nullopt,
                                                   std::chrono::floor<days>(at),
                                                   100};
    std::vector<app::DecidedCall> calls{decided};
    return std::get<app::Recorded>(run_task(ledger().record(account, calls)).at(0)).id;
  }
  domain::CallId too_old(const std::string& key = "old", int n = 0) {
    return record(key, domain::Skip{domain::SkipReason::TooOld}, n);
  }
  /// A call whose only text is uncertain.
  domain::CallId uncertain(const std::string& key = "a", int n = 0) {
    const domain::CallId call = record(key, domain::ReplyToCall{}, n);
    const app::OpenReply reply = open_reply();
    give_up(reply, claimed(reply, now));
    return call;
  }
  app::OpenReply open_reply() { return run_task(ledger().open_replies({})).at(0); }
  std::size_t open_count() { return run_task(ledger().open_replies({})).size(); }
  app::OrderOutcome order(domain::CallId call, base::Instant at = later, int cap = 100) {
    return run_task(ledger().order_text(call, {at, at + minutes{15}, std::chrono::floor<days>(at), cap}, {}));
  }
  app::OpenReply ordered(domain::CallId call, base::Instant at = later) {
    return std::get<app::Ordered>(order(call, at)).reply;
  }
  OrderRefusal refused(domain::CallId call, int cap = 100) {
    return std::get<OrderRefusal>(order(call, later, cap));
  }
  app::ClaimOutcome claim(const app::OpenReply& reply, base::Instant at = later) {
    return run_task(ledger().claim(reply.id, at, noon));
  }
  int claimed(const app::OpenReply& reply, base::Instant at = later) {
    return std::get<app::Claimed>(claim(reply, at)).attempt;
  }
  domain::CancelReason cancelled(const app::OpenReply& reply) {
    return std::get<domain::CancelReason>(std::get<app::NoLongerWanted>(claim(reply)).why);
  }
  ReplyState settle(const app::OpenReply& reply, int attempt, ReplyEvent event, std::string id = "") {
    const app::Settlement settlement{event, std::move(id), domain::Sentence::as_written("evidence"),
                                     std::nullopt};
    return run_task(ledger().settle(reply.id, attempt, settlement, later));
  }
  ReplyState resolve(const app::OpenReply& reply, ReplyEvent event, std::string id = "") {
    const app::Resolution resolution{event, std::move(id), domain::Sentence::as_written("evidence")};
    return run_task(ledger().resolve(reply.id, resolution, later));
  }
  void give_up(const app::OpenReply& reply, int attempt) {
    settle(reply, attempt, ReplyEvent::LoseSight);
    resolve(reply, ReplyEvent::GiveUp);
  }
  app::CallRecord newest() { return run_task(ledger().calls({})).at(0); }
  ReplyState state() { return newest().reply->state; }
  int counted(domain::Day day) { return run_task(ledger().texts_counted(account, day)); }
  std::optional<base::Instant> last_texted() {
    return run_task(ledger().histories(account, did, {}, {caller()})).at(0).last_texted_at;
  }
  void edit(const domain::CheckedProfile& changed) {
    run_task(settings().edit_profile(profile_id, changed, std::nullopt, {}));
  }
  std::vector<domain::ClaimedText> claimed_texts() {
    return run_task(ledger().claimed_texts(account, did, now));
  }

  domain::ProfileId profile_id;
  domain::AccountId account;
};
SMS_NOTIFIER_ALL_STORES(Orders);

// what may be ordered

TEST_P(Orders, ACallThatWasTooOldGetsAReplyAndItsDecisionStays) {
  const app::OpenReply reply = ordered(too_old());
  EXPECT_EQ(reply.state, ReplyState::Reserved);
  EXPECT_EQ(reply.text, (domain::TextMessage{did, caller(), "Sorry"}));
  EXPECT_EQ(reply.called_at, now - seconds{20});
  EXPECT_EQ(reply.not_before, later);
  EXPECT_EQ(reply.expires_at, later + minutes{15});
  EXPECT_EQ(reply.orders, 1);
  EXPECT_FALSE(reply.may_be_out);
  EXPECT_EQ(open_reply().id, reply.id);
  EXPECT_EQ(to_code(newest().decision), "too_old");
  EXPECT_EQ(newest().reply->orders, 1);
}

TEST_P(Orders, AnUncertainReplyIsReservedOnceMoreWithItsWords) {
  const domain::CallId call = uncertain();
  auto changed = profile();
  changed.rules.message = "New words";
  edit(changed);
  const app::OpenReply reply = ordered(call);
  EXPECT_EQ(reply.state, ReplyState::Reserved);
  EXPECT_EQ(reply.not_before, later);
  EXPECT_EQ(reply.expires_at, later + minutes{15});
  EXPECT_EQ(reply.orders, 1);
  EXPECT_TRUE(reply.may_be_out);
  const app::OpenReply open = open_reply();
  EXPECT_EQ(open.expires_at, reply.expires_at);
  EXPECT_EQ(open.orders, 1);
  EXPECT_TRUE(open.may_be_out);
  EXPECT_EQ(std::get<app::Claimed>(claim(reply)).text.body, "Sorry");
}

TEST_P(Orders, NothingElseIsOffered) {
  EXPECT_EQ(refused(record("answered", domain::Skip{domain::SkipReason::Answered})),
            OrderRefusal::NotOffered);
  const domain::CallId call = record("a", domain::ReplyToCall{}, 1);
  EXPECT_EQ(refused(call), OrderRefusal::NotOffered);
  const app::OpenReply reply = open_reply();
  const int attempt = claimed(reply, now);
  EXPECT_EQ(refused(call), OrderRefusal::NotOffered);
  settle(reply, attempt, ReplyEvent::LoseSight);
  EXPECT_EQ(refused(call), OrderRefusal::NotOffered);
  resolve(reply, ReplyEvent::Accept, "77");
  EXPECT_EQ(refused(call), OrderRefusal::NotOffered);
}

TEST_P(Orders, ACallThatIsNotThereIsSaid) {
  EXPECT_EQ(refused(domain::CallId(4711)), OrderRefusal::NoSuchCall);
}

TEST_P(Orders, OfTwoForACallTheSecondIsNotOffered) {
  const domain::CallId again = uncertain("a", 1);
  ordered(again);
  EXPECT_EQ(refused(again), OrderRefusal::NotOffered);
  const domain::CallId old = too_old();
  ordered(old);
  EXPECT_EQ(refused(old), OrderRefusal::NotOffered);
}

// guards

TEST_P(Orders, OfAStoppedProfileAreRefused) {
  const domain::CallId call = uncertain();
  run_task(settings().set_running(profile_id, false, {}));
  EXPECT_EQ(refused(call), OrderRefusal::ProfileStopped);
  EXPECT_EQ(state(), ReplyState::Uncertain);
}

TEST_P(Orders, OfAProfileThatIsGoneAreRefused) {
  const domain::CallId call = too_old();
  run_task(settings().delete_profile(profile_id, {}));
  EXPECT_EQ(refused(call), OrderRefusal::ProfileGone);
}

TEST_P(Orders, OfAProfileThatMovedToAnotherAccountAreRefused) {
  const domain::CallId call = too_old();
  auto moved = profile();
  moved.account = "new@clinic.example";
  run_task(settings().edit_profile(profile_id, moved, base::Secret("password"), {}));
  EXPECT_EQ(refused(call), OrderRefusal::ProfileGone);
}

TEST_P(Orders, InADryRunAreRefused) {
  const domain::CallId call = too_old();
  auto changed = profile();
  changed.rules.dry_run = true;
  edit(changed);
  EXPECT_EQ(refused(call), OrderRefusal::DryRun);
}

TEST_P(Orders, ToACallerWhoOptedOutAreRefused) {
  const domain::CallId call = too_old();
  run_task(ledger().note_words(account, {{caller(), domain::StopWord::Stop, now}}));
  EXPECT_EQ(refused(call), OrderRefusal::OptedOut);
}

TEST_P(Orders, ToABlockedCallerAreRefused) {
  const domain::CallId call = uncertain();
  run_task(ledger().block(caller()));
  EXPECT_EQ(refused(call), OrderRefusal::Blocked);
}

TEST_P(Orders, BeyondTheDaysBudgetAreRefusedAndChangeNothing) {
  const domain::CallId call = uncertain();
  const domain::CallId old = too_old("old", 1);
  EXPECT_EQ(refused(call, 0), OrderRefusal::CapReached);
  EXPECT_EQ(refused(old, 0), OrderRefusal::CapReached);
  EXPECT_EQ(open_count(), 0U);
  EXPECT_EQ(counted(later_day), 0);
}

TEST_P(Orders, ARefusedOrderIsNoNewsForTheService) {
  const domain::CallId call = uncertain();
  const std::int64_t before = run_task(settings().changes_since(0)).version;
  refused(call, 0);
  EXPECT_EQ(run_task(settings().changes_since(0)).version, before);
  ordered(call);
  EXPECT_GT(run_task(settings().changes_since(0)).version, before);
}

// cooldown and budget

TEST_P(Orders, CountOnTheDayOfTheOrderBesideTheEarlierText) {
  const domain::CallId call = uncertain();
  ordered(call);
  EXPECT_EQ(counted(today), 1);
  EXPECT_EQ(counted(later_day), 1);
  EXPECT_EQ(last_texted(), later);
}

TEST_P(Orders, GoOutThoughTheCallerWasTextedAMomentAgo) {
  const domain::CallId call = too_old();
  record("b", domain::ReplyToCall{}, 0, later);
  claimed(ordered(call));
  EXPECT_EQ(last_texted(), later);
}

TEST_P(Orders, KeepACallersNextCallFromATextOfItsOwn) {
  ordered(too_old());
  record("b", domain::ReplyToCall{}, 0, later + hours{1});
  EXPECT_EQ(to_code(newest().decision), "recently_texted");
}

TEST_P(Orders, OfACallThatWasTooOldAreGivenBackWhenTheyExpire) {
  const app::OpenReply reply = ordered(too_old());
  claim(reply, reply.expires_at);
  EXPECT_EQ(state(), ReplyState::Expired);
  EXPECT_EQ(counted(later_day), 0);
  EXPECT_FALSE(last_texted());
}

TEST_P(Orders, ThatCameToNothingLeaveTheReplyAsUncertainAsBefore) {
  const domain::CallId call = uncertain();
  const auto expect_as_before = [&] {
    EXPECT_EQ(state(), ReplyState::Uncertain);
    EXPECT_EQ(counted(today), 1);
    EXPECT_EQ(counted(later_day), 0);
    EXPECT_EQ(last_texted(), now);
  };
  const app::OpenReply expiring = ordered(call);
  claim(expiring, expiring.expires_at);
  expect_as_before();
  ordered(call);
  run_task(settings().set_running(profile_id, false, {}));
  expect_as_before();
  run_task(settings().set_running(profile_id, true, {}));
  const app::OpenReply refused_by_provider = ordered(call);
  settle(refused_by_provider, claimed(refused_by_provider), ReplyEvent::Refuse);
  expect_as_before();
  EXPECT_EQ(newest().reply->orders, 3);
}

// claim

TEST_P(Orders, AreNotHeldUpByHours) {
  auto changed = profile();
  changed.rules.hours = domain::OpeningHours::parse("mon 09:00-10:00");
  edit(changed);
  EXPECT_EQ(claimed(ordered(too_old())), 1);
}

TEST_P(Orders, AreNotHeldUpByATextFromElsewhereThatWasKnown) {
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), later - minutes{1}}}));
  EXPECT_EQ(claimed(ordered(too_old())), 1);
}

TEST_P(Orders, EndWhenTheCallerIsTextedFromElsewhereAfterwards) {
  const app::OpenReply reply = ordered(too_old());
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), later + seconds{1}}}));
  EXPECT_EQ(cancelled(reply), domain::CancelReason::TextedElsewhere);
}

TEST_P(Orders, EndWhenTheCallerOptsOutOrIsBlockedOrTheProfilePractises) {
  const app::OpenReply opted_out = ordered(too_old("a", 0));
  const app::OpenReply blocked = ordered(too_old("b", 1));
  const app::OpenReply practising = ordered(too_old("c", 2));
  run_task(ledger().note_words(account, {{caller(0), domain::StopWord::Stop, later}}));
  run_task(ledger().block(caller(1)));
  EXPECT_EQ(cancelled(opted_out), domain::CancelReason::OptedOut);
  EXPECT_EQ(cancelled(blocked), domain::CancelReason::Blocked);
  auto changed = profile();
  changed.rules.dry_run = true;
  edit(changed);
  EXPECT_EQ(cancelled(practising), domain::CancelReason::DryRun);
}

TEST_P(Orders, AllowOneIntentMoreEach) {
  const domain::CallId call = record("a", domain::ReplyToCall{});
  const app::OpenReply reply = open_reply();
  settle(reply, claimed(reply, now), ReplyEvent::LoseSight);
  run_task(ledger().resolve(reply.id, {ReplyEvent::ProveAbsent, {}, domain::Sentence::as_written("evidence")},
                            now));
  settle(reply, claimed(reply, now), ReplyEvent::LoseSight);
  ASSERT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Uncertain);
  for (int n = 1; n <= 3; ++n) {
    EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
    settle(reply, claimed(ordered(call)), ReplyEvent::LoseSight);
    EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Uncertain);
  }
}

TEST_P(Orders, AProvedAbsentTextIsSentOnceMoreByOrderToo) {
  const app::OpenReply reply = ordered(too_old());
  settle(reply, claimed(reply), ReplyEvent::LoseSight);
  EXPECT_EQ(resolve(reply, ReplyEvent::ProveAbsent), ReplyState::Reserved);
  EXPECT_EQ(claimed(reply), 2);
}

// what the provider's list is held against

TEST_P(Orders, TheEarlierTextStaysAmongTheClaimedOnes) {
  const app::OpenReply reply = ordered(uncertain());
  EXPECT_EQ(claimed_texts().size(), 1U);
  settle(reply, claimed(reply), ReplyEvent::Accept, "78");
  const auto texts = claimed_texts();
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].sending_at, later);
  EXPECT_EQ(texts[0].provider_id, "78");
  EXPECT_EQ(texts[1].reply, reply.id);
  EXPECT_EQ(texts[1].attempt, 1);
  EXPECT_EQ(texts[1].text, reply.text);
  EXPECT_EQ(texts[1].state, ReplyState::Sent);
  EXPECT_EQ(texts[1].sending_at, now);
  EXPECT_EQ(texts[1].provider_id, "");
}

TEST_P(Orders, AnEarlierTextThatIsFoundEndsAReplyThatIsUncertainOnceMore) {
  const app::OpenReply reply = ordered(uncertain());
  give_up(reply, claimed(reply));
  const auto texts = claimed_texts();
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[1].state, ReplyState::Uncertain);
  EXPECT_EQ(settle(reply, 1, ReplyEvent::Accept, "77"), ReplyState::Sent);
  const auto after = claimed_texts();
  ASSERT_EQ(after.size(), 2U) << "the later text may be out as well";
  EXPECT_EQ(after[0].provider_id, "77");
  EXPECT_EQ(after[1].attempt, 2);
}

TEST_P(Orders, AnEarlierTextThatIsFoundBeforeTheNextOneLeftEndsTheReply) {
  const app::OpenReply reply = ordered(uncertain());
  EXPECT_EQ(resolve(reply, ReplyEvent::Accept, "77"), ReplyState::Sent);
  EXPECT_EQ(claimed_texts().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
}

}  // namespace
}  // namespace sms_notifier::contract
