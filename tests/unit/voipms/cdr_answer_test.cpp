#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

using app::TroubleKind;
using domain::Disposition;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CdrAnswer : public testing::Test {
 protected:
  app::CdrAnswer read(const std::string& body, int status = 200) {
    const auto answer = reader.calls(answered(body, status), filter);
    EXPECT_TRUE(answer.ok()) << in_english(answer.error().detail);
    return answer.ok() ? answer.value() : app::CdrAnswer{};
  }
  app::Trouble trouble(const http::Outcome& outcome) {
    const auto answer = reader.calls(outcome, filter);
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? app::Trouble{TroubleKind::NoFunds, {}} : answer.error();
  }

  AnswerReader reader;
  Filter filter;
};

/// As the provider writes a row today; `seconds` is a piece of JSON.
std::string row(const std::string& key, const std::string& disposition = "NO ANSWER",
                const std::string& length = "\"0\"") {
  return R"({"date":"2026-09-14 09:12:44","callerid":"\"HUILES GAGNE\" <4185550133>","destination":"4185550100",)"
         R"("description":"Inbound DID","account":"100000","disposition":")" +
         disposition + R"(","duration":"00:00:00","seconds":)" + length +
         R"(,"rate":"0.00900000","total":"0.00000000","uniqueid":")" + key +
         R"(","destination_type":"IN:CAN","call_logs":"Call logs\nStatus is 'No answer'","ip":"","useragent":""})";
}
std::string rows(const std::string& list) {
  return R"({"status":"success","cdr":[)" + list + "]}";
}

TEST_F(CdrAnswer, HasAMissedCall) {
  const auto answer = read(rows(row("4836999001")));
  EXPECT_EQ(answer.rows_listed, 1U);
  ASSERT_THAT(answer.rows, SizeIs(1));
  const domain::CdrRow& call = answer.rows[0];
  EXPECT_EQ(call.unique_id, "4836999001");
  EXPECT_EQ(domain::to_string(call.date), "2026-09-14 09:12:44");
  EXPECT_EQ(call.caller.number, domain::PhoneNumber::parse("4185550133"));
  EXPECT_EQ(call.caller.name, "HUILES GAGNE");
  EXPECT_EQ(call.destination, "4185550100");
  EXPECT_EQ(call.destination_type, "IN:CAN");
  EXPECT_EQ(call.description, "Inbound DID");
  EXPECT_EQ(call.disposition, Disposition::NoAnswer);
  EXPECT_EQ(call.seconds, seconds{0});
}

TEST_F(CdrAnswer, ThatIsAsBeforeIsNotReadAgain) {
  filter.as_before = R"({"status":"success","cdr":[{"date":"2026-09-15 12:00:00"}]})";
  const auto again = reader.calls(answered(filter.as_before), filter);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->as_before);
  EXPECT_TRUE(filter.asked.empty());
  const auto changed = reader.calls(answered(filter.as_before + " "), filter);
  ASSERT_TRUE(changed.ok());
  EXPECT_FALSE(changed->as_before);
  EXPECT_EQ(filter.asked.size(), 1U);
}

TEST_F(CdrAnswer, OfOneCallInTwoLegsHasTwoRows) {
  const auto answer = read(rows(row("leg-b", "ANSWERED", "\"183\"") + "," + row("leg-a")));
  ASSERT_THAT(answer.rows, SizeIs(2));
  EXPECT_EQ(answer.rows[0].disposition, Disposition::Answered);
  EXPECT_EQ(answer.rows[0].seconds, seconds{183});
  EXPECT_EQ(answer.rows[1].unique_id, "leg-a");
}

TEST_F(CdrAnswer, OfOldRowsHasNoDestinationType) {
  const auto answer = read(
      R"({"status":"success","cdr":[{"date":"2017-02-03 10:11:12","callerid":"\"15145550177\" <15145550177>",)"
      R"("destination":"14185550100","description":"Inbound DID","account":"100000","disposition":"ANSWERED",)"
      R"("duration":"00:00:07","seconds":"7","rate":"0.009","total":"0.0009","uniqueid":"990011"}]})");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].destination_type, "");
  EXPECT_EQ(answer.rows[0].destination, "14185550100");
  EXPECT_EQ(answer.rows[0].seconds, seconds{7});
}

