// Answers recorded from the provider, which are kept outside of the repository. Without them this suite is
// skipped.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

using app::TroubleKind;
using testing::SizeIs;

const std::filesystem::path source_folder =
    std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
const std::filesystem::path recordings = source_folder / ".." / "shared" / "voipms" / "samples";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class RecordedAnswers : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recorded answers beside the repository";
  }

  http::Outcome recorded(const char* file) { return answered(text_of(recordings / file)); }

  app::CdrAnswer calls(const char* file) {
    Filter filter;
    const auto answer = reader.calls(recorded(file), filter);
    EXPECT_TRUE(answer.ok()) << file << ": " << answer.error().detail;
    return answer.ok() ? answer.value() : app::CdrAnswer{};
  }

  AnswerReader reader;
};

TEST_F(RecordedAnswers, OfGetCdr) {
  struct Expected {
    const char* file;
    const char* caller;
    domain::Disposition disposition;
    int seconds;
    const char* destination_type;
  };
  const Expected expected[] = {
      {"01_getCDR_2016_inbound_answered.json", "5554443333", domain::Disposition::Answered, 5, ""},
      {"03_getCDR_2026_outbound_intl_noanswer.json", "8455550122", domain::Disposition::NoAnswer, 0,
       "OUT:INTL"},
      {"05_getCDR_official_doc_sample.json", "5551112222", domain::Disposition::Answered, 11, "IN:USA"},
      {"06_getCDR_missed_inbound_bare_callerid.json", "4185551234", domain::Disposition::NoAnswer, 0, ""},
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

TEST_F(RecordedAnswers, OfGetCdrWithOneCallInTwoLegs) {
  const auto answer = calls("07_getCDR_one_call_two_legs.json");
  ASSERT_THAT(answer.rows, SizeIs(2));
  EXPECT_EQ(answer.rows[0].caller.number, answer.rows[1].caller.number);
  EXPECT_EQ(answer.rows[0].disposition, domain::Disposition::Answered);
  EXPECT_EQ(answer.rows[0].seconds, std::chrono::seconds{229});
  EXPECT_EQ(answer.rows[1].disposition, domain::Disposition::NoAnswer);
}

TEST_F(RecordedAnswers, OfGetCdrWithARowThatLacksItsDate) {
  const auto text = text_of(recordings / "08_getCDR_alphanumeric_uniqueid.json");
  ASSERT_NE(text.find("12964421x41098i8c"), std::string::npos);
  const auto answer = calls("08_getCDR_alphanumeric_uniqueid.json");
  EXPECT_EQ(answer.rows_listed, 1U);
  EXPECT_THAT(answer.unreadable, SizeIs(1));
}

TEST_F(RecordedAnswers, OfAnEmptyDay) {
  EXPECT_EQ(calls("09_getCDR_no_cdr.json").rows_listed, 0U);
}

TEST_F(RecordedAnswers, OfARefusedAddress) {
  Filter filter;
  const auto answer = reader.calls(recorded("10_error_ip_not_enabled.json"), filter);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, TroubleKind::AddressRefused);
  const auto sent = reader.sent(recorded("10_error_ip_not_enabled.json"), domain::MessageKind::Sms);
  ASSERT_TRUE(std::holds_alternative<app::NotSent>(sent));
}

/// The objects of a JSON list of flat objects, and the values of a JSON object of objects.
std::vector<std::string> objects_in(const std::string& json) {
  std::vector<std::string> objects;
  int depth = 0;
  std::size_t start = 0;
  const int outer = json.find('{') < json.find('[') ? 1 : 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '{' && depth++ == outer) start = i;
    if (json[i] == '}' && --depth == outer) objects.push_back(json.substr(start, i + 1 - start));
  }
  return objects;
}

TEST_F(RecordedAnswers, OfErrors) {
  const std::map<std::string, TroubleKind> expected = {
      {"invalid_credentials", TroubleKind::WrongCredentials},
      {"invalid_something", TroubleKind::BadRequest},
      {"no_sms", TroubleKind::BadRequest},
      {"invalid_dst", TroubleKind::BadRequest},
      {"missing_method", TroubleKind::BadRequest},
      {"invalid_timezone", TroubleKind::BadRequest},
  };
  const auto errors = objects_in(text_of(recordings / "11_error_statuses_minimal.json"));
  ASSERT_THAT(errors, SizeIs(8));
  for (const std::string& error : errors) {
    Filter filter;
    const auto answer = reader.calls(answered(error), filter);
    ASSERT_FALSE(answer.ok()) << error;
    const std::string word = answer.error().detail.substr(0, answer.error().detail.find(':'));
    ASSERT_TRUE(expected.contains(word)) << word;
    EXPECT_EQ(answer.error().kind, expected.at(word)) << word;
    EXPECT_FALSE(
        std::holds_alternative<app::Accepted>(reader.sent(answered(error), domain::MessageKind::Sms)));
    EXPECT_EQ(reader.texts(answered(error)).ok(), word == "no_sms");
  }
}

