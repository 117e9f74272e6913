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
constexpr base::Duration dids_refresh = std::chrono::hours{24};
/// Nobody knows what went on at the provider in a longer time without polls (docs/reliability.md, "When the
/// ledger is not believed").
constexpr base::Duration gap_max = std::chrono::seconds{60};
/// More late calls than this in one answer are told in one sentence.
constexpr std::size_t late_calls_told_singly = 3;

constexpr std::size_t odd_told_max = 100;

CallNote note(domain::CallId id, const domain::Call& call) {
  return {id, call.caller, call.did, call.started_at()};
}

}  // namespace

AccountWatch::AccountWatch(EngineState& engine, Deliveries& deliveries, Trust& trust,
                           domain::AccountId account)
    : engine_(engine),
      deliveries_(deliveries),
      trust_(trust),
      account_(account),
      timer_(engine.ports.clock.make_timer()) {
  health_.account = account;
  if (const Roster::Entry* entry = engine.roster.find(account))
    last_good_poll_ = entry->account.last_good_poll;
  health_.last_good_poll = last_good_poll_;
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
    bool good = false;
    try {
      good = co_await poll();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (!failure.empty()) engine_.storage_failed(failure);

    // Jitter only shortens the gap, so that the interval is kept as a promise.
    const base::Duration interval = engine_.options.poll_interval;
    const base::Duration next_gap = interval - engine_.ports.random.below(interval / 20);
    due = good || !failure.empty() ? started + next_gap : clock.monotonic() + delay_after_failure();
  }
}

std::optional<PollHealth> AccountWatch::unsaved_health(bool good_polls_too) const {
  const bool wanted =
      health_change_ == HealthChange::News || (good_polls_too && health_change_ == HealthChange::GoodPoll);
  if (!wanted) return std::nullopt;
  return health_;
}

void AccountWatch::health_saved(const PollHealth& saved) {
  if (saved == health_) health_change_ = HealthChange::None;
}

base::Duration AccountWatch::delay_after_failure() const {
  const bool busy = trouble_ == TroubleKind::TooManyRequests || trouble_ == TroubleKind::Maintenance;
  const domain::Backoff& usual = busy ? domain::busy_backoff : domain::poll_backoff;
  const bool owner = trouble_ && needs_owner(*trouble_);
  const base::Duration delay = (owner ? domain::slow_probing : usual).after(failures_);
  return delay - engine_.ports.random.below(delay / 20);
}

base::task<bool> AccountWatch::poll() {
  EnginePorts& ports = engine_.ports;
  const base::Instant asked_at = ports.clock.now();
  const base::Monotonic asked = ports.clock.monotonic();
  if (!memory_loaded_) {
    std::vector<RecordedCall> recent = co_await ports.ledger.recent_calls(account_, asked_at - memory_span);
    for (RecordedCall& call : recent) memory_.remember(std::move(call));
    memory_loaded_ = true;
  }

  const Roster::Entry* entry = engine_.roster.find(account_);
  if (entry == nullptr) co_return true;
  const Credentials credentials = entry->account.credentials;
  const bool dids_known =
      entry->account.dids_asked_at && asked_at - *entry->account.dids_asked_at < dids_refresh;
  const bool dids_due = !dids_asked_ || asked - *dids_asked_ >= dids_refresh;
  if (!dids_known && dids_due) co_await ask_for_dids(credentials);

  const bool full_look = !last_full_look_ || asked - *last_full_look_ >= domain::full_look_interval;
  const domain::PollWindow window = domain::poll_window(
      domain::PollWindowInput{asked_at, last_good_poll_, engine_.options.catch_up, full_look}, ports.zone);
  memory_.start_poll(full_look);

  const Answer<CdrAnswer> answer = co_await ports.provider.get_cdr(credentials, window, memory_);
  if (!answer) {
    note_trouble(answer.error());
    co_return false;
  }
  if (health_.last_good_poll && asked_at - *health_.last_good_poll > engine_.options.poll_interval + gap_max)
    trust_.doubt(account_);
  const bool dealt_with = co_await take_in(*answer, asked_at);
  if (dealt_with) memory_.keep_rows(asked_at - memory_span);
  if (dealt_with && full_look) last_full_look_ = asked;
  last_good_poll_ = asked_at;
  note_success(ports.clock.now());
  trust_.cross_check_when_due(account_);
  if (!answer->as_before) rows_listed_ = answer->rows_listed;
  engine_.tell(PollFinished{engine_.roster.subject(account_), ports.clock.monotonic() - asked, rows_listed_,
                            answer->rows.size()});
  co_return true;
}