TEST_F(CdrAnswer, MayCarryNumbersForStrings) {
  const auto answer = read(
      R"({"status":"success","cdr":[{"date":"2026-09-14 09:12:44","callerid":4185550133,"destination":4185550100,)"
      R"("disposition":"ANSWERED","seconds":12 ,"uniqueid":4836999001 , "destination_type":null}]})");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].unique_id, "4836999001");
  EXPECT_EQ(answer.rows[0].seconds, seconds{12});
  EXPECT_EQ(answer.rows[0].caller.number, domain::PhoneNumber::parse("4185550133"));
  EXPECT_EQ(answer.rows[0].destination_type, "");
}

TEST_F(CdrAnswer, MayBeOneBareObject) {
  const auto answer = read(R"({"status":"success","cdr":)" + row("4836999001") + "}");
  EXPECT_EQ(answer.rows_listed, 1U);
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].unique_id, "4836999001");
}

TEST_F(CdrAnswer, MayHaveItsFieldsInAnyOrder) {
  const auto answer = read(
      R"({"cdr":[{"uniqueid":"9","seconds":"3","disposition":"ANSWERED","new":{"seconds":"99"},"destination_type":"IN:US",)"
      R"("destination":"4185550100","callerid":"5145550177","date":"2026-09-14 09:12:44"}],"status":"success"})");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].unique_id, "9");
  EXPECT_EQ(answer.rows[0].seconds, seconds{3});
  EXPECT_EQ(answer.rows[0].destination_type, "IN:US");
}

TEST_F(CdrAnswer, OfAWithheldCallerHasNoNumber) {
  const auto answer =
      read(R"({"status":"success","cdr":[{"date":"2026-09-14 09:12:44","callerid":"anonymous",)"
           R"("destination":"4185550100","disposition":"NO ANSWER","seconds":"0","uniqueid":"5x7c"}]})");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_FALSE(answer.rows[0].caller.number);
}

TEST_F(CdrAnswer, OfADayWithoutCallsIsEmpty) {
  EXPECT_EQ(read(R"({"status":"no_cdr","message":"There are no CDR entries for the filter"})").rows_listed,
            0U);
  EXPECT_EQ(read(R"({"status":"success","cdr":[]})").rows_listed, 0U);
}

// The filter.

TEST_F(CdrAnswer, IsReadOnlyWhereTheFilterWantsIt) {
  filter.wanted = [](app::Fingerprint asked) { return asked == fingerprint_of(row("two")); };
  const auto answer = read(rows(row("one") + "," + row("two") + "," + row("three")));
  EXPECT_EQ(answer.rows_listed, 3U);
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].unique_id, "two");
}

TEST_F(CdrAnswer, ShowsTheFilterEachRowAsItIsWritten) {
  const std::string spaced = R"({ "uniqueid" : "two", "new": {"a":[1,{}]} , "seconds":"}" })";
  read(rows(row("one") + " ,\n" + spaced + "\t," + row("three")));
  EXPECT_THAT(filter.asked,
              ElementsAre(fingerprint_of(row("one")), fingerprint_of(spaced), fingerprint_of(row("three"))));
  filter.asked.clear();
  read(R"({"status":"success","cdr":)" + row("bare") + "}");
  EXPECT_THAT(filter.asked, ElementsAre(fingerprint_of(row("bare"))));
}

// Rows that cannot be read.

TEST_F(CdrAnswer, SkipsAndTellsARowOfUnexpectedTypes) {
  const auto answer =
      read(rows(row("one") + R"(,{"uniqueid":"two","date":["2026"],"seconds":"1"},)" + row("three")));
  EXPECT_EQ(answer.rows_listed, 3U);
  EXPECT_THAT(answer.rows, SizeIs(2));
  EXPECT_THAT(in_english(answer.unreadable), ElementsAre("row 2 (uniqueid two): its date cannot be read"));
}

