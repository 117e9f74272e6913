// One answer in each shape that the provider was seen to give (docs/provider/README.md), with made-up values.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "domain/reconcile.h"
#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

using app::TroubleKind;
using testing::SizeIs;

const std::filesystem::path answers = std::filesystem::path(SOURCE_ROOT) / "tests" / "data" / "provider";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AnswerShapes : public testing::Test {
 protected:
  static http::Outcome answer_in(const char* file) {
    const std::string text = text_of(answers / file);
    EXPECT_FALSE(text.empty()) << "no such answer: " << file;
    return answered(text);
  }

  app::CdrAnswer calls(const char* file) {
    Filter filter;
    const auto answer = reader.calls(answer_in(file), filter);
    EXPECT_TRUE(answer.ok()) << file << ": " << in_english(answer.error().detail);
    return answer.ok() ? answer.value() : app::CdrAnswer{};
  }

  AnswerReader reader;
};

TEST_F(AnswerShapes, OfGetCdr) {
  struct Expected {
    const char* file;
    const char* caller;
    domain::Disposition disposition;
    int seconds;
    const char* destination_type;
  };
  const Expected expected[] = {
      {"getCDR_old_inbound_row.json", "6135550101", domain::Disposition::Answered, 7, ""},
      {"getCDR_outbound_abroad.json", "8195550102", domain::Disposition::NoAnswer, 0, "OUT:INTL"},
      {"getCDR_every_documented_field.json", "6135550104", domain::Disposition::Answered, 42, "IN:CAN"},
      {"getCDR_missed_inbound_bare_caller.json", "6135550105", domain::Disposition::NoAnswer, 0, ""},
      {"getCDR_bare_row.json", "6135550104", domain::Disposition::Busy, 0, "IN:CAN"},
  };
  for (const Expected& row : expected) {
    const auto answer = calls(row.file);
    ASSERT_THAT(answer.rows, SizeIs(1)) << row.file;
    EXPECT_EQ(answer.rows[0].caller.number, domain::PhoneNumber::parse(row.caller)) << row.file;
    EXPECT_EQ(answer.rows[0].disposition, row.disposition) << row.file;
    EXPECT_EQ(answer.rows[0].seconds, std::chrono::seconds{row.seconds}) << row.file;
    EXPECT_EQ(answer.rows[0].destination_type, row.destination_type) << row.file;
    EXPECT_FALSE(answer.rows[0].unique_id.empty()) << row.file;
  }
}

TEST_F(AnswerShapes, OfGetCdrWithOneCallInTwoLegs) {
  const auto answer = calls("getCDR_one_call_in_two_legs.json");
  ASSERT_THAT(answer.rows, SizeIs(2));
  EXPECT_EQ(answer.rows[0].caller.number, answer.rows[1].caller.number);
  EXPECT_NE(answer.rows[0].unique_id, answer.rows[1].unique_id);
  EXPECT_EQ(answer.rows[0].disposition, domain::Disposition::Answered);
  EXPECT_EQ(answer.rows[0].seconds, std::chrono::seconds{93});
  EXPECT_EQ(answer.rows[1].disposition, domain::Disposition::NoAnswer);
}

TEST_F(AnswerShapes, OfCallersNamedAndWithheld) {
  const auto answer = calls("getCDR_caller_forms.json");
  ASSERT_THAT(answer.rows, SizeIs(4));
  EXPECT_EQ(answer.rows[0].caller.number, domain::PhoneNumber::parse("6135550107"));
  EXPECT_EQ(answer.rows[0].caller.name, "RIVERSIDE GARAGE");
  EXPECT_EQ(answer.rows[1].caller.number, domain::PhoneNumber::parse("6135550108"));
  EXPECT_EQ(answer.rows[1].caller.name, "Unit 12 Supply 2000");
  EXPECT_EQ(answer.rows[1].unique_id, "7100000009");
  EXPECT_FALSE(answer.rows[2].caller.number);
  EXPECT_FALSE(answer.rows[3].caller.number);
}