base::task<> AccountWatch::ask_for_dids(const Credentials& credentials) {
  dids_asked_ = engine_.ports.clock.monotonic();
  const Answer<std::vector<DidInfo>> answer = co_await engine_.ports.provider.dids(credentials);
  if (!answer) co_return;  // the poll that follows meets the same trouble and tells it
  std::vector<domain::Did> dids;
  for (const DidInfo& info : *answer) dids.push_back(info.did);
  const base::Instant now = engine_.ports.clock.now();
  co_await engine_.ports.settings.save_dids(account_, dids, now);
  engine_.roster.set_dids(account_, std::move(dids), now);
  memory_.forget_rows();
}

base::task<bool> AccountWatch::take_in(const CdrAnswer& answer, base::Instant asked_at) {
  const base::Instant now = engine_.ports.clock.now();
  const std::function<bool(domain::Did)> is_own = [this](domain::Did did) {
    return engine_.roster.is_own_did(did);
  };
  AccountMemory::News news = memory_.news(answer.rows, now, engine_.ports.zone, is_own);

  // A row that cannot be read comes again while a poll cannot be dealt with; it is told once.
  std::vector<std::string> unreadable = answer.unreadable;
  unreadable.insert(unreadable.end(), news.unreadable.begin(), news.unreadable.end());
  if (!unreadable.empty() && unreadable != unreadable_)
    engine_.tell(RowsUnreadable{engine_.roster.subject(account_), unreadable});
  unreadable_ = std::move(unreadable);

  std::vector<std::string> odd;
  for (const std::string& sentence : answer.odd) {
    if (odd_told_.size() < odd_told_max && odd_told_.insert(sentence).second) odd.push_back(sentence);
  }
  if (!odd.empty()) engine_.tell(RowsOdd{engine_.roster.subject(account_), std::move(odd)});

  for (RecordedCall& revised : news.revised) co_await revise(std::move(revised));
  if (!news.calls.empty()) {
    const bool decided = co_await decide_new(std::move(news.calls), now);
    if (!decided) co_return false;
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

base::task<bool> AccountWatch::decide_new(std::vector<domain::Call> calls, base::Instant now) {
  EnginePorts& ports = engine_.ports;
  const Roster::Entry* entry = engine_.roster.find(account_);
  if (entry == nullptr) co_return false;
  // A copy: the roster may be replaced while the ledger is asked.
  const std::vector<domain::Profile> profiles = entry->profiles;
  const domain::Day today = ports.zone.day_of(now);
  const int cap = engine_.options.texts_per_day;
  const int used = co_await ports.ledger.texts_counted(account_, today);
  const domain::DayBudget budget{used, cap};

  // What the ledger knows of the callers, asked once per profile.
  std::map<domain::ProfileId, std::vector<domain::PhoneNumber>> callers;
  std::vector<const domain::Profile*> chosen;
  for (const domain::Call& call : calls) {
    const domain::Profile* profile = domain::choose_profile(profiles, call.did);
    if (profile == nullptr)
      co_return false;  // all stopped while the answer was under way: decided after the next start
    chosen.push_back(profile);
    if (call.caller.number) callers[profile->id].push_back(*call.caller.number);
  }
  std::map<std::pair<domain::ProfileId, domain::PhoneNumber>, domain::CallerHistory> histories;
  for (const auto& [profile_id, numbers] : callers) {
    const auto profile = std::find_if(profiles.begin(), profiles.end(),
                                      [&, id = profile_id](const domain::Profile& p) { return p.id == id; });
    const std::vector<domain::CallerHistory> found =
        co_await ports.ledger.histories(account_, profile->rules.did, numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      domain::CallerHistory history = found[i];
      history.own_number = engine_.roster.is_own_did(domain::Did(numbers[i]));
      histories[{profile_id, numbers[i]}] = history;
    }
  }

  std::vector<DecidedCall> decided;
  std::vector<bool> late;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    domain::Call& call = calls[i];
    const domain::Profile& profile = *chosen[i];
    const domain::ProfileRules& rules = profile.rules;
    const base::Duration age_max =
        profile.first_polled_at ? engine_.options.catch_up : engine_.options.reply_window;
    const domain::Moment moment{now, ports.zone.wall_time(now), age_max};
    domain::CallerHistory history;
    if (call.caller.number) history = histories.at({profile.id, *call.caller.number});

    DecidedCall entry_for_ledger{
        call, profile.id, domain::decide(call, rules, history, budget, moment), now, {}};
    if (std::holds_alternative<domain::ReplyToCall>(entry_for_ledger.decision)) {
      const base::Instant not_before = now + rules.wait_before_texting;
      entry_for_ledger.terms = DecidedCall::ReplyTerms{
          domain::TextMessage{rules.did, *call.caller.number, rules.message},
          not_before,
          std::max(call.last_tried_at() + engine_.options.catch_up, not_before + std::chrono::minutes{1}),
          rules.cooldown,
          rules.history_size,
          today,
          cap};
    }
    late.push_back(!domain::is_fresh(call.last_tried_at(), moment));
    decided.push_back(std::move(entry_for_ledger));
  }

  const std::vector<RecordOutcome> outcomes = co_await ports.ledger.record(account_, decided);
  engine_.storage_worked();
  bool all_decided = true;
  std::size_t late_count = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    late_count += late[i] && std::holds_alternative<Recorded>(outcomes[i]) ? 1 : 0;
  const bool in_one_sentence = late_count > late_calls_told_singly;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* known = std::get_if<AlreadyRecorded>(&outcomes[i])) {
      // Longer ago than memory reaches, under an id that was used before, or by a commit of which nobody was
      // told: the next poll tells which.
      memory_.remember(known->call);
      all_decided = false;
      continue;
    }
    const auto* recorded = std::get_if<Recorded>(&outcomes[i]);
    memory_.remember(RecordedCall{recorded->id, calls[i], chosen[i]->id});
    if (!late[i] || !in_one_sentence) {
      engine_.tell(CallDecided{engine_.roster.subject(account_, chosen[i]->id), note(recorded->id, calls[i]),
                               recorded->decision});
    }
    if (recorded->reply) deliveries_.start(*recorded->reply);
  }
  if (in_one_sentence) engine_.tell(BacklogRecorded{engine_.roster.subject(account_), late_count});
  co_return all_decided;
}

