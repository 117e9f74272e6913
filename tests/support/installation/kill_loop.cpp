#include "support/installation/kill_loop.h"

#include <algorithm>
#include <exception>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace sms_notifier::test_support {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

/// Texts of one account leave one after the other; several accounts keep many under way at a kill.
constexpr int accounts = 8;
constexpr int calls_per_kill = 3;
/// After so many kills the service may live until everything is settled.
constexpr int kills_between_rests = 50;
/// One kill of so many comes while the service is still starting.
constexpr int kills_per_early_one = 5;

/// Late acceptance and late listing stay within the time after which a text counts as absent.
const std::vector<std::string> faults{
    R"({"kind":"close_after","method":"sendSMS","probability":0.1})",
    R"({"kind":"reset_before","method":"sendSMS","probability":0.05})",
    R"({"kind":"accept_late","method":"sendSMS","probability":0.03,"delay_ms":700})",
    R"({"kind":"status_after","status":"sms_failed","method":"sendSMS","probability":0.03})",
    R"({"kind":"html","method":"getCDR","probability":0.02})",
    R"({"kind":"list_lag","probability":0.3,"delay_ms":400})",
    R"({"kind":"list_fail","probability":0.1})"};

class KillLoop {
 public:
  explicit KillLoop(std::uint64_t seed)
      : chance_(seed),
        simulator_(
            {"--seed", std::to_string(seed), "--latency", "15", "--accounts", std::to_string(accounts)}),
        installation_(simulator_) {
    installation_.environment["SMS_NOTIFIER_MONITOR_POLL_INTERVAL"] = "100ms";
    installation_.environment["SMS_NOTIFIER_MONITOR_SEND_TIMEOUT"] = "500ms";
    installation_.environment["SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY"] = "1000000";
    const json::value listed = simulator_.control("GET", "accounts");
    for (const json::value& account : listed.as_array()) {
      emails_.push_back(json::value_to<std::string>(account.at("email")));
      installation_.add_profile_of(emails_.back(), json::value_to<std::string>(account.at("dids").at(0)));
    }
    for (const std::string& fault : faults) simulator_.control("POST", "faults", fault);
  }

  KillFigures run(int kills) {
    installation_.start();
    for (const std::string& email : emails_)
      eventually("the first poll", [&] { return simulator_.polls(email) > 0; });
    for (figures_.kills = 0; figures_.kills < kills; ++figures_.kills) {
      if (figures_.kills % kills_between_rests == kills_between_rests - 1) rest();
      for (int i = 0; i < calls_per_kill; ++i) call();
      // The random moment is the test itself: anything from before the poll to after the settling.
      std::this_thread::sleep_for(milliseconds{below(300)});
      installation_.kill();
      if (below(kills_per_early_one) == 0) kill_while_starting();
      start_again();
    }
    rest();
    installation_.stop();
    check_database(installation_.database());
    return figures_;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return chance_() % limit; }

  void call() {
    const std::string caller = std::to_string(5'551'000'000 + static_cast<long>(callers_.size()) + 1);
    callers_.insert(caller);
    simulator_.call(emails_[below(emails_.size())], caller,
                    R"(,"visible_in_ms":)" + std::to_string(below(200)));
  }

  void kill_while_starting() {
    ++figures_.before_it_answered;
    installation_.launch();
    std::this_thread::sleep_for(milliseconds{below(40)});
    installation_.kill();
  }

  void start_again() {
    const std::string& email = emails_.front();
    const int polls = simulator_.polls(email);
    const auto started = std::chrono::steady_clock::now();
    installation_.start();
    check_database(installation_.database());
    if (figures_.kills % 10 != 0) return;
    eventually("a poll after the start", [&] { return simulator_.polls(email) > polls; });
    const auto waited = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
    figures_.longest_to_first_poll = std::max(figures_.longest_to_first_poll, waited);
  }

  void rest() {
    try {
      eventually("every call is recorded and every text settled",
                 [&] { return all_settled(installation_, callers_); });
    } catch (const std::exception& error) {
      throw Violation(error.what() + std::string("\nThe service said:\n") + installation_.service().errors());
    }
    figures_.tally = check_phones(installation_, simulator_, callers_);
  }

  std::mt19937_64 chance_;
  Simulator simulator_;
  Installation installation_;
  std::vector<std::string> emails_;
  std::set<std::string> callers_;
  KillFigures figures_;
};

}  // namespace

KillFigures kill_at_random_moments(int kills, std::uint64_t seed) {
  return KillLoop(seed).run(kills);
}

}  // namespace sms_notifier::test_support