TEST_F(AnswerShapes, OfGetCdrWithARowThatLacksItsDate) {
  const auto answer = calls("getCDR_id_with_letters_and_no_date.json");
  EXPECT_EQ(answer.rows_listed, 1U);
  EXPECT_THAT(answer.unreadable, SizeIs(1));
}

TEST_F(AnswerShapes, OfAnEmptyDay) {
  EXPECT_EQ(calls("getCDR_empty_day.json").rows_listed, 0U);
}

TEST_F(AnswerShapes, OfARefusedAddress) {
  Filter filter;
  const auto answer = reader.calls(answer_in("error_address_refused.json"), filter);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, TroubleKind::AddressRefused);
  const auto sent = reader.sent(answer_in("error_address_refused.json"), domain::MessageKind::Sms);
  ASSERT_TRUE(std::holds_alternative<app::NotSent>(sent));
}

TEST_F(AnswerShapes, OfErrors) {
  const std::map<std::string, TroubleKind> expected = {
      {"invalid_credentials", TroubleKind::WrongCredentials},
      {"invalid_of_no_reference", TroubleKind::BadRequest},
      {"no_sms", TroubleKind::BadRequest},
      {"invalid_dst", TroubleKind::BadRequest},
      {"missing_method", TroubleKind::BadRequest},
      {"invalid_timezone", TroubleKind::BadRequest},
  };
  simdjson::dom::parser parser;
  const simdjson::dom::array errors = parser.parse(text_of(answers / "errors.json")).get_array();
  ASSERT_THAT(errors, SizeIs(8));
  for (const simdjson::dom::element element : errors) {
    const std::string error = simdjson::minify(element);
    Filter filter;
    const auto answer = reader.calls(answered(error), filter);
    ASSERT_FALSE(answer.ok()) << error;
    const std::string word =
        in_english(answer.error().detail).substr(0, in_english(answer.error().detail).find(':'));
    ASSERT_TRUE(expected.contains(word)) << word;
    EXPECT_EQ(answer.error().kind, expected.at(word)) << word;
    EXPECT_FALSE(
        std::holds_alternative<app::Accepted>(reader.sent(answered(error), domain::MessageKind::Sms)));
    EXPECT_EQ(reader.texts(answered(error)).ok(), word == "no_sms");
  }
}

TEST_F(AnswerShapes, OfTheEdge) {
  const std::string body = text_of(answers / "error_of_the_edge.txt");
  Filter filter;
  const auto answer = reader.calls(answered(body, 522), filter);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(in_english(answer.error().detail), "HTTP 522, \"error code: 522\"");
  EXPECT_TRUE(
      std::holds_alternative<app::Unconfirmed>(reader.sent(answered(body, 522), domain::MessageKind::Sms)));
}

TEST_F(AnswerShapes, OfTheInterfaceForSoap) {
  Filter filter;
  const auto answer = reader.calls(answer_in("error_soap_fault.xml"), filter);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, TroubleKind::UnreadableAnswer);
  EXPECT_TRUE(std::holds_alternative<app::Unconfirmed>(
      reader.sent(answer_in("error_soap_fault.xml"), domain::MessageKind::Sms)));
}

TEST_F(AnswerShapes, OfSendSmsAndSendMms) {
  const auto sms = reader.sent(answer_in("sendSMS_numeric_id.json"), domain::MessageKind::Sms);
  ASSERT_TRUE(std::holds_alternative<app::Accepted>(sms));
  EXPECT_EQ(std::get<app::Accepted>(sms).provider_id, "90000001");
  const auto mms = reader.sent(answer_in("sendMMS_numeric_id.json"), domain::MessageKind::Mms);
  ASSERT_TRUE(std::holds_alternative<app::Accepted>(mms));
  EXPECT_EQ(std::get<app::Accepted>(mms).provider_id, "8000001");
}

