// Two hundred accounts, four of them in trouble: the others do not notice.

#include <map>

#include <gtest/gtest.h>

#include "support/installation/installation.h"

namespace sms_notifier::functional {
namespace {

namespace json = boost::json;

using test_support::eventually;
using test_support::Finished;
using test_support::Installation;
using test_support::Simulator;

constexpr int accounts = 200;

std::string email(int n) {
  return "account-" + std::to_string(n) + "@example.test";
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ManyAccounts, TroubledOnesDelayNobodyAndAreToldOnce) {
  const Simulator simulator({"--accounts", std::to_string(accounts)});
  Installation installation(simulator);
  installation.environment["SMS_NOTIFIER_MONITOR_POLL_TIMEOUT"] = "60s";
  installation.environment["SMS_NOTIFIER_MONITOR_SHUTDOWN_GRACE"] = "1s";
  const json::value listed = simulator.control("GET", "accounts");
  std::map<std::string, std::string> numbers;
  for (const json::value& entry : listed.as_array())
    numbers[json::value_to<std::string>(entry.at("email"))] =
        json::value_to<std::string>(entry.at("dids").at(0));
  for (int n = 1; n <= accounts; ++n) {
    const Finished added = installation.cli({"profile", "add", "--account", email(n), "--api-password-file",
                                             installation.file("password"), "--did", numbers.at(email(n)),
                                             "--message", "Sorry", "--call-duration", "5", "--run"});
    ASSERT_EQ(added.code, 0) << added.errors;
  }
  const auto fault = [&](int n, const std::string& kind, const std::string& more = "") {
    simulator.control(
        "POST", "faults",
        R"({"kind":")" + kind + R"(","account":")" + email(n) + R"(","method":"getCDR")" + more + "}");
  };
  fault(1, "hang");
  fault(2, "drip");
  fault(3, "html");
  fault(4, "big", R"(,"bytes":5000000)");

  installation.start();
  for (int n = 5; n <= accounts; ++n) {
    // Many polls of each healthy account, while the hanging one still waits for its first answer.
    eventually(email(n) + " is polled", [&] { return simulator.polls(email(n)) >= 10; });
  }
  EXPECT_EQ(simulator.polls(email(1)), 1);
  EXPECT_EQ(simulator.polls(email(2)), 1);
  EXPECT_GE(simulator.polls(email(4)), 2) << "five megabytes are a good answer";

  for (const int n : {1, 2, 3, 4, 5, 100}) simulator.call(email(n), std::to_string(5'551'230'000 + n));
  eventually("texts of the accounts that answer", [&] { return simulator.texts().size() == 3; });
  installation.stop();
  const std::string log = installation.service().errors();
  EXPECT_EQ(count(log, "account_troubled account=" + email(3)), 1) << log;
  EXPECT_EQ(count(log, "account_troubled account=" + email(4)), 0) << log;
  EXPECT_EQ(count(log, "text_sent"), 3);
}

}  // namespace
}  // namespace sms_notifier::functional
