// The table of call records: what the provider lists, poll by poll, and what must be decided, for every shape
// of row that was seen or can be expected (docs/provider/calls.md). Each case runs through the production
// engine.

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;
using test_support::FakeRow;

constexpr const char* did = Engine::did;
constexpr const char* other_did = Engine::other_did;

struct Row {
  std::string id;
  std::string callerid = a_caller;
  std::string disposition = "NO ANSWER";
  int seconds = 0;
  base::Duration ago = std::chrono::seconds{20};
  std::string to = did;
  std::string type = "IN:CAN";
  std::string description = "Inbound DID";
};

struct Expected {
  std::string id;        ///< first leg of the call
  std::string decision;  ///< code; empty: no call of this id may be recorded
};

struct Case {
  std::string name;
  std::vector<std::vector<Row>> polls;  ///< what is new or changed before each poll, 10 s apart
  std::vector<Expected> expected;
  std::size_t texts = 0;
  std::function<void(domain::ProfileForm&)> profile = nullptr;
  std::vector<std::string> vanish_before_last = {};
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

Row answered(std::string id, int lasted, base::Duration ago = seconds{20}) {
  return {std::move(id), a_caller, "ANSWERED", lasted, ago};
}
Row from(std::string callerid) {
  return {"a", std::move(callerid)};
}
Row typed(std::string type, std::string to = did) {
  return {"a", a_caller, "NO ANSWER", 0, seconds{20}, std::move(to), std::move(type)};
}

const std::vector<Expected> reply{{"a", "reply"}};
const auto limited = [](domain::ProfileForm& form) { form.limit_to_one_did = true; };
const auto no_threshold = [](domain::ProfileForm& form) { form.call_duration = "0"; };

std::vector<Case> cases() {
  const auto skip = [](const char* code) { return std::vector<Expected>{{"a", code}}; };
  const std::vector<Expected> nothing{{"a", ""}};
  return {
      // How the call went
      {"NoAnswer", {{{"a"}}}, reply, 1},
      {"Busy", {{{"a", a_caller, "BUSY"}}}, reply, 1},
      {"Failed", {{{"a", a_caller, "FAILED"}}}, reply, 1},
      {"DispositionWithoutSpace", {{{"a", a_caller, "NOANSWER"}}}, reply, 1},
      {"DispositionInLowerCase", {{{"a", a_caller, "no answer"}}}, reply, 1},
      {"DispositionUnknown", {{{"a", a_caller, "CONGESTION"}}}, reply, 1},
      {"DispositionCancel", {{{"a", a_caller, "CANCEL"}}}, reply, 1},
      {"UnknownDispositionWithTalkTime", {{{"a", a_caller, "ANSWER", 60, minutes{2}}}}, skip("answered")},
      {"AnotherUnknownDispositionWithTalkTime",
       {{{"a", a_caller, "Completed", 60, minutes{2}}}},
       skip("answered")},
      {"NoDispositionWithTalkTime", {{{"a", a_caller, "", 60, minutes{2}}}}, skip("answered")},
      {"UnknownDispositionUpToTheThreshold", {{{"a", a_caller, "ANSWER", 10}}}, reply, 1},
      {"UnknownDispositionOfALegThatTalked",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{60}}, {"b", a_caller, "UP", 30, seconds{40}}}},
       {{"a", "answered"}, {"b", ""}}},
      {"AnsweredShort", {{answered("a", 4)}}, reply, 1},
      {"AnsweredAsLongAsTheThreshold", {{answered("a", 10)}}, reply, 1},
      {"AnsweredASecondLonger", {{answered("a", 11)}}, skip("answered")},
      {"AnsweredLong", {{answered("a", 640, minutes{12})}}, skip("answered")},
      {"AnsweredOneSecondWithoutThreshold", {{answered("a", 1)}}, skip("answered"), 0, no_threshold},
      {"AnsweredZeroSecondsWithoutThreshold", {{answered("a", 0)}}, reply, 1, no_threshold},
      // What kind of row it is
      {"InboundCanada", {{typed("IN:CAN")}}, reply, 1},
      {"InboundTollFree", {{typed("IN:TOLLFREE")}}, reply, 1},
      {"InboundUsa", {{typed("IN:USA")}}, reply, 1},
      {"InboundOfANewType", {{typed("IN:MARS")}}, reply, 1},
      {"InboundInLowerCase", {{typed("in:can")}}, reply, 1},
      {"InboundInMixedCaseWithSpaces", {{typed(" In : Can ")}}, reply, 1},
      {"InboundWithoutASuffix", {{typed("IN")}}, reply, 1},
      {"UnknownTypeToOurNumber", {{typed("INBOUND:CAN")}}, reply, 1},
      {"UnknownTypeToAStranger", {{typed("INTL", "8195550111")}}, nothing},
      {"OutboundInLowerCaseToOurOwnNumber", {{typed("out:can", did)}}, nothing},
      {"NoTypeToOurNumber", {{typed("")}}, reply, 1},
      {"NoTypeToOurNumberWithElevenDigits", {{typed("", "15550100199")}}, reply, 1},
      {"NoTypeToAStranger", {{typed("", "8195550111")}}, nothing},
      {"OutboundUsa", {{typed("OUT:USA", "8195550111")}}, nothing},
      {"OutboundInternationalNoAnswer", {{typed("OUT:INTL", "972525550115")}}, nothing},
      {"OutboundToOurOwnNumber", {{typed("OUT:CAN", did)}}, nothing},
      {"CallRecordingMarker",
       {{{"a", a_caller, "ANSWERED", 0, seconds{20}, did, "IN:CAN", "Call Recording"}}},
       nothing},
      {"CallRecordingMarkerBesideTheCall",
       {{{"a"}, {"m", a_caller, "ANSWERED", 30, seconds{20}, did, "IN:CAN", "Call Recording"}}},
       {{"a", "reply"}, {"m", ""}},
       1},
      {"ElevenDigitDestination", {{typed("IN:CAN", "15550100199")}}, reply, 1},
      // Who calls
      {"NameAndElevenDigits", {{from("\"John Doe\" <15551234567>")}}, reply, 1},
      {"NameIsTheNumber", {{from("\"15551234567\" <15551234567>")}}, reply, 1},
      {"NameWithoutQuotes", {{from("SAMPLE DENTAL <5551234567>")}}, reply, 1},
      {"PlusOne", {{from("+15551234567")}}, reply, 1},
      {"DigitsInTheName", {{from("\"Suite 400\" <15551234567>")}}, reply, 1},
      {"TollFreeCaller", {{from("8005550111")}}, skip("not_textable")},
      {"TollFreeCallerWithEightThreeThree", {{from("8335550111")}}, skip("not_textable")},
      {"RestrictedOnTheKeypad", {{from("\"RESTRICTED\" <7378742833>")}}, skip("not_textable")},
      {"AnonymousOnTheKeypad", {{from("\"ANONYMOUS\" <2666966870>")}}, skip("not_textable")},
      {"UnknownOnTheKeypad", {{from("\"UNKNOWN\" <8656696000>")}}, skip("not_textable")},
      {"RestrictedOnTheKeypadTwice",
       {{from("\"RESTRICTED\" <7378742833>"), {"b", "\"RESTRICTED\" <7378742833>"}}},
       {{"a", "not_textable"}, {"b", "not_textable"}}},
      {"NinesOnly", {{from("9999999999")}}, skip("not_textable")},
      {"ServiceCode", {{from("4115550123")}}, skip("not_textable")},
      {"Premium", {{from("9005550123")}}, skip("not_textable")},
      {"Jamaica", {{from("8765550123")}}, skip("not_textable")},
      {"PuertoRico", {{from("7875550123")}}, reply, 1},
      {"UnknownNameOfARealNumber", {{from("\"UNKNOWN\" <5145550177>")}}, reply, 1},
      {"WithheldEmpty", {{from("")}}, skip("no_caller_number")},
      {"WithheldAnonymous", {{from("anonymous")}}, skip("no_caller_number")},
      {"WithheldAnonymousInBrackets", {{from("\"Anonymous\" <anonymous>")}}, skip("no_caller_number")},
      {"WithheldUnknown", {{from("Unknown")}}, skip("no_caller_number")},
      {"WithheldRestricted", {{from("RESTRICTED")}}, skip("no_caller_number")},
      {"WithheldUnavailable", {{from("unavailable")}}, skip("no_caller_number")},
      {"WithheldBlocked", {{from("Blocked")}}, skip("no_caller_number")},
      {"WithheldPrivate", {{from("\"PRIVATE\" <>")}}, skip("no_caller_number")},
      {"WithheldNone", {{from("None")}}, skip("no_caller_number")},
      {"WithheldWithDigitsInTheName", {{from("\"4165550100\" <anonymous>")}}, skip("no_caller_number")},
      {"London", {{from("+442071838750")}}, skip("not_textable")},
      {"LondonWithoutPlus", {{from("442071838750")}}, skip("not_textable")},
      {"LondonDialledFromHere", {{from("011442071838750")}}, skip("not_textable")},
      {"BrazilWithTenDigits", {{from("+5551234567")}}, skip("not_textable")},
      {"SevenDigits", {{from("1234567")}}, skip("not_textable")},
      {"Emergency", {{from("911")}}, skip("not_textable")},
      {"AreaCodeThatCannotBe", {{from("1234567890")}}, skip("not_textable")},
      {"OwnDidCalls", {{from(other_did)}}, skip("own_number")},
      {"OwnDidCallsItself", {{from(did)}}, skip("own_number")},
      // Which number was called
      {"OtherDidWithoutTheLimit", {{typed("IN:CAN", other_did)}}, reply, 1},
      {"OtherDidWithTheLimit", {{typed("IN:CAN", other_did)}}, skip("other_did"), 0, limited},
      {"OwnDidWithTheLimit", {{{"a"}}}, reply, 1, limited},
      // Legs
      {"TwoLegsInOnePoll",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{60}},
         {"b", "\"5551234567\" <5551234567>", "ANSWERED", 229, seconds{35}}}},
       {{"a", "answered"}, {"b", ""}}},
      {"TwoLegsAtOnceOneAnswered",
       {{answered("b", 90, seconds{100}), {"a", a_caller, "NO ANSWER", 0, seconds{101}}}},
       {{"a", "answered"}, {"b", ""}}},
      {"TwoRingLegs",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{40}}, {"b", a_caller, "NO ANSWER", 0, seconds{38}}}},
       {{"a", "reply"}, {"b", ""}},
       1},
      {"AnsweredLegShorterThanTheThreshold",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{40}}, answered("b", 6, seconds{20})}},
       {{"a", "reply"}, {"b", ""}},
       1},
      {"SecondRingLegInTheNextPoll",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{5}}}, {{"b", a_caller, "NO ANSWER", 0, seconds{4}}}},
       {{"a", "reply"}, {"b", ""}},
       1},
      {"AnsweredLegAfterTheText",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{30}}}, {answered("b", 20, seconds{22})}},
       {{"a", "reply"}, {"b", ""}},
       1},
      {"AnsweredLegWhileWaiting",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{30}}}, {answered("b", 20, seconds{22})}},
       {{"a", "reply"}, {"b", ""}},
       0,
       [](domain::ProfileForm& form) { form.wait = "30"; }},
      // The same a_caller again
      {"CallsAgainAfterThreeMinutes",
       {{{"a", a_caller, "NO ANSWER", 0, minutes{5}}, {"b", a_caller, "NO ANSWER", 0, minutes{2}}}},
       {{"a", "reply"}, {"b", "recently_texted"}},
       1},
      {"CallsTheOtherNumberToo",
       {{{"a"}, {"b", a_caller, "NO ANSWER", 0, seconds{15}, other_did}}},
       {{"a", "reply"}, {"b", "recently_texted"}},
       1},
      {"CallsAgainAfterAConversation",
       {{answered("a", 60, minutes{4}), {"b", a_caller, "NO ANSWER", 0, minutes{1}}}},
       {{"a", "answered"}, {"b", "reply"}},
       1},
      {"MissesAfterAConversationThatFollowedARing",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{140}},
         answered("b", 20, seconds{115}),
         {"c", a_caller, "NO ANSWER", 0, seconds{25}}}},
       {{"a", "answered"}, {"b", ""}, {"c", "reply"}},
       1},
      {"RingsAgainWithinTwoMinutes",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{100}}, {"b", a_caller, "NO ANSWER", 0, seconds{20}}}},
       {{"a", "reply"}, {"b", ""}},
       1},
      {"RingsAgainAndAgain",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{200}},
         {"b", a_caller, "NO ANSWER", 0, seconds{110}},
         {"c", a_caller, "NO ANSWER", 0, seconds{20}}}},
       {{"a", "reply"}, {"b", ""}, {"c", "recently_texted"}},
       1},
      // When the row comes
      {"FourteenMinutesLate", {{}, {{"a", a_caller, "NO ANSWER", 0, minutes{14}}}}, reply, 1},
      {"SixteenMinutesLate", {{}, {{"a", a_caller, "NO ANSWER", 0, minutes{16}}}}, skip("too_old")},
      {"FiveHoursLate", {{}, {{"a", a_caller, "NO ANSWER", 0, hours{5}}}}, skip("too_old")},
      // How rows behave
      {"Repeated", {{{"a"}}, {}, {}, {}}, reply, 1},
      {"RepeatedInOneAnswer", {{{"a"}, {"a"}}}, reply, 1},
      {"Vanished", {{{"a"}}, {}, {}}, reply, 1, nullptr, {"a"}},
      {"GrowsAfterTheText",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{20}}}, {answered("a", 45, seconds{30})}},
       reply,
       1},
      {"GrowsWhileWaiting",
       {{{"a", a_caller, "NO ANSWER", 0, seconds{20}}}, {answered("a", 45, seconds{30})}},
       reply,
       0,
       [](domain::ProfileForm& form) { form.wait = "30"; }},
      {"AlphanumericId", {{{"7100007x2c40a"}}}, {{"7100007x2c40a", "reply"}}, 1},
      {"TwinIdsOfTwoCallers", {{{"a"}, {"a", "5559876543", "NO ANSWER", 0, seconds{25}}}}, {}, 2},
      {"NoIds", {{{""}, {"", "5559876543", "NO ANSWER", 0, seconds{25}}}, {}}, {}, 2},
      // What the profile says
      {"DryRun", {{{"a"}}}, skip("dry_run"), 0, [](domain::ProfileForm& form) { form.dry_run = true; }},
      {"Closed",
       {{{"a"}}},
       skip("closed"),
       0,
       [](domain::ProfileForm& form) { form.hours = "sun 09:00-10:00"; }},
      {"Open", {{{"a"}}}, reply, 1, [](domain::ProfileForm& form) { form.hours = "tue 09:00-17:00"; }},
  };
}

