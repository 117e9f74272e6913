#include "domain/profile_state.h"

#include <set>

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// A profile that runs, was polled a moment ago and can text.
StateFacts well() {
  StateFacts facts;
  facts.running = true;
  facts.watched_since = now - minutes{10};
  facts.last_good_poll = now - seconds{3};
  facts.balance = Dollars{5'000'000};
  facts.budget = {12, 100};
  facts.polled_since_run = true;
  facts.number = NumberAbility::CanText;
  facts.poll_interval = seconds{10};
  facts.now = now;
  facts.wall_now = *parse_wall_time("2026-11-25 12:00:00");  // a Wednesday
  return facts;
}

ProfileState not_texting(StateReason reason) {
  return {StateKind::NotTexting, reason, std::nullopt};
}
ProfileState waiting(StateReason reason) {
  return {StateKind::Waiting, reason, std::nullopt};
}
const ProfileState running{StateKind::Running, std::nullopt, std::nullopt};

TEST(ProfileState, IsRunningWhenItIsReadAndCanText) {
  EXPECT_EQ(profile_state(well()), running);
}

TEST(ProfileState, IsStoppedWhateverElseIsWrong) {
  StateFacts facts = well();
  facts.running = false;
  facts.balance = Dollars{0};
  facts.poll_trouble = TroubleKind::WrongCredentials;
  EXPECT_EQ(profile_state(facts).kind, StateKind::Stopped);
}

TEST(ProfileState, AZoneThatTheCallRecordsDoNotConfirmIsNotTexting) {
  StateFacts facts = well();
  facts.record_zone_holds = false;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::RecordZone));
  facts.polled_since_run = false;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::RecordZone)) << "rather than Starting for ever";
}

TEST(ProfileState, BalanceOfNothingIsNotTexting) {
  StateFacts facts = well();
  for (const Dollars balance : {Dollars{0}, Dollars{-1'000'000}, Dollars{7'499}}) {
    facts.balance = balance;
    EXPECT_EQ(profile_state(facts), not_texting(StateReason::NoFunds)) << to_string(balance);
  }
  facts.balance = sms_price;
  EXPECT_EQ(profile_state(facts), running);
}

TEST(ProfileState, ANumberThatCannotTextIsNotTexting) {
  StateFacts facts = well();
  facts.number = NumberAbility::SmsOff;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::SmsOff));
  facts.number = NumberAbility::SmsNotOffered;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::SmsNotOffered));
  facts.number = NumberAbility::NotListed;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::NumberGone));
  facts.number = NumberAbility::Unknown;
  EXPECT_EQ(profile_state(facts), running) << "what is not known is not held against it";
}

TEST(ProfileState, TwoRefusedTextsAreNotTextingAndOneIsNot) {
  StateFacts facts = well();
  facts.refused_in_row = 1;
  EXPECT_EQ(profile_state(facts), running);
  facts.refused_in_row = 2;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::TextsRefused));
}

TEST(ProfileState, WhatOnlyTheOwnerCanMendIsNotTextingAtOnce) {
  for (const auto& [kind, reason] :
       {std::pair(TroubleKind::WrongCredentials, StateReason::WrongCredentials),
        std::pair(TroubleKind::PasswordUnreadable, StateReason::PasswordUnreadable),
        std::pair(TroubleKind::ApiDisabled, StateReason::ApiDisabled),
        std::pair(TroubleKind::AddressRefused, StateReason::AddressRefused)}) {
    StateFacts polls = well();
    polls.poll_trouble = kind;
    EXPECT_EQ(profile_state(polls), not_texting(reason));
    StateFacts texts = well();
    texts.send_trouble = SendTrouble{kind, now - std::chrono::hours{30}};
    EXPECT_EQ(profile_state(texts), not_texting(reason));
  }
}

TEST(ProfileState, AProviderThatIsDownIsWaitedForForAMinute) {
  StateFacts facts = well();
  facts.poll_trouble = TroubleKind::Maintenance;
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Maintenance));
  facts.last_good_poll = now - seconds{70};
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Maintenance));
  facts.last_good_poll = now - seconds{71};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::Maintenance));
}

