#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/sentences.h"
#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

using domain::MessageKind;
using testing::HasSubstr;
using testing::Not;

class SendAnswer : public testing::Test {
 protected:
  app::SubmitOutcome sent(const http::Outcome& outcome, MessageKind kind = MessageKind::Sms) {
    return reader.sent(outcome, kind);
  }
  app::SubmitOutcome sent(std::string body, int status = 200) {
    return sent(answered(std::move(body), status));
  }

  AnswerReader reader;
};

template <class Alternative>
Alternative as(const app::SubmitOutcome& outcome) {
  const auto* found = std::get_if<Alternative>(&outcome);
  EXPECT_TRUE(found) << "alternative " << outcome.index();
  return found ? *found : Alternative{};
}

TEST_F(SendAnswer, WithAnIdMeansAccepted) {
  EXPECT_EQ(as<app::Accepted>(sent(R"({"status":"success","sms":118200301})")).provider_id, "118200301");
  EXPECT_EQ(as<app::Accepted>(sent(R"({"sms":"118200301", "status":"success", "new":[{}]})")).provider_id,
            "118200301");
  EXPECT_EQ(
      as<app::Accepted>(sent(answered(R"({"status":"success","mms":20881})"), MessageKind::Mms)).provider_id,
      "20881");
}

TEST_F(SendAnswer, OfSuccessWithoutAUsableIdProvesNothing) {
  for (const auto* body : {R"({"status":"success"})", R"({"status":"success","sms":null})",
                           R"({"status":"success","sms":""})", R"({"status":"success","sms":0})",
                           R"({"status":"success","sms":"0"})", R"({"status":"success","sms":-4})",
                           R"({"status":"success","sms":1.5})", R"({"status":"success","sms":11.00})",
                           R"({"status":"success","sms":[7]})", R"({"status":"success","sms":true})",
                           R"({"status":"success","mms":20881})", R"({"status":"success","sms":"1\n2"})"}) {
    EXPECT_THAT(in_english(as<app::Unconfirmed>(sent(body)).detail), HasSubstr("without an id")) << body;
  }
}

TEST_F(SendAnswer, RefusingTheTextIsForGood) {
  const auto rejected = as<app::Rejected>(
      sent(R"({"status":"invalid_dst","message":"This is not a valid Destination Number"})"));
  EXPECT_EQ(in_english(rejected.detail), "invalid_dst: This is not a valid Destination Number");
  EXPECT_EQ(in_english(as<app::Rejected>(sent(R"({"status":"sms_toolong"})")).detail), "sms_toolong");
  EXPECT_EQ(in_english(as<app::Rejected>(sent(R"({"status":"missing_sms"})")).detail), "missing_sms");
}

TEST_F(SendAnswer, IsQuotedWhereTheProviderSpeaksAndOursWhereItDoesNot) {
  EXPECT_EQ(as<app::Rejected>(sent(R"({"status":"invalid_dst"})")).detail,
            domain::Sentence::as_written("invalid_dst"));
  EXPECT_EQ(as<app::Unconfirmed>(sent("<html>", 403)).detail,
            domain::Sentence("HTTP {}, {}"_key, 403, "an HTML page"_key));
}

TEST_F(SendAnswer, AboutTheAccountMeansNotSent) {
  const auto not_sent = as<app::NotSent>(sent(R"({"status":"limit_reached","message":"Daily limit"})"));
  EXPECT_EQ(not_sent.why.kind, app::TroubleKind::DailyLimit);
  EXPECT_EQ(in_english(not_sent.why.detail), "limit_reached: Daily limit");
  EXPECT_EQ(as<app::NotSent>(sent(R"({"status":"api_limit_exceeded"})")).why.kind,
            app::TroubleKind::TooManyRequests);
  EXPECT_EQ(as<app::NotSent>(sent(R"({"status":"ip_not_enabled"})")).why.kind,
            app::TroubleKind::AddressRefused);
}

TEST_F(SendAnswer, OfTroubleOrOfAnUnknownWordProvesNothing) {
  for (const auto* word :
       {"sms_failed", "unavailable_info", "tls_error", "provider_outofservice", "never_seen", ""}) {
    as<app::Unconfirmed>(sent(R"({"status":")" + std::string(word) + R"("})"));
  }
}

TEST_F(SendAnswer, ThatIsNotTheProvidersProvesNothing) {
  for (
      const auto* body :
      {"", " \n", "<html><body>Bad gateway</body></html>",
       R"(<?xml version="1.0"?><SOAP-ENV:Envelope><faultstring>Bad Request</faultstring></SOAP-ENV:Envelope>)",
       "error code: 522", "null", "\"success\"", "[{\"status\":\"success\",\"sms\":5}]", "{}",
       R"({"status":"success","sms":118)", R"({"status":"success","sms":118200301)",
       R"({"status":"success","sms":118200301}{})", R"({"status":["success"],"sms":118200301})",
       R"({"result":{"status":"success","sms":118200301}})", "{\"status\":\"success\",\"sms\":\"\xff\"}"}) {
    as<app::Unconfirmed>(sent(body));
  }
}

