#include "app/texts/trust.h"

#include <gtest/gtest.h>

#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::another_caller;
using test_support::Engine;
using test_support::run_task;
using Text = test_support::FakeProvider::Delivered;

class TrustIn : public ::testing::Test {
 protected:
  TrustIn() { engine.run_profile(engine.add_profile(Engine::form())); }

  Text text_with(const std::string& number, const std::string& body, base::Duration ago) const {
    return {{*domain::Did::parse(Engine::did), *domain::PhoneNumber::parse(number), body},
            domain::MessageKind::Sms,
            "900" + std::to_string(ago.count()),
            engine.loop->now() - ago};
  }
  void sent_elsewhere(const std::string& to, base::Duration ago) {
    engine.provider->delivered.push_back(text_with(to, "From somewhere else.", ago));
  }
  void received(const std::string& from, const std::string& body, base::Duration ago) {
    engine.provider->received.push_back(text_with(from, body, ago));
  }
  void missed_call(const std::string& key, const std::string& from = a_caller) {
    engine.call(key, from, seconds{0});
    engine.run_for(seconds{15});
  }
  void start() {
    engine.start();
    engine.run_for(seconds{1});
  }
  void start_without_doubt() {
    start();
    engine.run_for(minutes{10});
    engine.provider->text_lists = 0;
  }

  Engine engine;
};

TEST_F(TrustIn, AfterAStartTheListIsLookedAtBeforeAText) {
  sent_elsewhere(a_caller, hours{3});
  start();
  missed_call("a");
  missed_call("b", another_caller);
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  EXPECT_EQ(engine.reply_state("b"), "sent");
  ASSERT_EQ(engine.events.count<TextCancelled>(), 1U);
  EXPECT_EQ(engine.events.all<TextCancelled>()[0].reason, domain::CancelReason::TextedElsewhere);
}

TEST_F(TrustIn, ALookThatTheDatabaseFailsLeavesNothingOfTheOneBesideIt) {
  engine.store.fail_next_claimed_texts = true;
  start();
  missed_call("a");
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(TrustIn, ATextFromElsewhereThatIsOlderThanTheCooldownIsNoObstacle) {
  sent_elsewhere(a_caller, hours{25});
  start();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(TrustIn, OnceTheListsAgreeTextsGoOutWithoutALook) {
  start_without_doubt();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->text_lists, 0);
}

TEST_F(TrustIn, ACallerTextedElsewhereBeforeTheStartIsKnownWithoutALookLater) {
  sent_elsewhere(a_caller, hours{3});
  start_without_doubt();
  missed_call("a");
  EXPECT_EQ(engine.decision("a"), "recently_texted");
}

TEST_F(TrustIn, APauseInPollingBringsTheDoubtBack) {
  start_without_doubt();
  engine.provider->trouble = Trouble{TroubleKind::Unreachable, test_support::said("away")};
  engine.run_for(minutes{10});
  engine.provider->trouble.reset();
  sent_elsewhere(a_caller, minutes{2});
  engine.run_for(minutes{10});  // the next poll may be minutes away
  missed_call("a");
  EXPECT_EQ(engine.decision("a"), "recently_texted");
  EXPECT_GT(engine.provider->text_lists, 0);
}

TEST_F(TrustIn, StartingAProfileBringsTheDoubtBack) {
  const auto other = engine.add_profile(Engine::form(Engine::other_did));
  start_without_doubt();
  sent_elsewhere(a_caller, minutes{2});
  engine.run_profile(other);
  engine.run_for(seconds{1});
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
}

TEST_F(TrustIn, ACrossCheckFindsAnotherInstallationWithinAnHour) {
  start_without_doubt();
  sent_elsewhere(a_caller, minutes{1});
  engine.run_for(hours{1});
  ASSERT_EQ(engine.events.count<TextsElsewhere>(), 1U);
  EXPECT_EQ(engine.events.all<TextsElsewhere>()[0].texts, 1);
  missed_call("a");
  EXPECT_EQ(engine.decision("a"), "recently_texted");
  // From now on the list is looked at before each text.
  sent_elsewhere(another_caller, seconds{5});
  missed_call("b", another_caller);
  EXPECT_EQ(engine.reply_state("b"), "cancelled");
}

TEST_F(TrustIn, WithAlwaysLookAnotherInstallationIsSeenAtOnce) {
  engine.options.always_look = true;
  start_without_doubt();
  sent_elsewhere(a_caller, seconds{1});
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
}

TEST_F(TrustIn, NothingGoesOutWhileTheListCannotBeReadThatMustAlwaysBeLookedAt) {
  engine.options.always_look = true;
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  start();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "reserved");
  EXPECT_EQ(engine.events.count<TextPutOff>(), 1U);
  engine.provider->list_trouble.reset();
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(TrustIn, ATextThatCannotBeLookedForInTimeExpires) {
  engine.options.always_look = true;
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  start();
  missed_call("a");
  engine.run_for(minutes{20});
  EXPECT_EQ(engine.reply_state("a"), "expired");
}

TEST_F(TrustIn, AListThatLacksWhatIsKnownAsSentIsNotBelieved) {
  engine.options.always_look = true;
  start_without_doubt();
  missed_call("a");
  engine.run_for(minutes{10});
  engine.kill();
  engine.provider->lists_sent_texts = false;
  start();
  missed_call("b", another_caller);
  EXPECT_EQ(engine.reply_state("b"), "reserved");
  engine.provider->lists_sent_texts = true;
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.reply_state("b"), "sent");
}

