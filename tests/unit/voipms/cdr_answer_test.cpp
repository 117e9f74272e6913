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
    EXPECT_TRUE(answer.ok()) << answer.error().detail;
    return answer.ok() ? answer.value() : app::CdrAnswer{};
  }
  app::Trouble trouble(const http::Outcome& outcome) {
    const auto answer = reader.calls(outcome, filter);
    EXPECT_FALSE(answer.ok());
    return answer.ok() ? app::Trouble{TroubleKind::NoFunds, ""} : answer.error();
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
  filter.wanted = [](std::string_view asked) { return asked == row("two"); };
  const auto answer = read(rows(row("one") + "," + row("two") + "," + row("three")));
  EXPECT_EQ(answer.rows_listed, 3U);
  ASSERT_THAT(answer.rows, SizeIs(1));
  EXPECT_EQ(answer.rows[0].unique_id, "two");
}

TEST_F(CdrAnswer, ShowsTheFilterEachRowAsItIsWritten) {
  const std::string spaced = R"({ "uniqueid" : "two", "new": {"a":[1,{}]} , "seconds":"}" })";
  read(rows(row("one") + " ,\n" + spaced + "\t," + row("three")));
  EXPECT_THAT(filter.asked, ElementsAre(row("one"), spaced, row("three")));
  filter.asked.clear();
  read(R"({"status":"success","cdr":)" + row("bare") + "}");
  EXPECT_THAT(filter.asked, ElementsAre(row("bare")));
}

// Rows that cannot be read.

TEST_F(CdrAnswer, SkipsAndTellsARowOfUnexpectedTypes) {
  const auto answer =
      read(rows(row("one") + R"(,{"uniqueid":"two","date":["2026"],"seconds":"1"},)" + row("three")));
  EXPECT_EQ(answer.rows_listed, 3U);
  EXPECT_THAT(answer.rows, SizeIs(2));
  EXPECT_THAT(answer.unreadable, ElementsAre("row 2 (uniqueid two): a field is neither text nor a number"));
}

TEST_F(CdrAnswer, TellsOfARowOfUnexpectedTypesOnlyWhenItIsWanted) {
  filter.wanted = [](std::string_view) { return false; };
  EXPECT_THAT(read(rows(R"({"uniqueid":"two","date":["2026"],"seconds":"1"})")).unreadable, IsEmpty());
}

TEST_F(CdrAnswer, SkipsAndTellsARowThatIsNoObject) {
  const auto answer = read(rows(R"("text",7,null,[],)" + row("five")));
  EXPECT_EQ(answer.rows_listed, 5U);
  EXPECT_THAT(answer.rows, SizeIs(1));
  EXPECT_THAT(answer.unreadable, SizeIs(4));
  EXPECT_EQ(answer.unreadable[0], "row 1: it is not an object");
}

TEST_F(CdrAnswer, SkipsAndTellsARowWithoutADate) {
  const auto answer =
      read(R"({"status":"success","cdr":[{"destination":"4185550100","uniqueid":"129x41098i8c"}]})");
  EXPECT_THAT(answer.rows, IsEmpty());
  EXPECT_THAT(answer.unreadable, ElementsAre("row 1 (uniqueid 129x41098i8c): its date cannot be read"));
}

TEST_F(CdrAnswer, SkipsAndTellsAnAnsweredRowOfUnknownLength) {
  for (const auto* length : {"\"\"", "null", "\"long\"", "-1", "99999999999", "\"5 s\"", "true"}) {
    const auto answer = read(rows(row("1", "ANSWERED", length)));
    EXPECT_THAT(answer.rows, IsEmpty()) << length;
    EXPECT_THAT(answer.unreadable, SizeIs(1)) << length;
  }
}

TEST_F(CdrAnswer, NeedsNoLengthOfACallThatNobodyAnswered) {
  EXPECT_THAT(read(rows(row("1", "NO ANSWER", "null"))).rows, SizeIs(1));
}