class DecisionTable : public ::testing::TestWithParam<Case> {};

TEST_P(DecisionTable, Holds) {
  const Case& c = GetParam();
  Engine engine;
  domain::ProfileForm form = Engine::form();
  if (c.profile) c.profile(form);
  engine.run_profile(engine.add_profile(form));
  engine.start();
  engine.run_for(minutes{20});  // long past the first poll: what counts now is that a row is new

  for (std::size_t poll = 0; poll < c.polls.size(); ++poll) {
    auto& listed = engine.provider->rows[Engine::email];
    for (const Row& row : c.polls[poll]) {
      const bool changes = poll > 0 && std::any_of(listed.begin(), listed.end(),
                                                   [&](const FakeRow& r) { return r.unique_id == row.id; });
      FakeRow& entry = changes ? engine.row(row.id) : engine.call(row.id, row.callerid, row.ago, row.to);
      entry.disposition = row.disposition;
      entry.seconds = std::to_string(row.seconds);
      entry.destination_type = row.type;
      entry.description = row.description;
    }
    if (poll + 1 == c.polls.size()) {
      for (const std::string& id : c.vanish_before_last)
        std::erase_if(listed, [&](const FakeRow& r) { return r.unique_id == id; });
    }
    engine.run_for(seconds{10});
  }
  engine.run_for(minutes{2});

  for (const Expected& expected : c.expected)
    EXPECT_EQ(engine.decision(expected.id), expected.decision) << expected.id;
  EXPECT_EQ(engine.texts(), c.texts);
}

INSTANTIATE_TEST_SUITE_P(Rows, DecisionTable, ::testing::ValuesIn(cases()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace sms_notifier::app
