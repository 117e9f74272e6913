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

TEST(CallerNumber, OfAnotherCountryIsShownInFull) {
  for (const char* london : {"+442071838750", "+44 20 7183 8750", "442071838750", "011442071838750",
                             "00442071838750", "\"Jones\" <+442071838750>", "\"Jones\" <442071838750>"}) {
    const CallerId caller = parse_caller_id(london);
    EXPECT_FALSE(caller.withheld()) << london;
    EXPECT_FALSE(can_be_texted(caller)) << london;
    EXPECT_EQ(caller.shown(), "+442071838750") << london;
    EXPECT_EQ(caller.masked(), "+44•••") << london;
    EXPECT_EQ(caller_of(caller.digits(), caller.name), caller) << london;
  }
  EXPECT_EQ(parse_caller_id("+5551234567").shown(), "+5551234567");
  EXPECT_EQ(parse_caller_id("+33 1 42 68 53 00").shown(), "+33142685300");
  EXPECT_EQ(parse_caller_id("\"Jones\" <+442071838750>").name, "Jones");
  EXPECT_EQ(parse_caller_id("+442071838750").name, "");
}

TEST(CallerNumber, OfAFewDigitsIsShown) {
  for (const char* digits : {"911", "1234567", "1234567890", "1001"}) {
    const CallerId caller = parse_caller_id(digits);
    EXPECT_EQ(caller.shown(), digits);
    EXPECT_FALSE(can_be_texted(caller)) << digits;
    EXPECT_EQ(caller_of(caller.digits(), caller.name), caller) << digits;
  }
}

TEST(CallerNumber, WithPrefixesIsReadAsStored) {
  for (const char* digits : {"00000073238566", "0000000073238566", "01100442071838750", "000442071838750",
                             "01115551234567", "+0123456789", "011044207183875"}) {
    const CallerId caller = parse_caller_id(digits);
    EXPECT_EQ(caller_of(caller.digits(), caller.name), caller) << digits;
  }
  EXPECT_EQ(number_in("01115551234567"), "5551234567");
  EXPECT_EQ(parse_caller_id("00000073238566").shown(), "00000073238566");
}

TEST(CallerNumber, ThatSpellsAWordForItIsWithheld) {
  for (const char* withheld :
       {"\"RESTRICTED\" <7378742833>", "Restricted <17378742833>", "\"ANONYMOUS\" <2666966870>",
        "\"Anonymous\" <2666966687>", "UNAVAILABLE <8628245225>", "\"UNAVAILABLE\" <8628245253>",
        "\"UNKNOWN\" <8656696000>", "\"Unknown Caller\" <8656696225>", "\"PRIVATE\" <7748283000>",
        "\"Private Name\" <7748283626>", "\"BLOCKED\" <2562533000>", "\"NO CALLER ID\" <6622553743>",
        "\"No-Caller-ID\" <6622553743>", "\"WITHHELD\" <9484435300>", "\"Numéro privé\" <7748283000>"}) {
    const CallerId caller = parse_caller_id(withheld);
    EXPECT_TRUE(caller.withheld()) << withheld;
    EXPECT_FALSE(can_be_texted(caller)) << withheld;
    EXPECT_EQ(caller.shown(), "") << withheld;
    EXPECT_FALSE(caller.digits().empty()) << withheld;
    EXPECT_EQ(caller_of(caller.digits(), caller.name), caller) << withheld;
  }
}

TEST(CallerNumber, ThatSpellsAWordWithoutANameIsShownAndNotTexted) {
  for (const char* spelled : {"7378742833", "2666966870", "8628245225", "\"J SMITH\" <7378742833>"}) {
    const CallerId caller = parse_caller_id(spelled);
    EXPECT_FALSE(caller.withheld()) << spelled;
    EXPECT_FALSE(can_be_texted(caller)) << spelled;
  }
}

TEST(CallerNumber, OfACallerWhoseNameIsUnknownCanBeTexted) {
  for (const char* callerid : {"\"UNKNOWN\" <5145550177>", "\"Private Name\" <4165550100>",
                               "\"Anonymous\" <5551234567>", "\"J SMITH\" <7748283000>", "8656696000"}) {
    EXPECT_TRUE(can_be_texted(parse_caller_id(callerid))) << callerid;
  }
}

TEST(CallerNumber, OfNoPersonsPhoneCannotBeTexted) {
  for (const char* number :
       {"9999999999", "5555555555", "2222222222", "2345678901", "9876543210", "2115550123", "4115550123",
        "9115550123", "2905550123", "4995550123", "3705550123", "9605550123", "9005550123", "9765550123",
        "8005550111", "8335550111", "8445550111", "8555550111", "8665550111", "8775550111", "8885550111",
        "2425550111", "2465550111", "3455550111", "4415550111", "6585550111", "8095550111", "8295550111",
        "8765550111", "8685550111", "7845550111", "5005550111", "6005550111", "7005550111", "7105550111"}) {
    const CallerId caller = parse_caller_id(number);
    ASSERT_TRUE(caller.number) << number;
    EXPECT_FALSE(caller.withheld()) << number;
    EXPECT_FALSE(can_be_texted(caller)) << number;
    EXPECT_EQ(caller.shown(), caller.number->formatted());
  }
}

TEST(CallerNumber, OfCanadaTheStatesAndTheirTerritoriesCanBeTexted) {
  for (const char* number :
       {"5551234567", "5145550177", "4185550133", "4165550100", "2125550123", "7875550123", "9395550123",
        "3405550123", "6715550123", "6705550123", "6845550123", "8675550123", "4169112345", "8195550111",
        "4505550100", "3675550100", "9025550100"})
    EXPECT_TRUE(can_be_texted(parse_caller_id(number))) << number;
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