TEST_F(TrustIn, TextsThatTheListLacksAreTold) {
  start_without_doubt();
  missed_call("a");
  engine.provider->delivered[0].listed = false;
  engine.run_for(hours{3});
  ASSERT_EQ(engine.events.count<TextsMissing>(), 1U);
  EXPECT_EQ(engine.events.all<TextsMissing>()[0].missing, 1U);
}

TEST_F(TrustIn, DeletedTextsDoNotStopTextingForGood) {
  start_without_doubt();
  missed_call("a");
  engine.run_for(minutes{10});
  engine.provider->delivered[0].listed = false;
  engine.kill();
  engine.options.always_look = true;
  start();
  missed_call("b", another_caller);
  EXPECT_EQ(engine.reply_state("b"), "reserved");
  engine.run_for(hours{1} + minutes{30});
  EXPECT_EQ(engine.events.count<CrossCheckFailed>(), 1U);
  engine.kill();
  start();  // what the list lacks is remembered
  engine.run_for(hours{1} + minutes{30});
  missed_call("c", "5551112222");
  EXPECT_EQ(engine.reply_state("c"), "sent");
}

TEST_F(TrustIn, AfterACrashNothingWasMissedAndTextsGoWithoutALook) {
  start_without_doubt();
  engine.kill();
  engine.run_for(seconds{20});
  start();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.provider->text_lists, 0);
}

TEST_F(TrustIn, TextsThatTheOwnerDeletedInThePortalHoldNothingAfterARestart) {
  start_without_doubt();
  for (int i = 0; i < 20; ++i) engine.call("a" + std::to_string(i), "555200" + std::to_string(1000 + i));
  engine.run_for(minutes{10});
  ASSERT_EQ(engine.texts(), 20U);
  for (Text& text : engine.provider->delivered) text.listed = false;
  engine.kill();
  engine.run_for(minutes{5});
  start();
  for (int i = 0; i < 20; ++i) engine.call("b" + std::to_string(i), "555201" + std::to_string(1000 + i));
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.texts(), 40U);
}

TEST_F(TrustIn, AListOfMmsThatCannotBeReadHoldsNothingWhereMmsWasNeverUsed) {
  engine.provider->mms_trouble = Trouble{TroubleKind::Maintenance, test_support::said("method_maintenance")};
  sent_elsewhere(another_caller, minutes{5});
  start();
  for (int i = 0; i < 28; ++i) {
    engine.call("a" + std::to_string(i), "555202" + std::to_string(1000 + i));
    engine.run_for(seconds{15});
    EXPECT_EQ(engine.texts(), 2U + static_cast<unsigned>(i)) << "beside the one by hand";
  }
}

