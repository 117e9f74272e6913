// SIGKILL at the entry of every system call of one poll, decision and text, one after the other.

#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "torture/parts.h"
#include "torture/scene.h"
#include "torture/strace.h"

namespace sms_notifier::torture {
namespace {

using test_support::eventually;

const std::vector<std::string> threads{"main", "db-writer", "db-reader-1", "db-reader-2"};

class SystemCalls {
 public:
  explicit SystemCalls(const Options& options) : options_(options), scene_(options.seed) {}

  std::string run() {
    scene_.installation.add_profile();
    scene_.installation.start();
    scene_.call();
    scene_.settle("before anything was killed");
    for (const std::string& thread : threads) {
      for (const auto& [system_call, seen] : calls_of(thread)) kill_at_each(thread, system_call);
    }
    return std::to_string(kills_) + " kills at " + std::to_string(names_) +
           " pairs of thread and system call" +
           (cut_short_.empty() ? "" : " (further ones exist of:" + cut_short_ + ")") + "; " +
           in_words(scene_.tally());
  }

 private:
  /// What this thread does while one call comes in and is texted back.
  std::map<std::string, int> calls_of(const std::string& thread) {
    Strace strace(thread_of(scene_.installation.service().pid(), thread), log(), {});
    const int sent = scene_.times_said("text_sent");
    scene_.call();
    scene_.lives_until("a text", [&] { return scene_.times_said("text_sent") > sent; });
    strace.detach();
    return strace.counts();
  }

  void kill_at_each(const std::string& thread, const std::string& system_call) {
    ++names_;
    for (int n = 1; n <= options_.count; ++n) {
      if (!kill_at(thread, system_call, n)) return;
      ++kills_;
    }
    cut_short_ += " " + thread + "/" + system_call;
  }

  /// False when the text was sent before there was an n-th one.
  bool kill_at(const std::string& thread, const std::string& system_call, int n) {
    const std::string where = thread + " killed at " + system_call + " number " + std::to_string(n);
    Strace strace(
        thread_of(scene_.installation.service().pid(), thread), log(),
        {"--trace=" + system_call, "--inject=" + system_call + ":signal=SIGKILL:when=" + std::to_string(n)});
    const int sent = scene_.times_said("text_sent");
    scene_.call();
    scene_.lives_until(where, [&] { return scene_.times_said("text_sent") > sent; });
    strace.detach();
    // The kill may come right after the text was reported.
    const bool killed = strace.killed();
    if (killed) eventually("the end", [&] { return scene_.installation.service().ended(); });
    scene_.settle(where);
    return killed;
  }

  std::string log() const { return scene_.installation.file("strace"); }

  Options options_;
  Scene scene_;
  int kills_ = 0;
  int names_ = 0;
  std::string cut_short_;
};

}  // namespace

std::string system_calls(const Options& options) {
  return SystemCalls(options).run();
}

}  // namespace sms_notifier::torture
