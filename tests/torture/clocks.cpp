// The real programs over the moments at which the clock on the wall turns: the calls just before and after
// them.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <future>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/json.hpp>

#include "base/time.h"
#include "support/installation/installation.h"
#include "support/installation/phone_check.h"
#include "support/temp_folder.h"
#include "torture/parts.h"

namespace sms_notifier::torture {
namespace {

namespace json = boost::json;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::eventually;

struct Turn {
  std::string_view name;
  base::Instant at;
};

constexpr base::Instant utc(int year, unsigned month, unsigned day, int hour) {
  return std::chrono::sys_days{std::chrono::year{year} / month / day} + std::chrono::hours{hour};
}

/// By the clock of America/Toronto.
constexpr std::array turns{
    Turn{"midnight in summer", utc(2026, 6, 10, 4)},
    Turn{"midnight in winter", utc(2027, 1, 15, 5)},
    Turn{"01:59:59 EDT to 01:00:00 EST", utc(2026, 11, 1, 6)},
    Turn{"01:59:59 EST to 02:00:00 EST, after the repeated hour", utc(2026, 11, 1, 7)},
    Turn{"01:59:59 EST to 03:00:00 EDT", utc(2027, 3, 14, 7)},
    Turn{"New Year", utc(2027, 1, 1, 5)},
    Turn{"New Year in Greenwich", utc(2027, 1, 1, 0)},
};

std::string two_digits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string rfc3339(base::Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(instant - day));
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two_digits(static_cast<int>(static_cast<unsigned>(date.month()))) + "-" +
         two_digits(static_cast<int>(static_cast<unsigned>(date.day()))) + "T" +
         two_digits(static_cast<int>(time.hours().count())) + ":" +
         two_digits(static_cast<int>(time.minutes().count())) + ":" +
         two_digits(static_cast<int>(time.seconds().count())) + "Z";
}

base::Instant true_now() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

/// One turn, with both programs started shortly before it by their clocks. Monotonic time is left alone.
class Night {
 public:
  explicit Night(const Turn& turn)
      : turn_(turn),
        ahead_(std::chrono::floor<seconds>(turn.at - before_the_turn - true_now())),
        wrong_by_(write_wrong_by()),
        simulator_({}, clock()),
        installation_(simulator_) {
    for (const auto& [name, value] : clock()) installation_.environment[name] = value;
    installation_.add_profile();
  }

  void pass() {
    installation_.start();
    await_polls();
    call("5551000001", "stale", turn_.at - minutes{20}, "too_old");
    wait_until(turn_.at - seconds{1});
    call("5551000002", "a second before", turn_.at - seconds{1}, "reply");
    call("5551000003", "a second before, listed after the turn", turn_.at - seconds{1}, "reply",
         R"(,"visible_in_ms":3000)");
    call("5551000004", "answered a second before", turn_.at - seconds{1}, "answered", R"(,"seconds":90)");
    wait_until(turn_.at);
    call("5551000005", "at the turn", turn_.at, "reply");
    simulator_.control("POST", "faults", R"({"kind":"close_after","method":"sendSMS","count":1})");
    wait_until(turn_.at + seconds{1});
    call("5551000006", "a second after", turn_.at + seconds{1}, "reply");

    eventually(std::string(turn_.name) + ": every call is recorded and every text settled",
               [&] { return test_support::all_settled(installation_, callers_); });
    installation_.stop();
    installation_.start();
    await_polls();
    await_polls();
    check();
    installation_.stop();
  }

  int texts() const { return texts_; }

 private:
  static constexpr seconds before_the_turn{12};

  /// What gives a program the clock of this night.
  std::map<std::string, std::string> clock() const {
    return {{"LD_PRELOAD", WRONG_CLOCK_LIBRARY}, {"WRONG_CLOCK", wrong_by_}};
  }
  std::string write_wrong_by() const {
    const std::int64_t by = ahead_.count();
    std::ofstream(folder_.file("wrong_by"), std::ios::binary)
        .write(reinterpret_cast<const char*>(&by), sizeof by);
    return folder_.file("wrong_by");
  }

  void await_polls() {
    const int polls = simulator_.polls(test_support::Installation::account);
    eventually("more polls",
               [&] { return simulator_.polls(test_support::Installation::account) > polls + 2; });
  }

  void wait_until(base::Instant instant) const { std::this_thread::sleep_for(instant - ahead_ - true_now()); }

  void call(const std::string& caller, const std::string& what, base::Instant at, const std::string& decision,
            const std::string& more_fields = "") {
    simulator_.call(test_support::Installation::account, caller,
                    R"(,"started_at":")" + rfc3339(at) + "\"" + more_fields);
    callers_.insert(caller);
    what_[caller] = what;
    decisions_[caller] = decision;
  }

  void check() {
    const test_support::Tally tally = check_phones(installation_, simulator_, callers_);
    const auto told = [&](const std::string& caller) {
      return std::string(turn_.name) + ", the call " + what_[caller] + ": ";
    };
    for (const json::value& call : installation_.calls()) {
      const auto caller = json::value_to<std::string>(call.at("caller"));
      const auto decision = json::value_to<std::string>(call.at("decision"));
      const auto seen_at = json::value_to<std::string>(call.at("first_seen_at"));
      if (seen_at < rfc3339(turn_.at - minutes{1}) || seen_at > rfc3339(turn_.at + minutes{15}))
        throw std::runtime_error(told(caller) + "the clock was not turned: " + seen_at);
      if (decision != decisions_[caller])
        throw Violation(told(caller) + "decided " + decision + " instead of " + decisions_[caller]);
      if (decision == "reply" && json::value_to<std::string>(call.at("reply").at("state")) != "sent")
        throw Violation(told(caller) + "no text was sent: " + json::serialize(call));
    }
    texts_ = tally.texts;
  }

  const Turn& turn_;
  const test_support::TempFolder folder_;
  const seconds ahead_;
  const std::string wrong_by_;  ///< the file that says it to the programs
  test_support::Simulator simulator_;
  test_support::Installation installation_;
  std::set<std::string> callers_;
  std::map<std::string, std::string> what_;
  std::map<std::string, std::string> decisions_;
  int texts_ = 0;
};

}  // namespace

std::string clocks(const Options& options) {
  int texts = 0;
  for (int round = 0; round < options.count; ++round) {
    std::vector<std::future<int>> nights;
    for (const Turn& turn : turns)
      nights.push_back(std::async(std::launch::async, [&turn] {
        Night night(turn);
        night.pass();
        return night.texts();
      }));
    for (std::future<int>& night : nights) texts += night.get();
  }
  return std::to_string(options.count) + " times " + std::to_string(turns.size()) + " turns of the clock, " +
         std::to_string(texts) + " texts, one for each call that was due one";
}

}  // namespace sms_notifier::torture