TEST_F(TrustIn, AListThatCannotBeReadHoldsTextsForLessThanAMinuteAndIsTold) {
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  start();
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{20});
  EXPECT_EQ(engine.reply_state("a"), "reserved");
  engine.run_for(seconds{39});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.events.count<CrossCheckFailed>(), 1U);
}

TEST_F(TrustIn, AListThatDoesNotAnswerHoldsTextsForLessThanAMinute) {
  engine.provider->list_latency = minutes{90};
  start();
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{59});
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

/// The database of an hour ago is put back while the service is down.
class AnEarlierLedgerIn : public TrustIn {
 protected:
  AnEarlierLedgerIn() {
    start_without_doubt();
    const test_support::MemoryStore earlier = engine.store;
    engine.call("a", a_caller, seconds{0});
    engine.run_for(seconds{15});
    engine.provider->delivered.at(0).listed = false;  // not yet
    engine.kill();
    engine.store = earlier;
    start();
  }
  /// Another caller's text is held; then the owner lets texts go.
  void let_texts_go() {
    engine.call("b", another_caller, seconds{0});
    engine.run_for(seconds{30});
    ASSERT_EQ(engine.texts(), 1U);
    run_task(engine.store.trust_ledger(domain::ProfileId(1), {engine.loop->now(), {}}));
    engine.run_for(minutes{1});
  }
  domain::StateReason reason() const {
    const auto& turned = engine.events.all<TextingTurned>();
    return turned.empty() ? domain::StateReason::Starting : *turned.back().reason;
  }
};

TEST_F(AnEarlierLedgerIn, NoTextGoesUntilTheListsShowWhatItDoesNotKnow) {
  EXPECT_EQ(engine.events.count<LedgerDoubted>(), 1U);
  engine.run_for(minutes{2});
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(reason(), domain::StateReason::LedgerDoubted);
  engine.provider->delivered.at(0).listed = true;
  engine.call("b", another_caller, seconds{0});
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled") << "the list showed its text";
  EXPECT_EQ(engine.reply_state("b"), "sent");
  EXPECT_EQ(engine.texts(), 2U);
  missed_call("c", "5551112222");
  EXPECT_EQ(engine.reply_state("c"), "sent");
}

TEST_F(AnEarlierLedgerIn, TheDoubtOutlivesAnotherRestart) {
  engine.run_for(seconds{10});
  engine.kill();
  start();
  EXPECT_EQ(engine.events.count<LedgerDoubted>(), 1U);
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.texts(), 1U);
  engine.provider->delivered.at(0).listed = true;
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(AnEarlierLedgerIn, WhoWasTextedIsKnownThoughOurClockIsDaysBehind) {
  engine.loop->jump_wall_clock(-hours{31});
  engine.provider->delivered.at(0).listed = true;
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
  engine.call("a2", a_caller, seconds{0});
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.decision("a2"), "recently_texted");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(AnEarlierLedgerIn, TheOwnerMayLetTextsGoByAWrongClock) {
  engine.loop->jump_wall_clock(-hours{31});
  let_texts_go();
  EXPECT_EQ(engine.reply_state("b"), "sent");
}

TEST_F(AnEarlierLedgerIn, TheOwnerMayLetTextsGo) {
  let_texts_go();
  EXPECT_EQ(engine.reply_state("b"), "sent");
}

