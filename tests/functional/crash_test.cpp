// kill -9 at random moments while calls arrive: no call gets two texts, each is texted or listed as
// uncertain.

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "installation.h"

namespace sms_notifier::functional {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  return json::value_to<std::string>(value);
}

TEST(Crash, FiftyKillsAtRandomMomentsTextNobodyTwiceAndForgetNobody) {
  constexpr int kills = 50;
  constexpr unsigned seed = 20261124;
  std::mt19937 chance(seed);
  const Simulator simulator({"--seed", std::to_string(seed), "--latency", "15"});
  Installation installation(simulator);
  installation.environment["SMS_NOTIFIER_MONITOR_POLL_INTERVAL"] = "100ms";
  installation.environment["SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY"] = "100000";
  installation.add_profile();
  simulator.control("POST", "faults", R"({"kind":"close_after","method":"sendSMS","probability":0.1})");
  simulator.control("POST", "faults", R"({"kind":"reset_before","method":"sendSMS","probability":0.05})");

  int calls = 0;
  installation.start();
  eventually("the first poll", [&] { return simulator.polls(Installation::account) > 0; });
  for (int kill = 0; kill < kills; ++kill) {
    for (int i = 0; i < 3; ++i)
      simulator.call(Installation::account, std::to_string(5'551'000'000 + ++calls),
                     R"(,"visible_in_ms":)" + std::to_string(chance() % 200));
    // The random moment of the kill is the test itself: anything from before the poll to after the settling.
    std::this_thread::sleep_for(std::chrono::milliseconds{chance() % 300});
    installation.kill();
    installation.start();
  }
  eventually("every call is recorded and every text settled", [&] {
    const json::array recorded = installation.calls();
    if (recorded.size() < static_cast<std::size_t>(calls)) return false;
    return std::all_of(recorded.begin(), recorded.end(), [](const json::value& call) {
      if (call.at("reply").is_null()) return true;
      const std::string state = text_of(call.at("reply").at("state"));
      return state == "sent" || state == "uncertain" || state == "rejected";
    });
  });

  std::map<std::string, int> texts;
  for (const json::value& text : simulator.texts()) ++texts[text_of(text.at("dst"))];
  int uncertain = 0;
  for (const json::value& call : installation.calls()) {
    const std::string caller = text_of(call.at("caller"));
    ASSERT_EQ(text_of(call.at("decision")), "reply") << caller;
    const json::value& reply = call.at("reply");
    EXPECT_LE(texts[caller], 1) << caller << " was texted twice";
    if (text_of(reply.at("state")) == "sent") {
      EXPECT_EQ(texts[caller], 1) << caller << " is called sent, but nothing arrived";
    } else {
      ++uncertain;
      EXPECT_EQ(text_of(reply.at("state")), "uncertain");
      EXPECT_FALSE(reply.at("evidence").is_null());
    }
  }
  RecordProperty("calls", calls);
  RecordProperty("uncertain", uncertain);
  std::cout << kills << " kills, " << calls << " calls, " << simulator.texts().size() << " texts, "
            << uncertain << " uncertain\n";
}

}  // namespace
}  // namespace sms_notifier::functional