base::task<> AccountWatch::revise(RecordedCall revised) {
  const Roster::Entry* entry = engine_.roster.find(account_);
  std::chrono::seconds threshold{0};
  if (entry != nullptr) {
    const auto profile = std::find_if(entry->profiles.begin(), entry->profiles.end(),
                                      [&](const domain::Profile& p) { return p.id == revised.profile; });
    if (profile != entry->profiles.end()) threshold = profile->rules.call_duration;
  }
  const bool caught_up = revised.call.answered_for() > threshold;
  const ReviseOutcome outcome = co_await engine_.ports.ledger.revise(revised.id, revised.call, caught_up);
  const Subject subject = engine_.roster.subject(account_, revised.profile);
  const CallNote call = note(revised.id, revised.call);
  switch (outcome) {
    case ReviseOutcome::Recorded:
      break;
    case ReviseOutcome::ReplyCancelled:
      engine_.tell(TextCancelled{subject, call, domain::CancelReason::CaughtUp});
      break;
    case ReviseOutcome::AnsweredAfterText:
      engine_.tell(AnsweredAfterText{subject, call});
      break;
  }
  memory_.remember(std::move(revised));
}

void AccountWatch::note_trouble(const Trouble& trouble) {
  if (engine_.stopping) return;  // the request was ended by our own stop
  ++failures_;
  if (trouble_ != trouble.kind) engine_.tell(AccountTroubled{engine_.roster.subject(account_), trouble});
  trouble_ = trouble.kind;
  const std::string words = std::string(in_words(trouble.kind)) + " (" + trouble.detail + ")";
  if (health_.last_error != words) health_change_ = HealthChange::News;
  health_.last_error = words;
}

void AccountWatch::note_success(base::Instant at) {
  if (trouble_) engine_.tell(AccountHealed{engine_.roster.subject(account_)});
  const bool news = trouble_ || !health_.last_good_poll;
  if (news || health_change_ == HealthChange::None)
    health_change_ = news ? HealthChange::News : HealthChange::GoodPoll;
  trouble_.reset();
  failures_ = 0;
  health_.last_good_poll = at;
  health_.last_error.clear();
}

}  // namespace sms_notifier::app