TEST_F(TrustIn, TextsInOurOwnWordsFromElsewhereAreAnotherInstallations) {
  start_without_doubt();
  engine.provider->delivered.push_back(text_with(another_caller, "Sorry we missed you.", minutes{1}));
  engine.run_for(hours{1});
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  missed_call("a");
  engine.run_for(minutes{3});
  EXPECT_EQ(engine.reply_state("a"), "reserved") << "no text goes without a look";
  engine.provider->list_trouble.reset();
  engine.run_for(minutes{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(TrustIn, AnotherInstallationIsRememberedForADayByVoipmsClock) {
  start_without_doubt();
  engine.provider->delivered.push_back(text_with(another_caller, "Sorry we missed you.", minutes{1}));
  engine.run_for(hours{1});
  engine.loop->jump_wall_clock(hours{31});
  engine.run_for(minutes{1});
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  missed_call("a");
  engine.run_for(minutes{3});
  EXPECT_EQ(engine.reply_state("a"), "reserved");
}

TEST_F(TrustIn, APauseIsNoticedThoughTheClockWentBackMeanwhile) {
  start_without_doubt();
  engine.kill();
  sent_elsewhere(a_caller, minutes{1});
  engine.loop->jump_wall_clock(-hours{31});
  start();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "cancelled");
}

TEST_F(TrustIn, ATextThatIsListedBeforeItIsSentAgainWasSent) {
  engine.options.always_look = true;
  start_without_doubt();
  engine.provider->next_submissions.push_back({Unconfirmed{test_support::said("timed out")}, true});
  engine.provider->next_submissions.push_back(
      {NotSent{{TroubleKind::TooManyRequests, test_support::said("api_limit_exceeded")}}, false});
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{10});
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->delivered[0].listed = false;  // not yet
  engine.run_for(minutes{7} + seconds{21});
  ASSERT_EQ(engine.provider->submissions, 2);
  engine.provider->delivered[0].listed = true;
  engine.run_for(minutes{5});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.texts(), 1U);
}

TEST_F(TrustIn, ATestTextIsOneOfOursAndNoObstacle) {
  start_without_doubt();
  ASSERT_TRUE(std::holds_alternative<Ordered>(engine.send_test_text(domain::ProfileId(1), a_caller)));
  engine.run_for(hours{1});
  EXPECT_EQ(engine.texts(), 1U);
  EXPECT_EQ(engine.events.count<TextsElsewhere>(), 0U);
  EXPECT_EQ(engine.events.count<TextsMissing>(), 0U);
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "sent") << "a test text takes no cooldown";
}

TEST_F(TrustIn, ANumberWithoutMmsIsNoObstacle) {
  engine.provider->mms_refused = true;
  start();
  missed_call("a");
  EXPECT_EQ(engine.reply_state("a"), "sent");
}

TEST_F(TrustIn, ACallerWhoWroteStopGetsNoText) {
  received(a_caller, " Stop. ", hours{2});
  received(another_caller, "STOP", hours{2});
  received(another_caller, "start", hours{1});
  start();
  missed_call("a");
  missed_call("b", another_caller);
  ASSERT_EQ(engine.events.count<TextCancelled>(), 1U);
  EXPECT_EQ(engine.events.all<TextCancelled>()[0].reason, domain::CancelReason::OptedOut);
  EXPECT_EQ(engine.reply_state("b"), "sent");
}

TEST_F(TrustIn, AnUncertainTextThatIsListedLaterWasSent) {
  start_without_doubt();
  engine.provider->next_submissions.push_back({Unconfirmed{test_support::said("timed out")}, true});
  engine.call("a", a_caller, seconds{0});
  engine.run_for(seconds{10});
  ASSERT_EQ(engine.texts(), 1U);
  engine.provider->list_trouble = Trouble{TroubleKind::UnreadableAnswer, test_support::said("HTTP 500")};
  engine.run_for(minutes{90});
  ASSERT_EQ(engine.reply_state("a"), "uncertain");
  engine.provider->list_trouble.reset();
  engine.run_for(hours{1});
  EXPECT_EQ(engine.reply_state("a"), "sent");
  EXPECT_EQ(engine.events.count<TextsElsewhere>(), 0U);
}

}  // namespace
}  // namespace sms_notifier::app
