// bench_store DATA_FOLDER: what polls and texts ask of the database, one after the other, on a folder that
// fill_store has filled. Prints Markdown; bench/README.md says how to read it.

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "server/workbench.h"

namespace sms_notifier {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Stopwatch = std::chrono::steady_clock;

constexpr int rounds = 100;

/// How long something took, each time.
class Timings {
 public:
  explicit Timings(std::string what) : what_(std::move(what)) {}
  template <class Work>
  auto time(Work work) {
    const auto start = Stopwatch::now();
    auto result = work();
    took_.push_back(Stopwatch::now() - start);
    return result;
  }
  void print() {
    std::sort(took_.begin(), took_.end());
    const auto ms = [](Stopwatch::duration d) {
      return std::chrono::duration<double, std::milli>(d).count();
    };
    std::cout << fmt::format("| {} | {:.2f} / {:.2f} ms |\n", what_, ms(took_[took_.size() / 2]),
                             ms(took_.back()));
  }

 private:
  std::string what_;
  std::vector<Stopwatch::duration> took_;
};

class StoreBench {
 public:
  explicit StoreBench(server::Workbench& bench)
      : bench_(bench), store_(*bench.store), views_(bench.run(store_.profiles({}))) {}

  void run() {
    std::cout << "| of the database | median / longest |\n|---|---|\n";
    opening_.time([&] { return bench_.run(store_.disown_sending({})); });
    open_replies_.time([&] { return bench_.run(store_.open_replies({})); });
    for (int n = 0; n < rounds; ++n) one_round(views_[static_cast<std::size_t>(n) % views_.size()], n);
    for (Timings* timings :
         {&opening_, &open_replies_, &recent_, &histories_, &record_, &claim_, &settle_, &look_})
      timings->print();
  }

 private:
  void one_round(const app::ProfileView& view, int n) {
    const domain::AccountId account = view.profile.account;
    const domain::Did did = view.profile.rules.did;
    const seconds threshold = view.profile.rules.call_duration;
    recent_.time([&] { return bench_.run(store_.recent_calls(account, now_ - hours{2})); });
    const std::vector<domain::PhoneNumber> callers{number(n), number(n + 1), number(n + 2)};
    histories_.time([&] { return bench_.run(store_.histories(account, did, threshold, callers)); });

    const std::vector<app::DecidedCall> calls{missed(view, n)};
    const auto outcomes = record_.time([&] { return bench_.run(store_.record(account, calls)); });
    const auto* recorded = std::get_if<app::Recorded>(&outcomes.front());
    if (recorded == nullptr || !recorded->reply) return;
    const domain::ReplyId reply = recorded->reply->id;
    const domain::WallTime wall = bench_.zone->wall_time(now_);
    const auto claim = claim_.time([&] { return bench_.run(store_.claim(reply, now_, wall)); });
    const auto* claimed = std::get_if<app::Claimed>(&claim);
    if (claimed == nullptr) return;
    const app::Settlement accepted{domain::ReplyEvent::Accept, fmt::format("bench-{}", reply.value()), {}};
    settle_.time([&] { return bench_.run(store_.settle(reply, claimed->attempt, accepted, now_)); });
    look_.time([&] { return bench_.run(store_.claimed_texts(account, did, now_ - hours{2})); });
  }

  app::DecidedCall missed(const app::ProfileView& view, int n) const {
    const domain::ProfileRules& rules = view.profile.rules;
    domain::Call call{{number(n), "JAMIE SAMPLE"}, rules.did, {}};
    const auto run_at = now_.time_since_epoch().count();
    call.legs.push_back(
        {fmt::format("bench-{}-{}", run_at, n), now_, domain::Disposition::NoAnswer, seconds{0}});
    app::DecidedCall decided{call, view.profile.id, domain::ReplyToCall{}, now_, {}};
    decided.terms =
        app::DecidedCall::ReplyTerms{{rules.did, number(n), rules.message}, now_, now_ + minutes{15}};
    decided.terms->texts_count_since = now_;
    decided.terms->budget_day = bench_.zone->day_of(now_);
    decided.terms->budget_cap = 1'000'000;
    return decided;
  }

  static domain::PhoneNumber number(int n) {
    return domain::PhoneNumber::parse(std::to_string(5'550'000'000 + n)).value();
  }

  server::Workbench& bench_;
  storage::Store& store_;
  const std::vector<app::ProfileView> views_;
  const base::Instant now_ = std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
  Timings opening_{"start-up: texts left by a process that died"};
  Timings open_replies_{"start-up: texts that are not settled"};
  Timings recent_{"first poll: the calls of the last two hours"};
  Timings histories_{"poll: what is known of three callers"};
  Timings record_{"poll: a call with its reserved text"};
  Timings claim_{"text: the claim"};
  Timings settle_{"text: what became of it"};
  Timings look_{"look: the texts of two hours from a number"};
};

}  // namespace
}  // namespace sms_notifier

int main(int argc, char** argv) {
  using namespace sms_notifier;
  if (argc != 2) {
    std::cerr << "usage: bench_store DATA_FOLDER\n";
    return 2;
  }
  try {
    server::Workbench bench({}, {argv[1]});
    StoreBench(bench).run();
  } catch (const std::exception& error) {
    std::cerr << "bench_store: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