TEST_F(CdrAnswer, TellsOfARowOfUnexpectedTypesOnlyWhenItIsWanted) {
  filter.wanted = [](app::Fingerprint) { return false; };
  EXPECT_THAT(read(rows(R"({"uniqueid":"two","date":["2026"],"seconds":"1"})")).unreadable, IsEmpty());
}

TEST_F(CdrAnswer, SkipsAndTellsARowThatIsNoObject) {
  const auto answer = read(rows(R"("text",7,null,[],)" + row("five")));
  EXPECT_EQ(answer.rows_listed, 5U);
  EXPECT_THAT(answer.rows, SizeIs(1));
  EXPECT_THAT(answer.unreadable, SizeIs(4));
  EXPECT_EQ(in_english(answer.unreadable)[0], "row 1: it is not an object");
}

TEST_F(CdrAnswer, SkipsAndTellsARowWithoutADate) {
  const auto answer =
      read(R"({"status":"success","cdr":[{"destination":"4185550100","uniqueid":"129x41098i8c"}]})");
  EXPECT_THAT(answer.rows, IsEmpty());
  EXPECT_THAT(in_english(answer.unreadable),
              ElementsAre("row 1 (uniqueid 129x41098i8c): its date cannot be read"));
}

TEST_F(CdrAnswer, SkipsAndTellsAnAnsweredRowOfUnknownLength) {
  for (const auto* length : {"\"\"", "null", "\"long\"", "-1", "99999999999", "\"5 s\"", "true", "\"1e\"",
                             "1e400", "\"-1\"", "\"inf\"", "\"nan\""}) {
    const auto answer = read(rows(row("1", "ANSWERED", length)));
    EXPECT_THAT(answer.rows, IsEmpty()) << length;
    EXPECT_THAT(answer.unreadable, SizeIs(1)) << length;
  }
}

TEST_F(CdrAnswer, NeedsNoLengthOfACallThatNobodyAnswered) {
  for (const auto* length : {"null", "\"\"", "\"-1\"", "true", "[1]", "99999999999", "\"soon\""}) {
    const auto answer = read(rows(row("1", "NO ANSWER", length)));
    ASSERT_THAT(answer.rows, SizeIs(1)) << length;
    EXPECT_EQ(answer.rows[0].seconds, seconds{0}) << length;
    EXPECT_THAT(answer.unreadable, IsEmpty()) << length;
  }
}

TEST_F(CdrAnswer, DropsFractionsOfASecond) {
  EXPECT_EQ(read(rows(row("1", "ANSWERED", "7.9"))).rows.at(0).seconds, seconds{7});
  EXPECT_EQ(read(rows(row("1", "ANSWERED", "\"12.0\""))).rows.at(0).seconds, seconds{12});
  EXPECT_EQ(read(rows(row("1", "ANSWERED", "\" 1e3 \""))).rows.at(0).seconds, seconds{1000});
}

// One odd value silences only itself.

/// A row in which the caller is written so; a piece of JSON.
std::string row_of_caller(const std::string& callerid, const std::string& more = "") {
  return R"({"date":"2026-09-14 09:12:44","callerid":")" + callerid +
         R"(","destination":"4185550100","disposition":"NO ANSWER","seconds":"0","uniqueid":"odd")" + more +
         R"(,"destination_type":"IN:CAN"})";
}

struct OddName {
  std::string written;  ///< between the quotation marks of the name
  std::string name;     ///< what we make of it
};

