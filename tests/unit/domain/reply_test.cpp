#include "domain/reply.h"

#include <array>
#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

constexpr std::array all_states{ReplyState::Reserved,  ReplyState::Sending, ReplyState::Sent,
                                ReplyState::Rejected,  ReplyState::Unknown, ReplyState::Uncertain,
                                ReplyState::Cancelled, ReplyState::Expired};
constexpr std::array all_events{ReplyEvent::Claim,   ReplyEvent::Accept,    ReplyEvent::Refuse,
                                ReplyEvent::NotSent, ReplyEvent::LoseSight, ReplyEvent::ProveAbsent,
                                ReplyEvent::GiveUp,  ReplyEvent::Cancel,    ReplyEvent::Expire,
                                ReplyEvent::Order,   ReplyEvent::Disprove};

TEST(ReplyState, ChangesOnlyAsTheDesignDraws) {
  const std::set<std::tuple<ReplyState, ReplyEvent, ReplyState>> drawn{
      {ReplyState::Reserved, ReplyEvent::Claim, ReplyState::Sending},
      {ReplyState::Reserved, ReplyEvent::Accept, ReplyState::Sent},
      {ReplyState::Reserved, ReplyEvent::GiveUp, ReplyState::Uncertain},
      {ReplyState::Reserved, ReplyEvent::Cancel, ReplyState::Cancelled},
      {ReplyState::Reserved, ReplyEvent::Expire, ReplyState::Expired},
      {ReplyState::Sending, ReplyEvent::Accept, ReplyState::Sent},
      {ReplyState::Sending, ReplyEvent::Refuse, ReplyState::Rejected},
      {ReplyState::Sending, ReplyEvent::NotSent, ReplyState::Reserved},
      {ReplyState::Sending, ReplyEvent::LoseSight, ReplyState::Unknown},
      {ReplyState::Sent, ReplyEvent::Disprove, ReplyState::Uncertain},
      {ReplyState::Unknown, ReplyEvent::Accept, ReplyState::Sent},
      {ReplyState::Unknown, ReplyEvent::ProveAbsent, ReplyState::Reserved},
      {ReplyState::Unknown, ReplyEvent::GiveUp, ReplyState::Uncertain},
      {ReplyState::Uncertain, ReplyEvent::Accept, ReplyState::Sent},
      {ReplyState::Uncertain, ReplyEvent::Order, ReplyState::Reserved},
  };
  std::set<std::tuple<ReplyState, ReplyEvent, ReplyState>> found;
  for (const ReplyState state : all_states) {
    for (const ReplyEvent event : all_events) {
      if (const auto next = next_state(state, event)) found.emplace(state, event, *next);
    }
  }
  EXPECT_EQ(found, drawn);
}

TEST(ReplyState, WithAnEarlierTextThatMayBeOutIsNeverLessThanUncertain) {
  EXPECT_EQ(next_state(ReplyState::Reserved, ReplyEvent::Cancel, true), ReplyState::Uncertain);
  EXPECT_EQ(next_state(ReplyState::Reserved, ReplyEvent::Expire, true), ReplyState::Uncertain);
  EXPECT_EQ(next_state(ReplyState::Sending, ReplyEvent::Refuse, true), ReplyState::Uncertain);
  EXPECT_EQ(next_state(ReplyState::Sending, ReplyEvent::NotSent, true), ReplyState::Reserved);
  EXPECT_EQ(next_state(ReplyState::Sending, ReplyEvent::LoseSight, true), ReplyState::Unknown);
  EXPECT_EQ(next_state(ReplyState::Sending, ReplyEvent::Accept, true), ReplyState::Sent);
  EXPECT_EQ(next_state(ReplyState::Sent, ReplyEvent::Cancel, true), std::nullopt);
}

TEST(AnOrder, IsOpenForUncertainTextsAndForCallsThatWereTooOld) {
  const Decision too_old = Skip{SkipReason::TooOld};
  EXPECT_TRUE(can_be_ordered(too_old, std::nullopt));
  EXPECT_FALSE(can_be_ordered(Skip{SkipReason::OptedOut}, std::nullopt));
  for (const Decision& decision : {Decision(ReplyToCall{}), too_old}) {
    for (const ReplyState state : all_states)
      EXPECT_EQ(can_be_ordered(decision, state), state == ReplyState::Uncertain) << to_code(state);
  }
}

TEST(AnOrder, AllowsOneIntentMore) {
  EXPECT_EQ(intents_allowed(0), 4) << "a text and one after each of three proofs of absence";
  EXPECT_EQ(intents_allowed(1), 5);
  EXPECT_EQ(intents_allowed(2), 6);
}

TEST(ReplyState, HasACodeThatReadsBack) {
  for (const ReplyState state : all_states) EXPECT_EQ(reply_state_from_code(to_code(state)), state);
  EXPECT_EQ(reply_state_from_code("lost"), std::nullopt);
}

TEST(ReplyState, CountsAsTextedWhereTheCallerMayHaveTheText) {
  for (const ReplyState may_have : {ReplyState::Reserved, ReplyState::Sending, ReplyState::Sent,
                                    ReplyState::Unknown, ReplyState::Uncertain})
    EXPECT_TRUE(counts_as_texted(may_have)) << to_code(may_have);
  for (const ReplyState has_not : {ReplyState::Rejected, ReplyState::Cancelled, ReplyState::Expired})
    EXPECT_FALSE(counts_as_texted(has_not)) << to_code(has_not);
}

TEST(MessageKind, IsSmsUnder160BytesAndMmsFrom160On) {
  EXPECT_EQ(kind_of(std::string(159, 'a')), MessageKind::Sms);
  EXPECT_EQ(kind_of(std::string(160, 'a')), MessageKind::Mms);
}

TEST(MessageKind, CountsBytesNotCharacters) {
  std::string accents;
  for (int i = 0; i < 70; ++i) accents += "é";
  const std::string hundred_characters = accents + std::string(30, 'a');
  ASSERT_EQ(hundred_characters.size(), 170U);
  EXPECT_EQ(kind_of(hundred_characters), MessageKind::Mms);
}

}  // namespace
}  // namespace sms_notifier::domain
