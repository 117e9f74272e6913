#include "simulator/parameters.h"
#include "unit/simulator/provider_test.h"

namespace sms_notifier::simulator {
namespace {

using testing::HasSubstr;

class Statuses : public ProviderTest {};

TEST_F(Statuses, ARequestWithoutAMethodIsRefusedBeforeItsCredentialsAreLookedAt) {
  EXPECT_THAT(world.handle(http::Fields{}, now).body, HasStatus("missing_method"));
}

TEST_F(Statuses, AnUnknownMethodIsRefused) {
  EXPECT_THAT(ask("getEverything"), HasStatus("invalid_method"));
}

TEST_F(Statuses, MissingCredentialsAreToldFromWrongOnes) {
  EXPECT_THAT(ask("getIP", {{"api_username", ""}}), HasStatus("missing_credentials"));
  EXPECT_THAT(ask("getIP", {{"api_password", ""}}), HasStatus("missing_credentials"));
  EXPECT_THAT(ask("getIP", {{"api_password", "guess"}}), HasStatus("invalid_credentials"));
  EXPECT_THAT(ask("getIP", {{"api_username", "nobody@example.test"}}), HasStatus("invalid_credentials"));
}

TEST_F(Statuses, AnApiThatIsSwitchedOffIsToldOnlyToWhoKnowsThePassword) {
  change([](AccountSettings& account) { account.api_enabled = false; });
  EXPECT_THAT(ask("getBalance"), HasStatus("api_not_enabled"));
  EXPECT_THAT(ask("getBalance", {{"api_password", "guess"}}), HasStatus("invalid_credentials"));
}

TEST_F(Statuses, ARefusedAddressMayOnlyAskForItself) {
  change([](AccountSettings& account) { account.allowed_ip = "192.0.2.7"; });
  EXPECT_THAT(ask("getBalance"), HasStatus("ip_not_enabled"));
  EXPECT_THAT(ask("getCDR"), HasStatus("ip_not_enabled"));
  EXPECT_EQ(value(ask("getIP"), "ip"), "127.0.0.1");
}

TEST_F(Statuses, AllowListsHoldAddressesWildcardsAndAny) {
  EXPECT_TRUE(address_allowed("192.0.2.7, 127.0.0.1", "127.0.0.1"));
  EXPECT_TRUE(address_allowed("192.0.2.*", "192.0.2.77"));
  EXPECT_TRUE(address_allowed("0.0.0.0", "203.0.113.9"));
  EXPECT_FALSE(address_allowed("192.0.2.*", "192.0.3.7"));
  EXPECT_FALSE(address_allowed("", "127.0.0.1"));
}

TEST_F(Statuses, TooManyRequestsInAMinuteAreRefusedUntilItIsOver) {
  change([](AccountSettings& account) { account.requests_per_minute = 2; });
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
  EXPECT_THAT(ask("getBalance"), HasStatus("success"));
  EXPECT_THAT(ask("sendSMS"), HasStatus("api_limit_exceeded"));
  EXPECT_EQ(texts_at_the_phone(), 0u);
  now += std::chrono::seconds{60};
  EXPECT_THAT(ask("sendSMS"), HasStatus("success"));
}

TEST_F(Statuses, ARequestThatIsWrongInManyWaysGetsTheFirstWord) {
  change([](AccountSettings& account) {
    account.allowed_ip = "192.0.2.7";
    account.api_enabled = false;
  });
  EXPECT_THAT(ask("getCDR", {{"date_from", "never"}}), HasStatus("api_not_enabled"));
  change([](AccountSettings& account) { account.api_enabled = true; });
  EXPECT_THAT(ask("getCDR", {{"date_from", "never"}}), HasStatus("ip_not_enabled"));
  change([](AccountSettings& account) { account.allowed_ip = "127.0.0.1"; });
  EXPECT_THAT(ask("getCDR", {{"date_from", "never"}, {"timezone", ""}}), HasStatus("invalid_timezone"));
  EXPECT_THAT(ask("getCDR", {{"date_from", "never"}}), HasStatus("invalid_date"));
}

TEST_F(Statuses, GetCdrChecksItsParameters) {
  EXPECT_THAT(ask("getCDR", {{"date_from", ""}}), HasStatus("missing_from_date"));
  EXPECT_THAT(ask("getCDR", {{"date_to", ""}}), HasStatus("missing_to_date"));
  for (const char* zone : {"", "EST", "-13", "13.5", "nan", "5h"})
    EXPECT_THAT(ask("getCDR", {{"timezone", zone}}), HasStatus("invalid_timezone")) << zone;
  EXPECT_THAT(ask("getCDR", {{"answered", "true"}, {"noanswer", "0"}, {"busy", ""}, {"failed", "yes"}}),
              HasStatus("no_callstatus"));
  for (const char* day : {"15/07/2026", "2026-02-30", "2026-7-1", "2026-07-15 00:00:00"})
    EXPECT_THAT(ask("getCDR", {{"date_from", day}}), HasStatus("invalid_date")) << day;
  EXPECT_THAT(ask("getCDR", {{"date_from", "2026-07-16"}}), HasStatus("invalid_date_from"));
  EXPECT_THAT(ask("getCDR", {{"date_from", "2026-04-13"}}), HasStatus("invalid_daterange"));
  EXPECT_THAT(ask("getCDR", {{"date_from", "2026-04-14"}}), HasStatus("no_cdr"));
}

TEST_F(Statuses, GetSmsChecksItsParameters) {
  EXPECT_THAT(ask("getSMS"), HasStatus("no_sms"));
  EXPECT_THAT(ask("getMMS"), HasStatus("no_sms"));
  EXPECT_THAT(ask("getSMS", {{"from", "today"}}), HasStatus("invalid_date"));
  EXPECT_THAT(ask("getSMS", {{"from", "2026-07-17"}, {"to", "2026-07-16"}}), HasStatus("invalid_date_from"));
  EXPECT_THAT(ask("getSMS", {{"from", "2026-01-01"}}), HasStatus("invalid_daterange"));
  EXPECT_THAT(ask("getSMS", {{"type", "2"}}), HasStatus("invalid_type"));
  EXPECT_THAT(ask("getSMS", {{"did", "4165550199"}}), HasStatus("invalid_did"));
  EXPECT_THAT(ask("getSMS", {{"timezone", "x"}}), HasStatus("invalid_timezone"));
}

TEST_F(Statuses, ErrorsAreAnsweredWithStatus200AndAMessage) {
  const Plan plan = world.handle(request("getIP", {{"api_password", "guess"}}), now);
  EXPECT_EQ(plan.status, 200);
  EXPECT_EQ(plan.content_type, "application/json");
  EXPECT_THAT(plan.body, HasSubstr("\"message\":\""));
}

TEST_F(Statuses, GetBalanceTellsMoreWhenAsked) {
  change([](AccountSettings& account) { account.balance = "7.125000"; });
  EXPECT_EQ(value(ask("getBalance"), "current_balance"), "7.125000");
  EXPECT_EQ(value(ask("getBalance"), "spent_total"), "");
  EXPECT_NE(value(ask("getBalance", {{"advanced", "1"}}), "spent_total"), "");
}

TEST_F(Statuses, GetDidsInfoListsTheNumbersWithTheirFlags) {
  change([](AccountSettings& account) {
    account.dids.front().sms_enabled = false;
    account.dids.push_back({"4165550101"});
  });
  const std::string answer = ask("getDIDsInfo");
  EXPECT_EQ(occurrences(answer, "\"did\":"), 2u);
  EXPECT_EQ(value(answer, "sms_enabled"), "0");
  EXPECT_EQ(value(answer, "sms_available"), "1");
  EXPECT_EQ(occurrences(ask("getDIDsInfo", {{"did", "4165550101"}}), "\"did\":"), 1u);
  EXPECT_THAT(ask("getDIDsInfo", {{"did", "4165550199"}}), HasStatus("invalid_did"));
  change([](AccountSettings& account) { account.dids.clear(); });
  EXPECT_THAT(ask("getDIDsInfo"), HasStatus("no_did"));
}

}  // namespace
}  // namespace sms_notifier::simulator