TEST_F(CdrAnswer, HidesNothingBecauseOfANameThatIsNotText) {
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<OddName> names{
      {"J\xffN", "J" + r + "N"},                // no UTF-8
      {"Ren\xe9", "Ren" + r},                   // Latin-1, before the quotation mark
      {"Ren\xc3", "Ren" + r},                   // a cut character
      {"\xf0\x9f\x98", r},                      // a cut emoji
      {"\xe2\x82", r},                          // a cut euro sign
      {"\xc0\xaf", r + r},                      // too long a form
      {"\xe0\x80\xaf", r + r + r},              //
      {"\xed\xa0\xbd", r + r + r},              // a surrogate
      {"\xf4\x90\x80\x80", r + r + r + r},      // beyond Unicode
      {"\x80\x81", r + r},                      // the end of a character
      {"A\tB", "A" + r + "B"},                  // control characters as they are
      {"A\nB\rC", "A" + r + "B" + r + "C"},     //
      {"A\x01\x1f\x7f", "A" + r + r + r},       //
      {std::string("A\0B", 3), "A" + r + "B"},  //
      {R"(A\u0000B)", "A" + r + "B"},           // and escaped
      {R"(A\tB\u001b)", "A" + r + "B" + r},     //
      {R"(A\u0085B)", "A" + r + "B"},           //
      {R"(Joy \ud83d)", "Joy " + r},            // half an emoji
      {R"(\ude00 Joy)", r + " Joy"},            //
      {R"(\ud83d\ud83d\ude00)", r + "\xF0\x9F\x98\x80"},
      {R"(\ud83dx\ude00)", r + "x" + r},
      {R"(L\'ACCES)", R"(L\'ACCES)"},  // an escape that is none
      {R"(A\u12)", "A" + r + "12"},    // and one that was cut
      {R"(A\x41)", R"(A\x41)"},        //
      {"Zo\xc3\xab \xF0\x9F\x98\x80", "Zo\xc3\xab \xF0\x9F\x98\x80"},
  };
  for (const OddName& odd : names) {
    const auto answer = read(rows(
        row("one") + "," + row_of_caller("\\\"" + odd.written + "\\\" <4185550199>") + "," + row("three")));
    EXPECT_EQ(answer.rows_listed, 3U) << odd.written;
    EXPECT_THAT(answer.unreadable, IsEmpty()) << odd.written;
    ASSERT_THAT(answer.rows, SizeIs(3)) << odd.written;
    EXPECT_EQ(answer.rows[0].caller.name, "HUILES GAGNE");
    EXPECT_EQ(answer.rows[2].caller.name, "HUILES GAGNE");
    EXPECT_EQ(answer.rows[1].unique_id, "odd");
    EXPECT_EQ(answer.rows[1].caller.number, domain::PhoneNumber::parse("4185550199")) << odd.written;
    EXPECT_EQ(answer.rows[1].caller.name, odd.name) << odd.written;
    EXPECT_EQ(answer.rows[1].destination, "4185550100");
  }
}

TEST_F(CdrAnswer, HidesNothingBecauseOfAFieldThatIsNotTextAndNotUsed) {
  for (const auto* field : {"\"\xff\xfe\"", R"("\ud83d")", "\"a\tb\"", "1e999", "[1,[2]]",
                            "123456789012345678901234567890", R"("\q")"}) {
    const auto answer =
        read(rows(row("one") + "," + row_of_caller("4185550199", R"(,"call_logs":)" + std::string(field)) +
                  "," + row("three")));
    ASSERT_THAT(answer.rows, SizeIs(3)) << field;
    EXPECT_EQ(answer.rows[1].caller.number, domain::PhoneNumber::parse("4185550199")) << field;
  }
}

TEST_F(CdrAnswer, StoresNoKeyAndNoDestinationThatIsNotText) {
  const auto answer = read(
      R"({"status":"success","cdr":[{"date":"2026-09-14 09:12:44","callerid":"4185550133","destination":"418)"
      "\xff\",\"description\":\"Inbound\\u0000DID\",\"disposition\":\"BUSY\",\"seconds\":0,\"uniqueid\":"
      "\"a\tb\"}]}");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].destination, "418\xEF\xBF\xBD");
  EXPECT_EQ(answer.rows[0].description,
            "Inbound\xEF\xBF\xBD"
            "DID");
  EXPECT_EQ(answer.rows[0].unique_id,
            "a\xEF\xBF\xBD"
            "b");
}

