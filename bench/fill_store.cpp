// fill_store DATA_FOLDER CALLS LOG_ROWS [DAYS]: a data folder as a busy business has it after so many days,
// 30 unless given. All names and numbers are made up.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "domain/decision.h"
#include "domain/sentences.h"
#include "server/workbench.h"

namespace sms_notifier {
namespace {

using std::chrono::seconds;

constexpr int profiles = 10;
/// So many that each commit carries many of their writes.
constexpr int workers = 512;
constexpr int calls_at_once = 100;
constexpr int log_rows_at_once = 1000;
constexpr int days_unless_given = 30;
constexpr int texts_a_day = 1'000'000;
/// As many people call again and again; the rest call once.
constexpr int regular_callers = 20'000;

constexpr std::array<std::string_view, 8> first_names{"JAMIE", "ROBIN", "ALEX", "SASHA",
                                                      "KIM",   "LEE",   "MAX",  "NOA"};
constexpr std::array<std::string_view, 8> last_names{"SAMPLE", "EXAMPLE",  "TESTER",  "PLACEHOLDER",
                                                     "NOBODY", "SPECIMEN", "PATTERN", "MOCKUP"};

/// What becomes of a call, and how many of a hundred calls that is.
enum class Fate { Answered, Sent, TooOld, OptedOut, RecentlyTexted, Withheld, Refused, Uncertain };
constexpr std::array<std::pair<Fate, int>, 8> shares{{{Fate::Answered, 70},
                                                      {Fate::Sent, 22},
                                                      {Fate::TooOld, 3},
                                                      {Fate::OptedOut, 1},
                                                      {Fate::RecentlyTexted, 1},
                                                      {Fate::Withheld, 1},
                                                      {Fate::Refused, 1},
                                                      {Fate::Uncertain, 1}}};

domain::PhoneNumber number(std::int64_t digits) {
  return domain::PhoneNumber::parse(std::to_string(digits)).value();
}

domain::Decision decision_of(Fate fate) {
  using domain::SkipReason;
  switch (fate) {
    case Fate::Answered:
      return domain::Skip{SkipReason::Answered};
    case Fate::TooOld:
      return domain::Skip{SkipReason::TooOld};
    case Fate::OptedOut:
      return domain::Skip{SkipReason::OptedOut};
    case Fate::RecentlyTexted:
      return domain::Skip{SkipReason::RecentlyTexted};
    case Fate::Withheld:
      return domain::Skip{SkipReason::NoCallerNumber};
    case Fate::Sent:
    case Fate::Refused:
    case Fate::Uncertain:
      return domain::ReplyToCall{};
  }
  return domain::ReplyToCall{};
}

class Filler {
 public:
  Filler(server::Workbench& bench, int calls, int log_rows, int days)
      : bench_(bench), days_(days), calls_left_(calls), log_rows_left_(log_rows) {}

  void fill() {
    bench_.run(add_profiles());
    working_ = workers;
    for (int n = 0; n < workers; ++n)
      boost::asio::co_spawn(bench_.loop, add_calls(),
                            [this](const std::exception_ptr& error) { ended(error); });
    bench_.loop.restart();
    while (working_ > 0) bench_.loop.run_one();
    if (failure_) std::rethrow_exception(failure_);
    bench_.run(add_log_rows());
  }

 private:
  base::task<> add_profiles() {
    const app::Act filling{};
    for (int n = 1; n <= profiles; ++n) {
      domain::ProfileForm form;
      form.account = fmt::format("account-{}@example.test", n);
      form.did = std::to_string(4'165'000'000 + n);  // as the simulator numbers its accounts
      form.message = "Sorry we missed your call. Text us here or call again; we are open 9 to 5.";
      form.call_duration = "10";
      const auto checked = domain::check(form);
      const std::optional<base::Secret> password(base::Secret("demo-api-password"));
      const auto id = co_await bench_.store->add_profile(checked.value(), password, filling);
      co_await bench_.store->set_running(id.value(), true, filling);
    }
    views_ = co_await bench_.store->profiles({});
  }

  base::task<> add_calls() {
    while (calls_left_ > 0 && !failure_) {
      const app::ProfileView& view = views_[chance_() % views_.size()];
      std::vector<Fate> fates;
      std::vector<app::DecidedCall> calls;
      for (; calls_left_ > 0 && calls.size() < calls_at_once; --calls_left_) {
        fates.push_back(draw_fate());
        calls.push_back(decided(fates.back(), view, draw_time()));
      }
      const std::vector<app::RecordOutcome> outcomes =
          co_await bench_.store->record(view.profile.account, std::move(calls));
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const auto* recorded = std::get_if<app::Recorded>(&outcomes[i]);
        if (recorded != nullptr && recorded->reply) co_await send(*recorded->reply, fates[i]);
      }
    }
  }

