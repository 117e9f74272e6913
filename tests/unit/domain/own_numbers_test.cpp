#include "domain/own_numbers.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

const Did front = *Did::parse("5550100199");
const Did back = *Did::parse("5550100100");

TEST(OwnNumbers, AnAnswerWithoutNumbersTakesNoneAway) {
  EXPECT_EQ(believed_numbers(std::vector{front, back}, {}, std::nullopt).size(), 2U);
  EXPECT_EQ(believed_numbers(std::vector{front, back}, {}, std::vector<Did>{}).size(), 2U);
}

TEST(OwnNumbers, ANumberThatOneAnswerLacksStays) {
  EXPECT_EQ(believed_numbers(std::vector{front, back}, std::vector{front}, std::nullopt).size(), 2U);
}

TEST(OwnNumbers, ANumberThatTwoAnswersLackGoes) {
  EXPECT_EQ(believed_numbers(std::vector{front, back}, std::vector{front}, std::vector{front}),
            std::vector{front});
}

TEST(OwnNumbers, NewNumbersAreBelievedAtOnce) {
  EXPECT_EQ(believed_numbers(std::vector{front}, std::vector{front, back}, std::nullopt).size(), 2U);
}

}  // namespace
}  // namespace sms_notifier::domain
