// The n-th allocation of one poll, decision and text fails, alone or with others after it. The service may
// end or go on.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <string>
#include <thread>

#include "torture/parts.h"
#include "torture/scene.h"

namespace sms_notifier::torture {
namespace {

/// So many further allocations fail as well, in turn.
constexpr std::array<const char*, 4> more{"0", "0", "2", "25"};
/// Longer than a text needs that is tried again once. One that has to wait longer is left to the next start.
constexpr std::chrono::seconds time_to_go_on{8};

class OutOfMemory {
 public:
  explicit OutOfMemory(const Options& options)
      : options_(options), chance_(options.seed), scene_(options.seed) {}

  std::string run() {
    scene_.installation.environment["SMS_NOTIFIER_MONITOR_POLL_INTERVAL"] = "100ms";
    scene_.installation.add_profile();
    scene_.installation.environment["LD_PRELOAD"] = FAILING_MALLOC;
    const long allocations = count_allocations();
    const long step = std::max(1L, allocations / options_.count);
    const long offset = static_cast<long>(chance_() % static_cast<std::uint64_t>(step));
    for (long n = 1 + offset; n <= allocations; n += step) fail_at(n);
    // The last one's aftermath.
    start(0, "0");
    scene_.settle("after the last failure");
    return std::to_string(failed_) + " allocations of " + std::to_string(allocations) + " failed (every " +
           std::to_string(step) + ".): the service ended " + std::to_string(ended_) + " times, went on " +
           std::to_string(went_on_) + " times, was still waiting " + std::to_string(time_to_go_on.count()) +
           " s later " + std::to_string(waiting_) + " times; " + in_words(scene_.tally()) + waiting_after_;
  }

 private:
  void start(long at, const std::string& further) {
    if (scene_.installation.running()) scene_.installation.kill();
    scene_.installation.environment["FAILING_MALLOC_AT"] = std::to_string(at);
    scene_.installation.environment["FAILING_MALLOC_MORE"] = further;
    scene_.installation.start();
  }

  long count_allocations() {
    start(0, "0");
    scene_.call();
    scene_.settle("before anything failed");
    scene_.installation.service().signal(SIGUSR2);
    const int sent = scene_.times_said("text_sent");
    scene_.call();
    scene_.lives_until("a text", [&] { return scene_.times_said("text_sent") > sent; });
    scene_.installation.service().signal(SIGUSR2);
    return std::stol(scene_.installation.service().wait_for("failing_malloc: counted"));
  }

  void fail_at(long n) {
    const std::string further = more[static_cast<std::size_t>(runs_++) % more.size()];
    const std::string where = "allocation " + std::to_string(n) + " and " + further + " more fail";
    start(n, further);
    // A start without failures is what follows the failures of the last time.
    scene_.settle(where + ", before");
    scene_.installation.service().signal(SIGUSR2);
    const int sent = scene_.times_said("text_sent");
    scene_.call();
    const auto deadline = std::chrono::steady_clock::now() + time_to_go_on;
    const auto has_sent = [&] { return scene_.times_said("text_sent") > sent; };
    scene_.lives_until(where, [&] { return has_sent() || std::chrono::steady_clock::now() > deadline; });
    if (scene_.said("failing_malloc: failed")) ++failed_;
    if (scene_.installation.service().ended()) {
      ++ended_;
    } else if (has_sent()) {
      ++went_on_;
    } else {
      ++waiting_;
      waiting_after_ += "\n  " + where;
    }
  }

  Options options_;
  std::mt19937_64 chance_;
  Scene scene_;
  int runs_ = 0;
  int failed_ = 0;
  int ended_ = 0;
  int went_on_ = 0;
  int waiting_ = 0;
  std::string waiting_after_;
};

}  // namespace

std::string out_of_memory(const Options& options) {
  return OutOfMemory(options).run();
}

}  // namespace sms_notifier::torture