  base::task<> send(const app::OpenReply& reply, Fate fate) {
    const base::Instant asked = reply.called_at + seconds{4 + chance_() % 20};
    const base::Instant told = asked + seconds{1};
    const base::Instant given_up = asked + std::chrono::minutes{4};
    const domain::WallTime wall = bench_.zone->wall_time(asked);
    const app::ClaimOutcome claim = co_await bench_.store->claim(reply.id, asked, wall);
    const auto* claimed = std::get_if<app::Claimed>(&claim);
    if (claimed == nullptr) co_return;
    app::Settlement settlement{domain::ReplyEvent::Accept, fmt::format("sms-{}", reply.id.value()), {}};
    if (fate == Fate::Refused)
      settlement = {domain::ReplyEvent::Refuse, {}, domain::Sentence::as_written("invalid_dst")};
    if (fate == Fate::Uncertain)
      settlement = {domain::ReplyEvent::LoseSight, {}, domain::Sentence::as_written("no answer in 60 s")};
    const int attempt = claimed->attempt;
    co_await bench_.store->settle(reply.id, attempt, settlement, told);
    if (fate != Fate::Uncertain) co_return;
    const app::Resolution resolution{domain::ReplyEvent::GiveUp,
                                     {},
                                     domain::Sentence::as_written("VoIP.ms did not say whether it went out")};
    co_await bench_.store->resolve(reply.id, resolution, given_up);
  }

  app::DecidedCall decided(Fate fate, const app::ProfileView& view, base::Instant at) {
    const domain::ProfileRules& rules = view.profile.rules;
    const bool answered = fate == Fate::Answered;
    domain::Call call{{}, rules.did, {}};
    if (fate != Fate::Withheld) call.caller = draw_caller();
    call.legs.push_back({fmt::format("made-up-{}", ++calls_made_), at,
                         answered ? domain::Disposition::Answered : domain::Disposition::NoAnswer,
                         seconds{answered ? 15 + chance_() % 600 : 0}});
    app::DecidedCall decided{call, view.profile.id, decision_of(fate), at + seconds{3}, {}};
    if (!std::holds_alternative<domain::ReplyToCall>(decided.decision)) return decided;
    app::DecidedCall::ReplyTerms terms{
        {rules.did, *call.caller.number, rules.message}, at, at + std::chrono::hours{1}};
    terms.texts_count_since = at;  // whom the rules would spare is among the other fates
    terms.budget_day = bench_.zone->day_of(at);
    terms.budget_cap = texts_a_day;
    decided.terms = std::move(terms);
    return decided;
  }

  base::task<> add_log_rows() {
    const base::Instant start = now_ - std::chrono::days{days_};
    const base::Duration step = std::chrono::days{days_} / std::max(1, log_rows_left_);
    base::Instant at = start;
    while (log_rows_left_ > 0) {
      std::vector<app::LogRow> rows;
      for (; log_rows_left_ > 0 && rows.size() < log_rows_at_once; --log_rows_left_) {
        const app::ProfileView& view = views_[chance_() % views_.size()];
        const domain::CallerId caller = draw_caller();
        at += step;
        rows.push_back({0,
                        view.account_email,
                        view.profile.id,
                        at,
                        {"Missed call from {} at {}: {}"_key, caller.number->formatted(),
                         domain::clock_time(bench_.zone->wall_time(at)), "text sent"_key}});
      }
      co_await bench_.store->append(std::move(rows));
    }
  }

  Fate draw_fate() {
    int drawn = static_cast<int>(chance_() % 100);
    for (const auto& [fate, share] : shares) {
      if (drawn < share) return fate;
      drawn -= share;
    }
    return Fate::Answered;
  }

  /// Within those days, mostly in the day.
  base::Instant draw_time() {
    const auto day = std::chrono::days{1 + static_cast<int>(chance_() % static_cast<unsigned>(days_))};
    const int hour = std::clamp(static_cast<int>(std::normal_distribution<>(12, 3)(chance_)), 0, 23);
    const domain::WallTime wall{std::chrono::floor<std::chrono::days>(bench_.zone->wall_time(now_).time) -
                                day + std::chrono::hours{hour} + seconds{chance_() % 3600}};
    return bench_.zone->instants(wall).earlier;
  }

  domain::CallerId draw_caller() {
    const bool regular = chance_() % 3 == 0;
    const auto digits = static_cast<std::int64_t>(chance_() % (regular ? regular_callers : 9'000'000));
    domain::CallerId caller;
    caller.number = number((regular ? 5'550'000'000 : 6'130'000'000) + digits);
    caller.name = fmt::format("{} {}", last_names[chance_() % last_names.size()],
                              first_names[chance_() % first_names.size()]);
    return caller;
  }

  void ended(const std::exception_ptr& error) {
    --working_;
    if (error && !failure_) failure_ = error;
  }

  server::Workbench& bench_;
  const int days_;
  const base::Instant now_ = std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
  std::mt19937_64 chance_{1};
  std::vector<app::ProfileView> views_;
  int calls_left_;
  int log_rows_left_;
  std::int64_t calls_made_ = 0;
  int working_ = 0;
  std::exception_ptr failure_;
};

std::optional<int> count_in(std::string_view text) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0) return std::nullopt;
  return count;
}

}  // namespace
}  // namespace sms_notifier

int main(int argc, char** argv) {
  using namespace sms_notifier;
  const bool complete = argc == 4 || argc == 5;
  const auto calls = complete ? count_in(argv[2]) : std::nullopt;
  const auto log_rows = complete ? count_in(argv[3]) : std::nullopt;
  const auto days = argc == 5 ? count_in(argv[4]) : days_unless_given;
  if (!calls || !log_rows || days.value_or(0) == 0) {
    std::cerr << "usage: fill_store DATA_FOLDER CALLS LOG_ROWS [DAYS]\n";
    return 2;
  }
  try {
    server::Workbench bench({}, {argv[1]});
    Filler(bench, *calls, *log_rows, *days).fill();
  } catch (const std::exception& error) {
    std::cerr << "fill_store: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