TEST_F(AnswerShapes, OfGetSmsWithWhatWasReceived) {
  const auto texts = reader.texts(answer_in("getSMS_received.json"));
  ASSERT_TRUE(texts.ok());
  ASSERT_THAT(texts.value(), SizeIs(2));
  for (const app::ListedText& text : texts.value()) EXPECT_TRUE(text.received);
  EXPECT_EQ(texts.value()[1].body, "STOP");
}

TEST_F(AnswerShapes, OfGetSmsWithWhatWasSent) {
  const auto texts = reader.texts(answer_in("getSMS_sent.json"));
  ASSERT_TRUE(texts.ok());
  ASSERT_THAT(texts.value(), SizeIs(1));
  EXPECT_FALSE(texts.value()[0].received);
  EXPECT_EQ(domain::normalised_body(texts.value()[0].body),
            domain::normalised_body("We missed your call. It's best to text us here."));
}

TEST_F(AnswerShapes, OfGetMms) {
  const auto texts = reader.texts(answer_in("getMMS_sent.json"));
  ASSERT_TRUE(texts.ok());
  ASSERT_THAT(texts.value(), SizeIs(1));
  EXPECT_EQ(texts.value()[0].provider_id, "8000001");
  EXPECT_EQ(texts.value()[0].body, "Voici notre carte");
  EXPECT_EQ(texts.value()[0].contact, domain::PhoneNumber::parse("6135550104"));
}

TEST_F(AnswerShapes, OfGetDidsInfo) {
  const auto dids = reader.dids(answer_in("getDIDsInfo_every_documented_field.json"));
  ASSERT_TRUE(dids.ok());
  ASSERT_THAT(dids.value(), SizeIs(1));
  EXPECT_EQ(dids.value()[0].routing, "account:200000_counter");
  EXPECT_EQ(dids.value()[0].failover_noanswer, "vm:201");
  EXPECT_TRUE(dids.value()[0].sms_available);
  EXPECT_TRUE(dids.value()[0].sms_enabled);
  EXPECT_FALSE(dids.value()[0].mms_available);
}

TEST_F(AnswerShapes, OfGetBalanceAndGetIp) {
  const auto balance = reader.balance(answer_in("getBalance_advanced.json"));
  ASSERT_TRUE(balance.ok());
  EXPECT_EQ(balance.value(), "41.507300");
  const auto ip = reader.ip(answer_in("getIP.json"));
  ASSERT_TRUE(ip.ok());
  EXPECT_EQ(ip.value(), "203.0.113.24");
}

/// Every file, whatever it is, is read as an answer to every question without harm, and none is taken for a
/// text sent but the two that are.
TEST_F(AnswerShapes, NoneIsTakenForWhatItIsNot) {
  for (const auto& entry : std::filesystem::directory_iterator(answers)) {
    const std::string name = entry.path().filename();
    const http::Outcome outcome = answered(text_of(entry.path()));
    Filter filter;
    EXPECT_EQ(reader.calls(outcome, filter).ok(), name.starts_with("getCDR")) << name;
    EXPECT_EQ(std::holds_alternative<app::Accepted>(reader.sent(outcome, domain::MessageKind::Sms)),
              name.starts_with("sendSMS"))
        << name;
    EXPECT_EQ(std::holds_alternative<app::Accepted>(reader.sent(outcome, domain::MessageKind::Mms)),
              name.starts_with("sendMMS"))
        << name;
    EXPECT_EQ(reader.texts(outcome).ok(), name.starts_with("getSMS") || name.starts_with("getMMS")) << name;
    EXPECT_EQ(reader.dids(outcome).ok(), name.starts_with("getDIDsInfo")) << name;
    EXPECT_EQ(reader.ip(outcome).ok(), name.starts_with("getIP")) << name;
    EXPECT_EQ(reader.balance(outcome).ok(), name.starts_with("getBalance")) << name;
  }
}

}  // namespace
}  // namespace sms_notifier::voipms
