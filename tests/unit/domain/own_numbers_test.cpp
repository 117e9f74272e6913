#include "domain/own_numbers.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

using std::chrono::hours;
using List = std::vector<Did>;

const Did front = *Did::parse("5550100199");
const Did back = *Did::parse("5550100100");

/// The numbers that are believed after answers, one every six hours, when both were known before.
List after(const std::vector<List>& answers) {
  BelievedNumbers believed{{front, back}, {}};
  base::Monotonic now{};
  for (const List& listed : answers) {
    believed = believed_numbers(believed, listed, now);
    now += hours{6};
  }
  return believed.numbers;
}

TEST(OwnNumbers, AnswersWithoutNumbersTakeNoneAway) {
  EXPECT_EQ(after({{}, {}, {}, {}, {}, {}}), (List{front, back}));
}

TEST(OwnNumbers, ANumberThatTheAnswersOfADayLackGoes) {
  EXPECT_EQ(after({{front}, {front}, {front}, {front}}), (List{front, back}));
  EXPECT_EQ(after({{front}, {front}, {front}, {front}, {front}}), List{front});
}

TEST(OwnNumbers, ANumberThatIsListedInBetweenStays) {
  const List both{front, back};
  EXPECT_EQ(after({{front}, {front}, both, {front}, {front}, {front}, {front}}), both);
}

TEST(OwnNumbers, AnAnswerWithoutNumbersInBetweenChangesNothing) {
  EXPECT_EQ(after({{front}, {front}, {}, {front}, {front}}), List{front});
}

TEST(OwnNumbers, NewNumbersAreBelievedAtOnce) {
  EXPECT_EQ(believed_numbers({{front}, {}}, List{front, back}, {}).numbers, (List{front, back}));
}

}  // namespace
}  // namespace sms_notifier::domain
