// Simulated days of the production engine, as many as asked for; tests/sim/README.md says how to read what it
// prints.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/simulation.h"
#include "sim/soak.h"
#include "sim/waiting.h"

namespace sms_notifier::sim {
namespace {

constexpr int days_per_run = 2;
constexpr int sends_per_run = 1000;
/// Every so many runs one uses SQLite: it is the slower store.
constexpr std::uint64_t sqlite_every = 50;

struct Failure {
  RunOptions options;
  std::string why;
};

/// Runs them on all cores, in order of seed; stops at the first that fails.
template <class OneRun>
std::pair<Report, std::optional<Failure>> run_all(std::uint64_t first_seed, std::uint64_t runs,
                                                  const OneRun& one_run) {
  std::atomic<std::uint64_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  Report total;
  std::optional<Failure> failure;
  const auto work = [&] {
    for (std::uint64_t n = next++; n < runs && !failed; n = next++) {
      RunOptions options;
      options.seed = first_seed + n;
      try {
        const Report report = one_run(options);
        const std::lock_guard lock(mutex);
        total += report;
      } catch (const Violation& violation) {
        failed = true;
        const std::lock_guard lock(mutex);
        if (!failure) failure = Failure{options, violation.what()};
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned n = 0; n < std::max(1U, std::thread::hardware_concurrency()); ++n) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  return {total, failure};
}

void print(const Report& r) {
  const double share =
      r.replies == 0 ? 100 : 100.0 * static_cast<double>(r.texted) / static_cast<double>(r.replies);
  std::cout << fmt::format(
      "{} calls decided, {} of them eligible for a text: {} sent, {} uncertain, {} cancelled, {} expired, {} "
      "rejected; {} texts arrived, {:.2f} % of the eligible calls were texted; {} ordered by the owner; {} "
      "starts, {} polls\n",
      r.calls, r.replies, r.sent, r.uncertain, r.cancelled, r.expired, r.rejected, r.texts, share, r.orders,
      r.starts, r.polls);
}

void explain(const Failure& failure, const std::vector<Peril>& perils, const std::string& again) {
  std::cout << "FAILED: " << failure.why << "\n" << std::flush;
  std::string why = failure.why;
  const std::vector<Peril> smallest = smallest_failing(failure.options, perils, why);
  std::cout << "The fewest perils with which it still fails (" << why << "):\n";
  for (const Peril& peril : smallest) std::cout << "  " << to_string(peril) << "\n";
  std::cout << "Again: ./dev sim --seed " << failure.options.seed << " " << again << "\n";
}

/// A kind of run: how one is set up, what goes wrong in it, and the options that ask for one of them.
struct Kind {
  void (*set_up)(RunOptions& options);
  std::vector<Peril> (*perils)(const RunOptions& options);
  std::string again;
};

/// What came of so many of them; nothing when one failed, which is explained.
std::optional<Report> run_all_of(const Kind& kind, std::uint64_t first_seed, int runs) {
  const auto one_run = [&](RunOptions& options) {
    options.days = days_per_run;
    kind.set_up(options);
    return run(options, kind.perils(options));
  };
  const auto [total, failure] = run_all(first_seed, static_cast<std::uint64_t>(runs), one_run);
  if (!failure) return total;
  explain(*failure, kind.perils(failure->options), kind.again);
  return std::nullopt;
}

int runs_for(int count, int per_run) {
  return (count + per_run - 1) / per_run;
}

void use_sqlite_now_and_then(RunOptions& options) {
  options.sqlite = options.seed % sqlite_every == 0;
}

int days(int count, std::uint64_t seed) {
  const Kind usual{use_sqlite_now_and_then,
                   [](const RunOptions& options) { return perils_of(options.seed, options.days); },
                   fmt::format("--days {}", days_per_run)};
  const std::optional<Report> total = run_all_of(usual, seed, runs_for(count, days_per_run));
  if (!total) return 1;
  std::cout << fmt::format("{} days, every promise kept: ", count);
  print(*total);
  return 0;
}

int live(int count, std::uint64_t seed) {
  const Kind bounded{[](RunOptions& options) {
                       use_sqlite_now_and_then(options);
                       options.missed_strangers = true;
                     },
                     [](const RunOptions& options) { return bounded_perils(options.seed, options.days); },
                     fmt::format("--days 0 --live {}", days_per_run)};
  const std::optional<Report> total = run_all_of(bounded, seed, runs_for(count, days_per_run));
  if (!total) return 1;
  std::cout << fmt::format("{} days of bounded troubles, every promise kept, {} calls during one: ", count,
                           total->during_perils);
  print(*total);
  return 0;
}

int sends(int count, std::uint64_t seed) {
  const Kind lossy{[](RunOptions& options) { options.missed_calls = sends_per_run; },
                   [](const RunOptions& options) { return lossy_sends(options.days); },
                   fmt::format("--days 0 --sends {}", sends_per_run)};
  const std::optional<Report> total = run_all_of(lossy, seed, runs_for(count, sends_per_run));
  if (!total) return 1;
  std::cout << fmt::format("{} lossy sends, nobody texted twice: ", total->replies);
  print(*total);
  return 0;
}

int two_installations(int count, std::uint64_t seed) {
  for (const bool always_look : {true, false}) {
    const auto [total, failure] =
        run_all(seed, static_cast<std::uint64_t>(count),
                [&](const RunOptions& options) { return run_two_installations(options.seed, always_look); });
    if (failure) {
      std::cout << "FAILED: " << failure->why << "\n";
      return 1;
    }
    std::cout << fmt::format(
        "two installations, {} days, {}: {} calls, {} texts, each found the other within an hour\n", count,
        always_look ? "always looking" : "not looking", total.calls, total.texts);
  }
  return 0;
}

void print_soak(int hours, int calls_per_hour) {
  constexpr int accounts = 1000;
  std::cout << accounts << " accounts, resident MB after each simulated hour:";
  for (const double megabytes : soak(accounts, hours, calls_per_hour))
    std::cout << fmt::format(" {:.1f}", megabytes);
  std::cout << "\n";
}

void print_waiting() {
  for (const Waited& waited : wait_after_outages())
    std::cout << fmt::format(
        "50 callers, {}, answers take {:.1f} s: first text after {:.1f} s, last after {:.1f} s\n",
        waited.after, base::to_seconds(waited.latency), base::to_seconds(waited.first),
        base::to_seconds(waited.last));
}

int work(int argc, char** argv) {
  CLI::App app("Simulated days of sms-notifier with everything that can go wrong");
  int day_count = 200;
  int live_count = 0;
  int send_count = 0;
  int pair_count = 0;
  int soak_hours = 0;
  int soak_calls = 200;
  bool waiting = false;
  std::uint64_t seed = 1;
  app.add_option("--days", day_count, "days to simulate, two per run")->check(CLI::Range(0, 10'000'000));
  app.add_option("--live", live_count,
                 "days of one bounded trouble after another, through which everyone is texted");
  app.add_option("--sends", send_count, "missed calls on a line that loses a tenth of all answers");
  app.add_option("--pairs", pair_count, "days with two installations on one account");
  app.add_option("--soak", soak_hours, "hours with a thousand accounts, for memory");
  app.add_option("--soak-calls", soak_calls, "missed calls in each of these hours");
  app.add_flag("--waiting", waiting, "how long fifty callers wait after ten minutes of trouble");
  app.add_option("--seed", seed, "of the first run; the others follow");
  CLI11_PARSE(app, argc, argv);

  std::cout << "seed " << seed << "\n";
  const auto started = std::chrono::steady_clock::now();
  int result = day_count > 0 ? days(day_count, seed) : 0;
  if (result == 0 && live_count > 0) result = live(live_count, seed);
  if (result == 0 && send_count > 0) result = sends(send_count, seed);
  if (result == 0 && pair_count > 0) result = two_installations(pair_count, seed);
  if (result == 0 && waiting) print_waiting();
  if (result == 0 && soak_hours > 0) print_soak(soak_hours, soak_calls);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  std::cout << fmt::format("took {:.0f} s\n", took.count());
  return result;
}

}  // namespace
}  // namespace sms_notifier::sim

int main(int argc, char** argv) {
  return sms_notifier::sim::work(argc, argv);
}
