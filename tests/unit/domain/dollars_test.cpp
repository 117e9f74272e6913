#include "domain/dollars.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

TEST(Dollars, AreReadAsTheProviderWritesThem) {
  EXPECT_EQ(parse_dollars("25.000000"), Dollars{25'000'000});
  EXPECT_EQ(parse_dollars("0"), Dollars{0});
  EXPECT_EQ(parse_dollars("-0.5"), Dollars{-500'000});
  EXPECT_EQ(parse_dollars("0.0074999999"), Dollars{7'499}) << "what is finer is cut off";
}

TEST(Dollars, WhatIsNoAmountIsNone) {
  for (const char* text : {"", "-", ".", ".5", "abc", "1,000.00", "1e3", " 1", "1.2.3", "9999999999999"})
    EXPECT_EQ(parse_dollars(text), std::nullopt) << text;
}

TEST(Dollars, AreShownInCentsAndFinerWhereTheyAre) {
  EXPECT_EQ(to_string(Dollars{25'000'000}), "$25.00");
  EXPECT_EQ(to_string(Dollars{-500'000}), "-$0.50");
  EXPECT_EQ(to_string(sms_price), "$0.0075");
}

}  // namespace
}  // namespace sms_notifier::domain
