#include "domain/call.h"

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::seconds;

InboundLeg leg(const char* key, seconds after, Disposition disposition = Disposition::NoAnswer,
               seconds lasted = seconds{0}) {
  return {{caller, ""}, did, Leg{key, now + after, disposition, lasted}};
}

TEST(Grouping, PutsARingLegAndTheAnsweredLegIntoOneCall) {
  const auto calls = group_into_calls(
      {leg("answer", seconds{25}, Disposition::Answered, seconds{229}), leg("ring", seconds{0})});
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].key(), "ring");
  EXPECT_EQ(calls[0].answered_for(), seconds{229});
}

TEST(Grouping, KeepsACallAfterAFinishedConversationApart) {
  const auto calls = group_into_calls(
      {leg("talk", seconds{0}, Disposition::Answered, seconds{20}), leg("again", seconds{90})});
  EXPECT_EQ(calls.size(), 2U);
}

TEST(Grouping, KeepsCallsThatAreMinutesApartApart) {
  EXPECT_EQ(group_into_calls({leg("a", seconds{0}), leg("b", seconds{121})}).size(), 2U);
  EXPECT_EQ(group_into_calls({leg("a", seconds{0}), leg("b", seconds{120})}).size(), 1U);
}

TEST(Grouping, NeverJoinsWithheldCallers) {
  InboundLeg a = leg("a", seconds{0});
  InboundLeg b = leg("b", seconds{1});
  a.caller = b.caller = CallerId{std::nullopt, "anonymous"};
  EXPECT_EQ(group_into_calls({a, b}).size(), 2U);
}

TEST(Grouping, NeverJoinsDifferentDids) {
  InboundLeg other = leg("b", seconds{1});
  other.did = *Did::parse("5550100100");
  EXPECT_EQ(group_into_calls({leg("a", seconds{0}), other}).size(), 2U);
}

CdrRow row(std::string destination_type, std::string destination = "5550100199",
           std::string description = "Inbound DID") {
  CdrRow cdr;
  cdr.destination_type = std::move(destination_type);
  cdr.destination = std::move(destination);
  cdr.description = std::move(description);
  return cdr;
}

TEST(Inbound, IsEveryRowWhoseTypeStartsWithIn) {
  const auto nothing_is_ours = [](Did) { return false; };
  for (const char* type : {"IN:CAN", "IN:USA", "IN:TOLLFREE", "IN:SOMETHING-NEW"})
    EXPECT_TRUE(is_inbound(row(type), nothing_is_ours)) << type;
  for (const char* type : {"OUT:USA", "OUT:INTL", "OUT:CAN"})
    EXPECT_FALSE(is_inbound(row(type), nothing_is_ours)) << type;
}

TEST(Inbound, WithoutATypeDependsOnWhetherTheDestinationIsOurs) {
  EXPECT_TRUE(is_inbound(row(""), [](Did) { return true; }));
  EXPECT_TRUE(is_inbound(row("", "15550100199"), [](Did) { return true; }));
  EXPECT_FALSE(is_inbound(row(""), [](Did) { return false; }));
  EXPECT_FALSE(is_inbound(row("", "972525550115"), [](Did) { return true; }));
}

TEST(Inbound, IsNotACallRecordingMarker) {
  EXPECT_FALSE(is_inbound(row("IN:CAN", "5550100199", "Call Recording"), [](Did) { return true; }));
}

TEST(LegKeys, AreMadeOfTheContentWhereTheProviderSentNone) {
  CdrRow a = row("IN:CAN");
  a.caller = {caller, ""};
  CdrRow named = a;
  named.unique_id = "7100007x2c40a";
  const std::vector<CdrRow> rows{a, a, named};
  const auto keys = leg_keys(rows);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_EQ(keys[2], "7100007x2c40a");
  EXPECT_EQ(leg_keys(rows), keys);
}

}  // namespace
}  // namespace sms_notifier::domain
