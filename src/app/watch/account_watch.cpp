#include "app/watch/account_watch.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "base/overloaded.h"
#include "domain/backoff.h"

namespace sms_notifier::app {
namespace {

/// How long calls stay in memory: longer than any answer that is asked for without an outage.
constexpr base::Duration memory_span = std::chrono::days{3};
/// An older list of the account's numbers is asked for anew before the first poll.
constexpr base::Duration numbers_age_max = std::chrono::hours{24};
/// What went on at the provider in a longer time without polls is not known (docs/reliability.md, "When the
/// ledger is not believed").
constexpr base::Duration gap_max = std::chrono::seconds{60};
constexpr std::size_t odd_told_max = 100;
/// What time it is, the next answer says in most cases: it is asked for sooner than usual, once.
constexpr base::Duration undecided_gap = std::chrono::seconds{1};

}  // namespace

AccountWatch::AccountWatch(EngineState& engine, Deliveries& deliveries, Trust& trust, CallerWords& words,
                           TextingMeans& means, domain::AccountId account)
    : engine_(engine),
      desk_(engine, deliveries, words, account),
      trust_(trust),
      means_(means),
      account_(account),
      timer_(engine.ports.clock.make_timer()) {
  if (const AccountHealth* health = engine.health.account(account))
    last_good_poll_ = polled_until_ = health->last_good_poll;
  engine.health.watch_began(account, engine.ports.clock.now());
}

base::task<> AccountWatch::run(base::Duration first_delay) {
  Clock& clock = engine_.ports.clock;
  base::Monotonic due = clock.monotonic() + first_delay;
  while (true) {
    co_await timer_->wait_until(due);
    const Roster::Entry* entry = engine_.roster.find(account_);
    if (engine_.stopping || entry == nullptr || !entry->has_running()) co_return;

    const base::Monotonic started = clock.monotonic();
    std::string failure;
    PollEnd end = PollEnd::Failed;
    try {
      end = co_await poll();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (!failure.empty()) engine_.storage_failed(failure);

    // Jitter only shortens the gap, so that the interval is kept as a promise.
    const base::Duration interval = engine_.options.poll_interval;
    const base::Duration next_gap = interval - engine_.ports.random.below(interval / 20);
    const bool failed = end == PollEnd::Failed && failure.empty();
    due = failed ? clock.monotonic() + delay_after_failure() : started + next_gap;
    undecided_ = end == PollEnd::Undecided ? undecided_ + 1 : 0;
    if (undecided_ == 1) due = std::min(due, clock.monotonic() + undecided_gap);
  }
}

base::Duration AccountWatch::delay_after_failure() const {
  // Too many requests pause the account (Turns).
  if (trouble_ == TroubleKind::TooManyRequests) return engine_.options.poll_interval;
  const domain::Backoff& usual =
      trouble_ == TroubleKind::Maintenance ? domain::busy_backoff : domain::poll_backoff;
  const bool owner = trouble_ && needs_owner(*trouble_);
  const base::Duration delay = (owner ? domain::slow_probing : usual).after(failures_);
  return delay - engine_.ports.random.below(delay / 20);
}

bool AccountWatch::was_away() const {
  const AccountHealth* health = engine_.health.account(account_);
  if (health == nullptr || !health->last_good_poll) return true;
  const base::Duration since = engine_.ports.clock.now() - *health->last_good_poll;
  // If the clock went back it does not say how long that was.
  return since > engine_.options.poll_interval + gap_max || since < -domain::clocks_apart_max;
}

/// Our clock may have stood still in the pause, as that of a machine without one of its own does.
bool AccountWatch::was_away_by_provider(base::Monotonic asked) {
  if (engine_.clock_unsure()) return false;  // the next poll tells
  const base::Instant now = engine_.now();
  const base::Instant asked_at = now - (engine_.ports.clock.monotonic() - asked);
  const std::optional<base::Instant> before = std::exchange(polled_until_, now);
  return before && asked_at - *before > engine_.options.poll_interval + gap_max;
}

base::task<AccountWatch::PollEnd> AccountWatch::poll() {
  EnginePorts& ports = engine_.ports;
  if (!memory_loaded_) {
    // Our clock may be ahead, and nothing has told so yet.
    const base::Instant now = ports.clock.now();
    const base::Instant oldest = std::min(now, last_good_poll_.value_or(now)) - memory_span;
    std::vector<RecordedCall> recent = co_await ports.calls.recent_calls(account_, oldest);
    for (RecordedCall& call : recent) memory_.remember(std::move(call));
    memory_loaded_ = true;
  }

  co_await know_own_numbers(ports.clock.now());
  const Turns::Wish wish{Purpose::Poll};
  Turns::Turn turn = co_await engine_.turns.take(account_, wish);
  const Roster::Entry* entry = engine_.roster.find(account_);
  if (entry == nullptr || engine_.stopping) co_return PollEnd::Good;
  const base::Instant asked_at = ports.clock.now();
  const base::Monotonic asked = ports.clock.monotonic();
  const bool away = was_away();
  const Credentials credentials = entry->account.credentials;

  const bool full_look = !last_full_look_ || asked - *last_full_look_ >= domain::full_look_interval;
  const base::Instant provider_now = engine_.provider_clock.last_told(engine_.our_clocks());
  const domain::PollWindow window = domain::poll_window(
      domain::PollWindowInput{provider_now, last_good_poll_, engine_.options.catch_up, full_look},
      ports.zone);
  memory_.start_poll(full_look);

  const Answer<CdrAnswer> answer = co_await ports.provider.get_cdr(credentials, window, memory_);
  turn.answered(answer ? nullptr : &answer.error());
  if (!answer) {
    note_trouble(answer.error());
    co_return PollEnd::Failed;
  }
  const bool away_unseen = was_away_by_provider(asked);
  if (away || away_unseen) trust_.missed_something(account_);
  // The answer has told the provider's time by now, if it tells it at all.
  const bool decidable = !engine_.clock_unsure() && can_date(*answer);
  bool dealt_with = false;
  if (decidable) {
    dealt_with = co_await take_in(*answer, asked_at);
    last_good_poll_ = provider_now;
  }
  if (dealt_with) memory_.keep_rows(engine_.now() - memory_span);
  if (dealt_with && full_look) last_full_look_ = asked;
  note_success(ports.clock.now());
  trust_.cross_check_when_due(account_);
  means_.look_when_due(account_);
  if (!answer->as_before) rows_listed_ = answer->rows_listed;
  engine_.tell(PollFinished{engine_.roster.subject(account_), ports.clock.monotonic() - asked, rows_listed_,
                            answer->rows.size(), engine_.provider_clock.ahead(engine_.our_clocks())});
  co_return decidable ? PollEnd::Good : PollEnd::Undecided;
}

bool AccountWatch::can_date(const CdrAnswer& answer) {
  for (const domain::CdrRow& row : answer.rows) {
    const std::string key = row.unique_id + "|" + domain::to_string(row.date);
    if (rows_judged_.insert(key).second) engine_.judge_zone_by(row, listed_before_);
  }
  listed_before_ = true;
  const bool believed = engine_.record_zone.believed();
  if (believed) rows_judged_.clear();  // what was dealt with does not come again
  return believed;
}

/// A call from one of them is no customer's. Later they are asked for with what else texts need.
base::task<> AccountWatch::know_own_numbers(base::Instant now) {
  const Roster::Entry* entry = engine_.roster.find(account_);
  if (!own_numbers_ && entry != nullptr) {
    const auto& asked_at = entry->account.dids_asked_at;
    if (!asked_at || now - *asked_at >= numbers_age_max || now < *asked_at)
      co_await means_.learn_numbers(account_);
    entry = engine_.roster.find(account_);
  }
  if (entry == nullptr || own_numbers_ == entry->account.dids) co_return;
  if (own_numbers_) memory_.forget_rows();
  own_numbers_ = entry->account.dids;
}

base::task<bool> AccountWatch::take_in(const CdrAnswer& answer, base::Instant asked_at) {
  const base::Instant now = engine_.now();
  const std::function<bool(domain::Did)> is_own = [this](domain::Did did) {
    return engine_.roster.is_own_did(did);
  };
  AccountMemory::News news = memory_.news(answer.rows, now, engine_.ports.zone, is_own);

  // A row that cannot be read comes again while a poll cannot be dealt with; it is told once.
  std::vector<domain::Sentence> unreadable = answer.unreadable;
  unreadable.insert(unreadable.end(), news.unreadable.begin(), news.unreadable.end());
  if (!unreadable.empty() && unreadable != unreadable_)
    engine_.tell(RowsUnreadable{engine_.roster.subject(account_), unreadable});
  unreadable_ = std::move(unreadable);

  std::vector<domain::Sentence> odd;
  for (const domain::Sentence& sentence : answer.odd) {
    if (odd_told_.size() < odd_told_max && odd_told_.insert(in_english(sentence)).second)
      odd.push_back(sentence);
  }
  if (!odd.empty()) engine_.tell(RowsOdd{engine_.roster.subject(account_), std::move(odd)});

  co_await desk_.note_conversations(std::move(news.conversations));
  for (const RecordedCall& revised : news.revised) {
    co_await desk_.revise(revised);
    memory_.remember(revised);
  }
  if (!news.calls.empty()) {
    CallDesk::Outcome decided = co_await desk_.decide(std::move(news.calls));
    for (RecordedCall& call : decided.recorded) memory_.remember(std::move(call));
    if (!decided.complete) co_return false;
  }

  // The profiles that were waiting for their first good poll have had it.
  const Roster::Entry* entry = engine_.roster.find(account_);
  std::vector<domain::ProfileId> first_polled;
  if (entry != nullptr) {
    for (const domain::Profile& profile : entry->profiles) {
      if (profile.running && !profile.first_polled_at) first_polled.push_back(profile.id);
    }
  }
  if (first_polled.empty()) co_return true;
  co_await engine_.ports.settings.mark_first_polled(first_polled, asked_at);
  engine_.roster.mark_first_polled(account_, asked_at);
  co_return true;
}

void AccountWatch::note_trouble(const Trouble& trouble) {
  if (engine_.stopping) return;  // the request was ended by our own stop
  ++failures_;
  if (trouble_ != trouble.kind) engine_.tell(AccountTroubled{engine_.roster.subject(account_), trouble});
  trouble_ = trouble.kind;
  engine_.health.poll_failed(account_, trouble, engine_.ports.clock.now());
}

void AccountWatch::note_success(base::Instant at) {
  if (trouble_) engine_.tell(AccountHealed{engine_.roster.subject(account_)});
  trouble_.reset();
  failures_ = 0;
  engine_.polled = true;
  engine_.health.poll_went_well(account_, at);
  engine_.health.rate_found(account_, engine_.turns.per_minute(account_));
}

}  // namespace sms_notifier::app