TEST_F(CdrAnswer, MayBeginWithAByteOrderMark) {
  EXPECT_THAT(read("\xEF\xBB\xBF" + rows(row("one"))).rows, SizeIs(1));
}

TEST_F(CdrAnswer, ReadsARowAlthoughAFieldIsNoText) {
  const auto answer = read(
      R"({"status":"success","cdr":[{"date":"2026-09-14 09:12:44","callerid":"4185550133","destination":4185550100,)"
      R"("description":[],"disposition":{"a":1},"seconds":7,"uniqueid":"1","destination_type":true}]})");
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].disposition, Disposition::Other);
  EXPECT_EQ(answer.rows[0].seconds, seconds{7});
  EXPECT_EQ(answer.rows[0].destination_type, "");
  EXPECT_THAT(in_english(answer.odd),
              ElementsAre("row 1 (uniqueid 1): its description is neither text nor a number"));
}

TEST_F(CdrAnswer, TellsUnknownWordsOnce) {
  const auto answer =
      read(rows(row("1", "ANSWER", "60") + "," + row("2", "ANSWER", "3") + "," +
                R"({"date":"2026-09-14 09:12:44","callerid":"4185550133","destination":"4185550100",)"
                R"("disposition":"no answer","seconds":0,"destination_type":"INWARD:CAN"})"));
  EXPECT_THAT(answer.rows, SizeIs(3));
  EXPECT_THAT(
      in_english(answer.odd),
      ElementsAre("the disposition \"ANSWER\" is not known: talk time decides",
                  "the destination type \"INWARD:CAN\" is not known: the number that was called decides"));
}

TEST_F(CdrAnswer, TellsOfUnwantedRowsNothing) {
  filter.wanted = [](app::Fingerprint) { return false; };
  EXPECT_THAT(read(R"({"status":"success","cdr":[{"uniqueid":"1"}]})").unreadable, IsEmpty());
}

TEST_F(CdrAnswer, TellsOfManyUnreadableRowsInFewWords) {
  std::string list = "1";
  for (int i = 0; i < 5000; ++i) list += ",1";
  const auto answer = read(rows(list));
  EXPECT_EQ(answer.rows_listed, 5001U);
  EXPECT_THAT(answer.unreadable, SizeIs(21));
  EXPECT_EQ(in_english(answer.unreadable).back(), "and 4981 more rows");
}

TEST_F(CdrAnswer, QuotesKeysOnOneLine) {
  const auto answer =
      read(R"({"status":"success","cdr":[{"uniqueid":"1\n2\u001b)" + std::string(100, 'k') + R"("}]})");
  EXPECT_THAT(in_english(answer.unreadable).at(0), HasSubstr("(uniqueid 1 2 kkk"));
  EXPECT_LT(in_english(answer.unreadable).at(0).size(), 120U);
}

// Answers that cannot be read.

