// Texts that the owner orders.
#include <gtest/gtest.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

using domain::OrderRefusal;

/// When the callers rang; the owner orders now.
const base::Instant yesterday = now - hours{30};

class Orders : public BusinessContract {
 protected:
  domain::CallId too_old(const std::string& key = "old", int n = 0) {
    return recorded(skipped(key, SkipReason::TooOld, n, yesterday)).id;
  }
  /// A call whose only text is uncertain.
  domain::CallId uncertain(const std::string& key = "a", int n = 0) {
    const app::OpenReply reply = reserved(key, n, yesterday);
    give_up(reply, claimed(reply, yesterday));
    return reply.call.value();
  }
  app::OrderOutcome order(domain::CallId call, int cap = 100) {
    return run_task(ledger().order_text(call, order_limits(now, cap), {}));
  }
  app::OpenReply ordered(domain::CallId call) { return std::get<app::Ordered>(order(call)).reply; }
  OrderRefusal refused(domain::CallId call, int cap = 100) {
    return std::get<OrderRefusal>(order(call, cap));
  }
  ReplyState state() { return newest().reply->state; }
};
SMS_NOTIFIER_ALL_STORES(Orders);

// what may be ordered

TEST_P(Orders, ACallThatWasTooOldGetsAReplyAndItsDecisionStays) {
  const app::OpenReply reply = ordered(too_old());
  EXPECT_EQ(reply.state, ReplyState::Reserved);
  EXPECT_EQ(reply.text, (domain::TextMessage{did, caller(), "Sorry"}));
  EXPECT_EQ(reply.called_at, yesterday - seconds{20});
  EXPECT_EQ(reply.not_before, now);
  EXPECT_EQ(reply.expires_at, now + minutes{15});
  EXPECT_EQ(reply.orders, 1);
  EXPECT_FALSE(reply.may_be_out);
  EXPECT_EQ(open_replies().at(0).id, reply.id);
  EXPECT_EQ(to_code(newest().decision), "too_old");
  EXPECT_EQ(newest().reply->orders, 1);
}

TEST_P(Orders, AnUncertainReplyIsReservedOnceMoreWithItsWords) {
  const domain::CallId call = uncertain();
  edit(profile_saying("New words"));
  const app::OpenReply reply = ordered(call);
  EXPECT_EQ(reply.state, ReplyState::Reserved);
  EXPECT_EQ(reply.not_before, now);
  EXPECT_EQ(reply.expires_at, now + minutes{15});
  EXPECT_EQ(reply.orders, 1);
  EXPECT_TRUE(reply.may_be_out);
  const app::OpenReply open = open_replies().at(0);
  EXPECT_EQ(open.expires_at, reply.expires_at);
  EXPECT_EQ(open.orders, 1);
  EXPECT_TRUE(open.may_be_out);
  EXPECT_EQ(std::get<app::Claimed>(claim(reply)).text.body, "Sorry");
}

TEST_P(Orders, NothingElseIsOffered) {
  EXPECT_EQ(refused(recorded(skipped("answered", SkipReason::Answered, 0, yesterday)).id),
            OrderRefusal::NotOffered);
  const app::OpenReply reply = reserved("a", 1, yesterday);
  const domain::CallId call = reply.call.value();
  EXPECT_EQ(refused(call), OrderRefusal::NotOffered);
  const int attempt = claimed(reply, yesterday);
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
  stop();
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
  run_task(ledger().note_words(account, {{caller(), domain::StopWord::Stop, yesterday}}));
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
  EXPECT_EQ(open_replies().size(), 0U);
  EXPECT_EQ(counted(), 0);
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
  EXPECT_EQ(counted(today - days{1}), 1);
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(history().last_texted_at, now);
}

TEST_P(Orders, GoOutThoughTheCallerWasTextedAMomentAgo) {
  const domain::CallId call = too_old();
  record(decided("b", 0, now));
  claimed(ordered(call));
  EXPECT_EQ(history().last_texted_at, now);
}

TEST_P(Orders, KeepACallersNextCallFromATextOfItsOwn) {
  ordered(too_old());
  record(decided("b", 0, now + hours{1}));
  EXPECT_EQ(to_code(newest().decision), "recently_texted");
}

TEST_P(Orders, OfACallThatWasTooOldAreGivenBackWhenTheyExpire) {
  const app::OpenReply reply = ordered(too_old());
  claim(reply, reply.expires_at);
  EXPECT_EQ(state(), ReplyState::Expired);
  EXPECT_EQ(counted(), 0);
  EXPECT_FALSE(history().last_texted_at);
}