TEST(ProfileState, OldPollsAreWaitedForAndThenAreSilence) {
  StateFacts facts = well();
  facts.last_good_poll = now - seconds{25};
  EXPECT_EQ(profile_state(facts), running) << "two intervals, and as long as it takes to store it";
  facts.last_good_poll = now - seconds{26};
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Slow));
  facts.last_good_poll = now - seconds{71};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::Silent));
}

TEST(ProfileState, AStartIsWaitedForForAMinute) {
  StateFacts facts = well();
  facts.watched_since = now - seconds{5};
  facts.last_good_poll = now - std::chrono::hours{8};
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Starting)) << "before the first poll since the start";
  facts.watched_since = now - seconds{71};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::Silent));
  facts = well();
  facts.watched_since.reset();
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Starting)) << "the service has not seen it yet";
  facts = well();
  facts.polled_since_run = false;
  EXPECT_EQ(profile_state(facts), waiting(StateReason::Starting)) << "Run was pressed a moment ago";
}

TEST(ProfileState, TodaysLimitOfTextsIsNotTexting) {
  StateFacts facts = well();
  facts.budget = {100, 100};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::CapReached));
}

TEST(ProfileState, TheProvidersDailyLimitHoldsForItsDay) {
  StateFacts facts = well();
  facts.send_trouble = SendTrouble{TroubleKind::DailyLimit, now - minutes{1}};
  facts.send_trouble_today = true;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::DailyLimit));
  facts.send_trouble_today = false;
  EXPECT_EQ(profile_state(facts), running);
}

TEST(ProfileState, HeldTextsAreNotTextingAfterAMinute) {
  StateFacts facts = well();
  facts.held = TextsHeld{now - seconds{59}, TroubleKind::Unreachable, HeldBy::List};
  EXPECT_EQ(profile_state(facts), running);
  facts.held->since = now - seconds{60};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::ListUnreadable));
  facts.held->by = HeldBy::Provider;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::Unreachable));
}

TEST(ProfileState, AListThatIsNotReadForAWhileIsToldThoughTextsGo) {
  StateFacts facts = well();
  facts.held = TextsHeld{now - minutes{5}, TroubleKind::Maintenance, HeldBy::ListForAMoment};
  EXPECT_EQ(profile_state(facts), running) << "it is just being tried again";
  facts.held->since = now - minutes{6};
  EXPECT_EQ(profile_state(facts), waiting(StateReason::ListUnread));
}

TEST(ProfileState, TextsHeldByADoubtedLedgerAreNotTextingAtOnce) {
  StateFacts facts = well();
  facts.held = TextsHeld{now, TroubleKind::HeldUp, HeldBy::Ledger};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::LedgerDoubted));
}

TEST(ProfileState, IsClosedUntilItsHoursBegin) {
  StateFacts facts = well();
  facts.hours = OpeningHours::parse("mon-fri 13:00-17:00");
  facts.budget = {100, 100};
  EXPECT_EQ(profile_state(facts),
            (ProfileState{StateKind::Closed, std::nullopt, parse_wall_time("2026-11-25 13:00:00")}))
      << "the day's cap ends before anybody misses it, or is seen when it opens";
  facts.balance = Dollars{0};
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::NoFunds)) << "time to pay in before it opens";
}

TEST(ProfileState, TestModeNeedsNoFundsButItsCalls) {
  StateFacts facts = well();
  facts.dry_run = true;
  facts.balance = Dollars{0};
  EXPECT_EQ(profile_state(facts).kind, StateKind::TestMode);
  facts.poll_trouble = TroubleKind::AddressRefused;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::AddressRefused));
}

TEST(ProfileState, ADatabaseThatCannotBeWrittenIsNotTexting) {
  StateFacts facts = well();
  facts.database_works = false;
  EXPECT_EQ(profile_state(facts), not_texting(StateReason::DatabaseTroubled));
}

TEST(ProfileState, EveryReasonHasACodeOfItsOwnAndWords) {
  std::set<std::string_view> codes;
  for (const StateReason reason : state_reasons) {
    EXPECT_TRUE(codes.insert(to_code(reason)).second) << to_code(reason);
    EXPECT_FALSE(in_words(reason).empty()) << to_code(reason);
  }
}

}  // namespace
}  // namespace sms_notifier::domain
