// This computer's clock and the provider's are apart: the real program, and a provider whose clock is set
// apart.

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/installation/installation.h"

namespace sms_notifier::functional {
namespace {

namespace json = boost::json;

using std::chrono::hours;
using std::chrono::minutes;
using test_support::eventually;
using test_support::Finished;
using test_support::Installation;
using test_support::request;
using test_support::Simulator;

class ClocksApart : public ::testing::Test {
 protected:
  /// A call that began so long ago by the provider's clock, which is `ahead` of ours.
  void call(const std::string& caller, base::Duration ago, base::Duration ahead) {
    const auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + ahead - ago;
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    const auto two = [](auto number) {
      const std::string digits = std::to_string(number);
      return digits.size() < 2 ? "0" + digits : digits;
    };
    simulator.call(Installation::account, caller,
                   R"(,"started_at":")" + std::to_string(static_cast<int>(date.year())) + "-" +
                       two(static_cast<unsigned>(date.month())) + "-" +
                       two(static_cast<unsigned>(date.day())) + "T" + two(time.hours().count()) + ":" +
                       two(time.minutes().count()) + ":" + two(time.seconds().count()) + "Z\"");
  }
  std::string decision(const std::string& caller) {
    for (const json::value& record : installation.calls())
      if (record.at("caller") == json::string(caller))
        return json::value_to<std::string>(record.at("decision"));
    return "";
  }
  void eventually_decided(const std::string& caller, const std::string& as) {
    eventually("a decision on " + caller, [&] { return !decision(caller).empty(); });
    EXPECT_EQ(decision(caller), as) << caller;
  }

  Simulator simulator{{"--clock-ahead", "21600"}};
  Installation installation{simulator};
};

TEST_F(ClocksApart, OursSixHoursBehindAtAStartTextsNoStaleCallAndIsTold) {
  call("5551000001", hours{5} + minutes{30}, hours{6});
  call("5551000002", minutes{1}, hours{6});
  installation.add_profile();
  installation.start();
  eventually_decided("5551000001", "too_old");
  eventually_decided("5551000002", "reply");

  eventually("readiness tells of the clock", [&] {
    return request("GET", installation.port(), "/readyz").body.find("clock_seconds_ahead\":-2") !=
           std::string::npos;
  });
  const Finished check = installation.cli({"check"});
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.output.find("WRONG  This computer's clock is 6 h 0 min behind VoIP.ms' clock"),
            std::string::npos)
      << check.output;
  installation.stop();
}

TEST_F(ClocksApart, OursTwentyMinutesAheadStillDecidesWhatIsFresh) {
  simulator.control("POST", "clock", R"({"ahead_seconds":-1200})");
  installation.add_profile();
  installation.start();
  call("5551000001", minutes{1}, -minutes{20});
  eventually_decided("5551000001", "reply");

  simulator.control("POST", "clock", R"({"ahead_seconds":0})");
  eventually("the clock is right again", [&] {
    return request("GET", installation.port(), "/readyz").body.find("\"ready\"") != std::string::npos;
  });
  EXPECT_NE(installation.cli({"check"}).output.find("ok     this computer's clock agrees"),
            std::string::npos);
  installation.stop();
}

TEST(AZoneThatIsNotThatOfTheRecords, IsRefusedAndToldAndLosesNoCall) {
  Simulator simulator;
  Installation installation(simulator);
  installation.add_profile();
  installation.environment["SMS_NOTIFIER_VOIPMS_TIMEZONE_NAME"] = "America/Vancouver";
  installation.start();
  simulator.call(Installation::account, "5551000001");
  const int polls = simulator.polls(Installation::account);
  eventually("more polls", [&] { return simulator.polls(Installation::account) > polls + 2; });
  EXPECT_TRUE(installation.calls().empty());
  EXPECT_TRUE(simulator.texts().empty());
  const auto ready = request("GET", installation.port(), "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.body.find(R"("record_zone":1)"), std::string::npos) << ready.body;
  const Finished check = installation.cli({"check"});
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.output.find("WRONG  voipms.timezone_name is America/Vancouver"), std::string::npos)
      << check.output;
  installation.stop();

  installation.environment["SMS_NOTIFIER_VOIPMS_TIMEZONE_NAME"] = "America/New_York";
  installation.start();
  eventually("the text", [&] { return simulator.texts().size() == 1; });
  installation.stop();
}

}  // namespace
}  // namespace sms_notifier::functional