TEST_F(RecordedAnswers, OfCloudflare) {
  const std::string text = text_of(recordings / "12_http_522_cloudflare.txt");
  const std::string body = text.substr(text.find("error code"));
  Filter filter;
  const auto answer = reader.calls(answered(body, 522), filter);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, TroubleKind::UnreadableAnswer);
  EXPECT_EQ(answer.error().detail, "HTTP 522, \"error code: 522\"");
  EXPECT_TRUE(
      std::holds_alternative<app::Unconfirmed>(reader.sent(answered(body, 522), domain::MessageKind::Sms)));
}

TEST_F(RecordedAnswers, OfSendSmsAndSendMms) {
  const auto sms = reader.sent(recorded("14_sendSMS_success_number.json"), domain::MessageKind::Sms);
  ASSERT_TRUE(std::holds_alternative<app::Accepted>(sms));
  EXPECT_EQ(std::get<app::Accepted>(sms).provider_id, "112275629");
  const auto mms = reader.sent(recorded("15_sendMMS_success_number.json"), domain::MessageKind::Mms);
  ASSERT_TRUE(std::holds_alternative<app::Accepted>(mms));
  EXPECT_EQ(std::get<app::Accepted>(mms).provider_id, "10456720");
}

TEST_F(RecordedAnswers, OfGetSmsWithWhatWasReceived) {
  const auto texts = reader.texts(recorded("16_getSMS_2018_received.json"));
  ASSERT_TRUE(texts.ok());
  for (const app::ListedText& text : texts.value()) EXPECT_TRUE(text.received);
  const auto row = text_of(recordings / "17_getSMS_2026_received_row.json");
  EXPECT_TRUE(reader.texts(answered(R"({"status":"success","sms":[)" + row + "]}")).ok());
}

TEST_F(RecordedAnswers, OfGetMms) {
  const auto texts = reader.texts(recorded("19_getMMS_2026_sent_row.json"));
  ASSERT_TRUE(texts.ok());
  ASSERT_THAT(texts.value(), SizeIs(1));
  EXPECT_EQ(texts.value()[0].provider_id, "10456720");
  EXPECT_EQ(texts.value()[0].body, "MMS avec image");
  EXPECT_TRUE(texts.value()[0].contact);
}

TEST_F(RecordedAnswers, OfGetDidsInfo) {
  const auto dids = reader.dids(recorded("22_getDIDsInfo_official_doc_sample.json"));
  ASSERT_TRUE(dids.ok());
  ASSERT_THAT(dids.value(), SizeIs(1));
  EXPECT_EQ(dids.value()[0].routing, "account:100001_VoIP");
  EXPECT_TRUE(dids.value()[0].sms_available);
  EXPECT_TRUE(dids.value()[0].sms_enabled);
  EXPECT_FALSE(dids.value()[0].mms_available);
}

TEST_F(RecordedAnswers, OfGetBalanceAndGetIp) {
  const auto answers =
      objects_in(text_of(recordings / "23_getBalance_getIP_getServersInfo_doc_samples.json"));
  ASSERT_THAT(answers, SizeIs(4));
  const auto balance = reader.balance(answered(answers[0]));
  ASSERT_TRUE(balance.ok());
  EXPECT_EQ(balance.value(), "112.192790");
  const auto ip = reader.ip(answered(answers[1]));
  ASSERT_TRUE(ip.ok());
  EXPECT_EQ(ip.value(), "174.132.203.114");
}

/// Every file, whatever it is, is read as an answer to every question without harm, and none is taken for a
/// text sent but the two that are.
TEST_F(RecordedAnswers, NoneIsTakenForWhatItIsNot) {
  for (const auto& entry : std::filesystem::directory_iterator(recordings)) {
    const std::string name = entry.path().filename();
    const http::Outcome outcome = answered(text_of(entry.path()));
    Filter filter;
    const bool lists_calls = name.find("getCDR") != std::string::npos;
    EXPECT_EQ(reader.calls(outcome, filter).ok(), lists_calls) << name;
    EXPECT_EQ(std::holds_alternative<app::Accepted>(reader.sent(outcome, domain::MessageKind::Sms)),
              name.find("sendSMS") != std::string::npos)
        << name;
    EXPECT_EQ(std::holds_alternative<app::Accepted>(reader.sent(outcome, domain::MessageKind::Mms)),
              name.find("sendMMS") != std::string::npos)
        << name;
    EXPECT_EQ(reader.dids(outcome).ok(), name.find("getDIDsInfo") != std::string::npos) << name;
    EXPECT_FALSE(reader.ip(outcome).ok()) << name;
    EXPECT_FALSE(reader.balance(outcome).ok()) << name;
  }
}

}  // namespace
}  // namespace sms_notifier::voipms