TEST_P(Orders, ThatCameToNothingLeaveTheReplyAsUncertainAsBefore) {
  const domain::CallId call = uncertain();
  const auto expect_as_before = [&] {
    EXPECT_EQ(state(), ReplyState::Uncertain);
    EXPECT_EQ(counted(today - days{1}), 1);
    EXPECT_EQ(counted(), 0);
    EXPECT_EQ(history().last_texted_at, yesterday);
  };
  const app::OpenReply expiring = ordered(call);
  claim(expiring, expiring.expires_at);
  expect_as_before();
  ordered(call);
  stop();
  expect_as_before();
  run();
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
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now - minutes{1}}}));
  EXPECT_EQ(claimed(ordered(too_old())), 1);
}

TEST_P(Orders, EndWhenTheCallerIsTextedFromElsewhereAfterwards) {
  const app::OpenReply reply = ordered(too_old());
  run_task(ledger().note_texts_elsewhere(account, did, {{caller(), now + seconds{1}}}));
  EXPECT_EQ(cancelled(reply), CancelReason::TextedElsewhere);
}

TEST_P(Orders, EndWhenTheCallerOptsOutOrIsBlockedOrTheProfilePractises) {
  const app::OpenReply opted_out = ordered(too_old("a", 0));
  const app::OpenReply blocked = ordered(too_old("b", 1));
  const app::OpenReply practising = ordered(too_old("c", 2));
  run_task(ledger().note_words(account, {{caller(0), domain::StopWord::Stop, now}}));
  run_task(ledger().block(caller(1)));
  EXPECT_EQ(cancelled(opted_out), CancelReason::OptedOut);
  EXPECT_EQ(cancelled(blocked), CancelReason::Blocked);
  auto changed = profile();
  changed.rules.dry_run = true;
  edit(changed);
  EXPECT_EQ(cancelled(practising), CancelReason::DryRun);
}

TEST_P(Orders, AllowOneIntentMoreEach) {
  const app::OpenReply reply = reserved("a", 0, yesterday);
  for (int intent = 1; intent <= domain::intents_max; ++intent) {
    settle(reply, claimed(reply, yesterday), ReplyEvent::LoseSight);
    resolve(reply, ReplyEvent::ProveAbsent, "", yesterday);
  }
  ASSERT_EQ(newest().reply->state, ReplyState::Uncertain);
  for (int n = 1; n <= 3; ++n) {
    EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
    settle(reply, claimed(ordered(reply.call.value())), ReplyEvent::LoseSight);
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
  EXPECT_EQ(claimed_texts(yesterday).size(), 1U);
  settle(reply, claimed(reply), ReplyEvent::Accept, "78");
  const auto texts = claimed_texts(yesterday);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].sending_at, now);
  EXPECT_EQ(texts[0].provider_id, "78");
  EXPECT_EQ(texts[1].reply, reply.id);
  EXPECT_EQ(texts[1].attempt, 1);
  EXPECT_EQ(texts[1].text, reply.text);
  EXPECT_EQ(texts[1].state, ReplyState::Sent);
  EXPECT_EQ(texts[1].sending_at, yesterday);
  EXPECT_EQ(texts[1].provider_id, "");
}

TEST_P(Orders, AnEarlierTextThatIsFoundEndsAReplyThatIsUncertainOnceMore) {
  const app::OpenReply reply = ordered(uncertain());
  give_up(reply, claimed(reply));
  const auto texts = claimed_texts(yesterday);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[1].state, ReplyState::Uncertain);
  EXPECT_EQ(settle(reply, 1, ReplyEvent::Accept, "77"), ReplyState::Sent);
  const auto after = claimed_texts(yesterday);
  ASSERT_EQ(after.size(), 2U) << "the later text may be out as well";
  EXPECT_EQ(after[0].provider_id, "77");
  EXPECT_EQ(after[1].attempt, 2);
}

TEST_P(Orders, AnEarlierTextThatIsFoundBeforeTheNextOneLeftEndsTheReply) {
  const app::OpenReply reply = ordered(uncertain());
  EXPECT_EQ(resolve(reply, ReplyEvent::Accept, "77"), ReplyState::Sent);
  EXPECT_EQ(claimed_texts(yesterday).size(), 1U);
  EXPECT_TRUE(std::holds_alternative<app::NotReserved>(claim(reply)));
}

}  // namespace
}  // namespace sms_notifier::contract