TEST_F(SendAnswer, WithTwoStatusesProvesNothing) {
  as<app::Unconfirmed>(sent(R"({"status":"invalid_dst","status":"success","sms":5})"));
  as<app::Unconfirmed>(sent(R"({"status":"success","sms":5,"status":"invalid_dst"})"));
}

TEST_F(SendAnswer, WithTwoIdsProvesNothing) {
  as<app::Unconfirmed>(sent(R"({"status":"success","sms":5,"sms":6})"));
}

TEST_F(SendAnswer, FromAServerInTroubleProvesNothing) {
  EXPECT_EQ(in_english(as<app::Unconfirmed>(sent("error code: 522", 522)).detail),
            "HTTP 522, \"error code: 522\"");
  as<app::Unconfirmed>(sent(R"({"status":"success","sms":5})", 500));
  as<app::Unconfirmed>(sent(R"({"status":"invalid_dst"})", 503));
  as<app::Unconfirmed>(sent("", 301));
  as<app::Unconfirmed>(sent(R"({"status":"invalid_dst"})", 302));
}

TEST_F(SendAnswer, OfAProxyThatRefusesProvesNothing) {
  EXPECT_EQ(in_english(as<app::Unconfirmed>(sent("<html>Forbidden</html>", 403)).detail),
            "HTTP 403, an HTML page");
  as<app::Unconfirmed>(sent("", 429));
}

TEST_F(SendAnswer, InTheProvidersWordsCountsWhateverTheClientError) {
  EXPECT_EQ(in_english(as<app::Rejected>(sent(R"({"status":"invalid_dst"})", 400)).detail),
            "HTTP 400, invalid_dst");
  EXPECT_EQ(as<app::NotSent>(sent(R"({"status":"ip_not_enabled"})", 403)).why.kind,
            app::TroubleKind::AddressRefused);
}

TEST_F(SendAnswer, OfSuccessWithAClientErrorContradictsItself) {
  as<app::Unconfirmed>(sent(R"({"status":"success","sms":5})", 404));
}

TEST_F(SendAnswer, ThatNeverCameIsJudgedByThePhase) {
  using Kind = http::Failure::Kind;
  const auto refused = as<app::NotSent>(sent(failed(Kind::NotConnected, false, "Connection refused")));
  EXPECT_EQ(refused.why.kind, app::TroubleKind::Unreachable);
  EXPECT_EQ(in_english(refused.why.detail), "Connection refused");
  as<app::NotSent>(sent(failed(Kind::TimedOut, false)));
  as<app::NotSent>(sent(failed(Kind::Aborted, false)));
  EXPECT_EQ(
      in_english(as<app::Unconfirmed>(sent(failed(Kind::TimedOut, true, "Operation timed out"))).detail),
      "no answer: Operation timed out");
  as<app::Unconfirmed>(sent(failed(Kind::Interrupted, true)));
  as<app::Unconfirmed>(sent(failed(Kind::TooLong, true)));
  as<app::Unconfirmed>(sent(failed(Kind::Aborted, true)));
}

TEST_F(SendAnswer, IsTheProvidersOwnOnlyWhereTheEdgeInFrontOfItCannotHaveWrittenIt) {
  EXPECT_TRUE(as<app::Unconfirmed>(sent(R"({"status":"sms_failed"})")).answered);
  EXPECT_TRUE(as<app::Unconfirmed>(sent(R"({"status":"success"})")).answered);
  EXPECT_TRUE(as<app::Unconfirmed>(sent("<html>Internal Server Error</html>", 500)).answered);
  for (const int status : {200, 403, 429, 502, 503, 504, 520, 522, 524})
    EXPECT_FALSE(as<app::Unconfirmed>(sent("<html>Error</html>", status)).answered) << status;
  EXPECT_FALSE(as<app::Unconfirmed>(sent(failed(http::Failure::Kind::TimedOut, true))).answered);
}

TEST_F(SendAnswer, IsQuotedOnOneShortLine) {
  const auto rejected = as<app::Rejected>(
      sent(R"({"status":"invalid_dst","message":"a\nb\u0007c)" + std::string(1000, 'x') + R"("})"));
  EXPECT_THAT(in_english(rejected.detail), Not(HasSubstr("\n")));
  EXPECT_THAT(in_english(rejected.detail), HasSubstr("a b c"));
  EXPECT_LT(in_english(rejected.detail).size(), 300U);
}

TEST_F(SendAnswer, OfAForeignPageIsNotQuoted) {
  EXPECT_THAT(in_english(as<app::Unconfirmed>(sent("<html>api_password=hunter2</html>")).detail),
              Not(HasSubstr("hunter2")));
  EXPECT_THAT(in_english(as<app::Unconfirmed>(sent("error code: api_password=hunter2")).detail),
              Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace sms_notifier::voipms
