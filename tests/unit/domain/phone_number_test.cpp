#include "domain/phone_number.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

std::string number_in(std::string_view callerid) {
  const CallerId caller = parse_caller_id(callerid);
  return caller.number ? std::string(caller.number->digits()) : "none";
}

TEST(CallerNumber, IsTenDigitsHoweverTheProviderWritesIt) {
  EXPECT_EQ(number_in("\"John Doe\" <15551234567>"), "5551234567");
  EXPECT_EQ(number_in("\"15551234567\" <15551234567>"), "5551234567");
  EXPECT_EQ(number_in("SAMPLE DENTAL <5551234567>"), "5551234567");
  EXPECT_EQ(number_in("+15551234567"), "5551234567");
  EXPECT_EQ(number_in("5551234567"), "5551234567");
  EXPECT_EQ(number_in("(555) 123-4567"), "5551234567");
}

TEST(CallerNumber, DigitsOfTheNameDoNotLeakIntoIt) {
  EXPECT_EQ(number_in("\"Suite 400\" <15551234567>"), "5551234567");
  EXPECT_EQ(number_in("\"4165550100\" <anonymous>"), "none");
  EXPECT_EQ(number_in("\"Bay 12\" <>"), "none");
}

TEST(CallerNumber, IsNoneWhenWithheldInAnyWording) {
  for (const char* withheld :
       {"", "anonymous", "Anonymous", "\"Anonymous\" <anonymous>", "unknown", "Restricted", "UNAVAILABLE",
        "blocked", "private", "None", "\"\" <>", "<unknown>"})
    EXPECT_EQ(number_in(withheld), "none") << withheld;
}

TEST(CallerNumber, OfAnotherCountryIsNotShortenedToAStrangersNumber) {
  EXPECT_EQ(number_in("+442071838750"), "none");
  EXPECT_EQ(number_in("442071838750"), "none");
  EXPECT_EQ(number_in("011442071838750"), "none");
  EXPECT_EQ(number_in("+5551234567"), "none");  // Brazil
}

TEST(CallerNumber, OfTheWrongLengthOrShapeIsNone) {
  EXPECT_EQ(number_in("911"), "none");
  EXPECT_EQ(number_in("1234567"), "none");
  EXPECT_EQ(number_in("1234567890"), "none");  // no area code starts with 1
  EXPECT_EQ(number_in("25551234567"), "none");
  EXPECT_EQ(number_in("555123456x"), "none");
}

TEST(CallerName, IsKeptWithoutItsQuotes) {
  EXPECT_EQ(parse_caller_id("\"John Doe\" <15551234567>").name, "John Doe");
  EXPECT_EQ(parse_caller_id("SAMPLE DENTAL <5551234567>").name, "SAMPLE DENTAL");
  EXPECT_EQ(parse_caller_id("5551234567").name, "");
}

TEST(PhoneNumber, IsShownForPeopleAndShortenedForLogs) {
  const auto number = PhoneNumber::parse("5551234567");
  ASSERT_TRUE(number);
  EXPECT_EQ(number->formatted(), "555-123-4567");
  EXPECT_EQ(number->masked(), "555•••4567");
}

TEST(Did, IsReadWithDashes) {
  EXPECT_EQ(Did::parse("555-010-0199")->digits(), "5550100199");
}

}  // namespace
}  // namespace sms_notifier::domain
