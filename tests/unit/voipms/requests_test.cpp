#include "voipms/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sms_notifier::voipms {
namespace {

using testing::ElementsAre;
using testing::Pair;

using Plain = std::vector<std::pair<std::string, std::string>>;

/// Without the four fields that all requests start with.
Plain own_fields(const Fields& fields) {
  Plain plain;
  for (const auto& [name, value] : fields) plain.emplace_back(name, value.reveal());
  EXPECT_THAT(plain.at(0), Pair("api_username", "owner@example.com"));
  EXPECT_THAT(plain.at(1), Pair("api_password", "pa ss&word"));
  EXPECT_EQ(plain.at(2).first, "method");
  EXPECT_THAT(plain.at(3), Pair("content_type", "json"));
  plain.erase(plain.begin(), plain.begin() + 4);
  return plain;
}

std::string method_of(const Fields& fields) {
  return fields.at(2).second.reveal();
}

const app::Credentials account{"owner@example.com", base::Secret("pa ss&word")};
const domain::Did our_number = *domain::Did::parse("4185550100");
const domain::PhoneNumber caller = *domain::PhoneNumber::parse("5145550177");

domain::Day day(int year, unsigned month, unsigned of_month) {
  return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{of_month};
}

TEST(Requests, AskForCallsOfAllDispositionsOnTorontoDays) {
  const Fields fields = calls_request(account, {day(2026, 10, 31), day(2026, 11, 1)});
  EXPECT_EQ(method_of(fields), "getCDR");
  EXPECT_THAT(own_fields(fields), ElementsAre(Pair("date_from", "2026-10-31"), Pair("date_to", "2026-11-01"),
                                              Pair("timezone", "-5"), Pair("answered", "1"),
                                              Pair("noanswer", "1"), Pair("busy", "1"), Pair("failed", "1")));
}

TEST(Requests, SendTheMessageAsItIs) {
  const std::string body = " Désolé, nous vous rappelons!\r\n\"L'équipe\" & Cie ";
  const Fields fields = send_request(account, {our_number, caller, body}, domain::MessageKind::Sms);
  EXPECT_EQ(method_of(fields), "sendSMS");
  EXPECT_THAT(own_fields(fields),
              ElementsAre(Pair("did", "4185550100"), Pair("dst", "5145550177"), Pair("message", body)));
}

TEST(Requests, SendLongMessagesAsMms) {
  EXPECT_EQ(method_of(send_request(account, {our_number, caller, "…"}, domain::MessageKind::Mms)), "sendMMS");
}

TEST(Requests, AskForTheTextsOfOneNumber) {
  const Fields fields =
      texts_request(account, {domain::MessageKind::Sms, our_number, day(2026, 3, 7), day(2026, 3, 9)});
  EXPECT_EQ(method_of(fields), "getSMS");
  EXPECT_THAT(own_fields(fields),
              ElementsAre(Pair("did", "4185550100"), Pair("from", "2026-03-07"), Pair("to", "2026-03-09"),
                          Pair("limit", "1000"), Pair("all_messages", "0"), Pair("timezone", "-5")));
}

TEST(Requests, AskForWhatEveryNumberReceived) {
  const Fields fields = texts_request(
      account, {domain::MessageKind::Sms, std::nullopt, day(2026, 3, 7), day(2026, 3, 9), true});
  bool only_received = false;
  for (const auto& [name, value] : own_fields(fields)) {
    EXPECT_NE(name, "did");
    if (name == "type") only_received = value == "1";
  }
  EXPECT_TRUE(only_received);
}

TEST(Requests, AskForTheAccountsOwnData) {
  EXPECT_EQ(method_of(ip_request(account)), "getIP");
  EXPECT_EQ(method_of(balance_request(account)), "getBalance");
  EXPECT_EQ(method_of(dids_request(account)), "getDIDsInfo");
  EXPECT_TRUE(own_fields(ip_request(account)).empty());
}

}  // namespace
}  // namespace sms_notifier::voipms