TEST_F(CdrAnswer, WithoutAListIsNotAnEmptyDay) {
  EXPECT_EQ(trouble(answered(R"({"status":"success"})")).kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(trouble(answered(R"({"status":"success","cdr":null})")).kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(trouble(answered(R"({"status":"success","cdr":"none"})")).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, CutOffAnywhereIsUnreadable) {
  const std::string whole = rows(row("one") + "," + row("two"));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto answer = reader.calls(answered(whole.substr(0, length)), filter);
    ASSERT_FALSE(answer.ok()) << length;
    EXPECT_EQ(answer.error().kind, TroubleKind::UnreadableAnswer);
  }
}

TEST_F(CdrAnswer, BrokenInTheMiddleOfARowIsUnreadable) {
  for (const auto* field :
       {R"("seconds" "7",)", R"("date":,)", R"("date":"2026",,)", R"("":: ,)", "]", "}"}) {
    const std::string body = rows(R"({"callerid":"4185550133",)" + std::string(field) +
                                  R"("disposition":"ANSWERED","seconds":"4","uniqueid":"7"})");
    EXPECT_EQ(trouble(answered(body)).kind, TroubleKind::UnreadableAnswer) << field;
  }
  EXPECT_EQ(trouble(answered(R"({"status":"success","cdr":{""::})")).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, ThatIsNotTheProvidersIsUnreadable) {
  for (const auto* body :
       {"", "<html></html>", "error code: 522", "[]", "[{\"status\":\"success\"}]", "{}", "7",
        R"({"status":1})", "{\"status\":\"success\",\"cdr\":[{\"uniqueid\":\xff}]}"}) {
    EXPECT_EQ(trouble(answered(body)).kind, TroubleKind::UnreadableAnswer) << body;
  }
}

TEST_F(CdrAnswer, FromAServerInTroubleIsUnreadable) {
  const auto cloudflare = trouble(answered("error code: 522", 522));
  EXPECT_EQ(cloudflare.kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(in_english(cloudflare.detail), "HTTP 522, \"error code: 522\"");
  EXPECT_EQ(trouble(answered(rows(""), 500)).kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(in_english(trouble(answered("", 301)).detail), "HTTP 301, an empty answer");
  EXPECT_EQ(trouble(answered(rows(""), 404)).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, OfARefusalNamesTheTrouble) {
  const auto refused =
      trouble(answered(R"({"status":"ip_not_enabled","message":"This IP is not enabled for API use"})"));
  EXPECT_EQ(refused.kind, TroubleKind::AddressRefused);
  EXPECT_EQ(in_english(refused.detail), "ip_not_enabled: This IP is not enabled for API use");
  EXPECT_EQ(in_english(trouble(answered(R"({"status":"invalid_credentials"})")).detail),
            "invalid_credentials");
  EXPECT_EQ(trouble(answered(R"({"status":"api_limit_exceeded"})")).kind, TroubleKind::TooManyRequests);
  EXPECT_EQ(trouble(answered(R"({"status":"invalid_timezone"})")).kind, TroubleKind::BadRequest);
  EXPECT_EQ(trouble(answered(R"({"status":"invalid_something"})")).kind, TroubleKind::BadRequest);
  EXPECT_EQ(in_english(trouble(answered(R"({"status":"ip_not_enabled"})", 403)).detail),
            "HTTP 403, ip_not_enabled");
}

TEST_F(CdrAnswer, OfAnotherQuestionIsNotAnEmptyDay) {
  EXPECT_EQ(trouble(answered(R"({"status":"no_sms"})")).kind, TroubleKind::BadRequest);
}

TEST_F(CdrAnswer, OfABusyFrontSaysSo) {
  EXPECT_EQ(trouble(answered("<html>Too many requests</html>", 429)).kind, TroubleKind::TooManyRequests);
}

TEST_F(CdrAnswer, ThatNeverCameIsTrouble) {
  using Kind = http::Failure::Kind;
  EXPECT_EQ(trouble(failed(Kind::NotConnected, false, "Connection refused")).kind, TroubleKind::Unreachable);
  EXPECT_EQ(in_english(trouble(failed(Kind::NotConnected, false, "Connection\nrefused")).detail),
            "Connection refused");
  EXPECT_EQ(trouble(failed(Kind::TimedOut, true)).kind, TroubleKind::Unreachable);
  EXPECT_EQ(trouble(failed(Kind::Interrupted, true)).kind, TroubleKind::Unreachable);
  EXPECT_EQ(trouble(failed(Kind::TooLong, true)).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, NeedsNoRoomBehindTheBody) {
  std::string body = rows(row("one"));
  body.shrink_to_fit();
  const http::Outcome outcome = http::ReceivedResponse{200, std::move(body)};
  EXPECT_TRUE(reader.calls(outcome, filter).ok());
}

}  // namespace
}  // namespace sms_notifier::voipms