TEST_F(CdrAnswer, DropsFractionsOfASecond) {
  EXPECT_EQ(read(rows(row("1", "ANSWERED", "7.9"))).rows.at(0).seconds, seconds{7});
}

TEST_F(CdrAnswer, TellsOfUnwantedRowsNothing) {
  filter.wanted = [](std::string_view) { return false; };
  EXPECT_THAT(read(R"({"status":"success","cdr":[{"uniqueid":"1"}]})").unreadable, IsEmpty());
}

TEST_F(CdrAnswer, TellsOfManyUnreadableRowsInFewWords) {
  std::string list = "1";
  for (int i = 0; i < 5000; ++i) list += ",1";
  const auto answer = read(rows(list));
  EXPECT_EQ(answer.rows_listed, 5001U);
  EXPECT_THAT(answer.unreadable, SizeIs(21));
  EXPECT_EQ(answer.unreadable.back(), "and 4981 more rows");
}

TEST_F(CdrAnswer, QuotesKeysOnOneLine) {
  const auto answer =
      read(R"({"status":"success","cdr":[{"uniqueid":"1\n2\u001b)" + std::string(100, 'k') + R"("}]})");
  EXPECT_THAT(answer.unreadable.at(0), HasSubstr("(uniqueid 1 2 kkk"));
  EXPECT_LT(answer.unreadable.at(0).size(), 120U);
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
        R"({"status":1})", "{\"status\":\"success\",\"cdr\":[{\"uniqueid\":\"\xff\"}]}"}) {
    EXPECT_EQ(trouble(answered(body)).kind, TroubleKind::UnreadableAnswer) << body;
  }
}

TEST_F(CdrAnswer, FromAServerInTroubleIsUnreadable) {
  const auto cloudflare = trouble(answered("error code: 522", 522));
  EXPECT_EQ(cloudflare.kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(cloudflare.detail, "HTTP 522, \"error code: 522\"");
  EXPECT_EQ(trouble(answered(rows(""), 500)).kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(trouble(answered("", 301)).detail, "HTTP 301, an empty answer");
  EXPECT_EQ(trouble(answered(rows(""), 404)).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, OfARefusalNamesTheTrouble) {
  const auto refused =
      trouble(answered(R"({"status":"ip_not_enabled","message":"This IP is not enabled for API use"})"));
  EXPECT_EQ(refused.kind, TroubleKind::AddressRefused);
  EXPECT_EQ(refused.detail, "ip_not_enabled: This IP is not enabled for API use");
  EXPECT_EQ(trouble(answered(R"({"status":"invalid_credentials"})")).detail, "invalid_credentials");
  EXPECT_EQ(trouble(answered(R"({"status":"api_limit_exceeded"})")).kind, TroubleKind::TooManyRequests);
  EXPECT_EQ(trouble(answered(R"({"status":"invalid_timezone"})")).kind, TroubleKind::BadRequest);
  EXPECT_EQ(trouble(answered(R"({"status":"invalid_something"})")).kind, TroubleKind::BadRequest);
  EXPECT_EQ(trouble(answered(R"({"status":"ip_not_enabled"})", 403)).detail, "HTTP 403, ip_not_enabled");
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
  EXPECT_EQ(trouble(failed(Kind::NotConnected, false, "Connection\nrefused")).detail, "Connection refused");
  EXPECT_EQ(trouble(failed(Kind::TimedOut, true)).kind, TroubleKind::Unreachable);
  EXPECT_EQ(trouble(failed(Kind::Interrupted, true)).kind, TroubleKind::Unreachable);
  EXPECT_EQ(trouble(failed(Kind::TooLong, true)).kind, TroubleKind::UnreadableAnswer);
}

TEST_F(CdrAnswer, NeedsNoRoomBehindTheBody) {
  std::string body = rows(row("one"));
  body.shrink_to_fit();
  const http::Outcome outcome = http::Reply{200, std::move(body)};
  EXPECT_TRUE(reader.calls(outcome, filter).ok());
}

}  // namespace
}  // namespace sms_notifier::voipms
