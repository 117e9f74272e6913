#include "app/watch/monitor.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace sms_notifier::app {
namespace {

/// How often the times of good polls are saved: all accounts in one transaction, so that a poll writes
/// nothing.
constexpr base::Duration good_polls_interval = std::chrono::seconds{5};
/// How often the states of all profiles are looked at for news.
constexpr base::Duration states_interval = std::chrono::seconds{5};
/// After requests were ended by force, what they came to is still written down.
constexpr base::Duration settle_after_abort = std::chrono::seconds{2};
/// At the start the first polls of many accounts are spread a little, not over a whole interval.
constexpr base::Duration first_poll_spread_per_account = std::chrono::milliseconds{5};

const domain::Profile* find_profile(const Roster& roster, const domain::Profile& profile) {
  const Roster::Entry* entry = roster.find(profile.account);
  if (entry == nullptr) return nullptr;
  const auto found = std::find_if(entry->profiles.begin(), entry->profiles.end(),
                                  [&](const domain::Profile& p) { return p.id == profile.id; });
  return found == entry->profiles.end() ? nullptr : &*found;
}

EnginePorts started_in(TaskGroup& tasks, const EnginePorts& ports) {
  return {ports.clock,   ports.random,  tasks,          ports.provider, ports.calls,
          ports.replies, ports.callers, ports.settings, ports.events,   ports.zone};
}

}  // namespace

Monitor::Monitor(EnginePorts ports, MonitorOptions options)
    : tasks_(ports.clock, ports.spawner),
      engine_{started_in(tasks_, ports), options},
      words_(engine_),
      looks_(engine_, words_),
      trust_(engine_, looks_),
      means_(engine_),
      deliveries_(engine_, trust_, looks_, words_, means_),
      pauses_(ports.clock) {
  ports.provider.hear_dates([this](const domain::DatedAnswer& answer) { engine_.note_date(answer); });
}

Monitor::~Monitor() {
  engine_.ports.provider.hear_dates({});
}

base::task<> Monitor::start() {
  EnginePorts& ports = engine_.ports;
  const Scope everything;
  const Act by_itself{ports.clock.now(), Actor{}};
  if (!engine_.options.resume) co_await ports.settings.stop_all(everything, by_itself);
  co_await ports.replies.disown_sending(everything);

  const SettingsChanges changes = co_await ports.settings.changes_since(0);
  std::vector<Account> accounts = co_await ports.settings.accounts(everything);
  const std::vector<ProfileView> profiles = co_await ports.settings.profiles(everything);
  engine_.health.follow(changes.accounts, accounts, profiles);
  for (const Account& account : accounts)
    engine_.turns.set_per_minute(account.id, account.health.requests_per_minute);
  engine_.roster = Roster(std::move(accounts), profiles);
  version_ = changes.version;

  const auto running = static_cast<std::size_t>(std::count_if(
      profiles.begin(), profiles.end(), [](const ProfileView& view) { return view.profile.running; }));
  engine_.tell(ServiceStarted{running});
  if (!engine_.record_zone.believed()) engine_.tell(RecordZoneRefused{});

  const domain::LedgerStanding standing = co_await ports.replies.standing();
  if (standing != domain::LedgerStanding::Complete) {
    for (const auto& [id, entry] : engine_.roster.entries()) trust_.doubt_ledger(id);
    const HealthBook::Unsaved doubts = engine_.health.unsaved(true);
    co_await ports.settings.save_health(doubts.accounts, doubts.profiles);
    engine_.health.saved(doubts);
    co_await ports.replies.adopt();
    engine_.tell(LedgerDoubted{standing});
  }

  const auto count = static_cast<std::int64_t>(engine_.roster.entries().size());
  const base::Duration spread =
      std::min(engine_.options.poll_interval, first_poll_spread_per_account * count);
  for (const auto& [id, entry] : engine_.roster.entries()) {
    if (entry.has_running()) start_watch(id, ports.random.below(spread));
  }
  co_await attend_to_replies(everything);
}

/// Goes on with every open reply of these accounts that no task works on.
base::task<> Monitor::attend_to_replies(Scope scope) {
  engine_.replies_unattended.reset();
  std::vector<OpenReply> open = co_await engine_.ports.replies.open_replies(scope);
  const base::Monotonic reserved_at = engine_.ports.clock.monotonic();
  for (OpenReply& reply : open) deliveries_.start(std::move(reply), reserved_at);
}

base::task<> Monitor::run() {
  while (!engine_.stopping) {
    std::string failure;
    try {
      const SettingsChanges changes = co_await engine_.ports.settings.changes_since(version_);
      if (changes.version != version_) co_await reload(changes);
      co_await save_health();
      if (!engine_.storage_troubled) co_await tell_of_states();
      const std::optional<Scope> unattended = engine_.replies_unattended;
      if (unattended && !engine_.storage_troubled) co_await attend_to_replies(*unattended);
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (!failure.empty()) engine_.storage_failed(failure);
    co_await pauses_.for_duration(engine_.options.settings_interval);
  }

  co_await tasks_.drain(grace_ends_);
  engine_.ports.provider.abort_all();
  const base::Monotonic settled_by = engine_.ports.clock.monotonic() + settle_after_abort;
  co_await tasks_.drain(settled_by);
  engine_.tell(ServiceStopped{deliveries_.under_way()});
  co_await tasks_.drain();
}

void Monitor::stop() {
  if (engine_.stopping) return;
  engine_.stopping = true;
  grace_ends_ = engine_.ports.clock.monotonic() + engine_.options.shutdown_grace;
  engine_.ports.provider.end_questions();
  deliveries_.stop();
  words_.stop();
  looks_.stop();
  engine_.turns.end_all();
  pauses_.end_all();
  for (const auto& [id, watch] : watches_) watch->hurry();
}

/// Of the accounts that changed; the others go on as they are.
base::task<> Monitor::reload(SettingsChanges changes) {
  const Scope scope{changes.accounts};
  std::vector<Account> accounts = co_await engine_.ports.settings.accounts(scope);
  const std::vector<ProfileView> profiles = co_await engine_.ports.settings.profiles(scope);
  const Roster before = engine_.roster;
  engine_.health.follow(changes.accounts, accounts, profiles);
  engine_.roster.replace(changes.accounts, std::move(accounts), profiles);
  version_ = changes.version;
  // What changed may be that a text was ordered.
  for (const domain::AccountId account : changes.accounts) engine_.leave_unattended(account);
  follow(before);
}

void Monitor::follow(const Roster& before) {
  for (const auto& [id, entry] : engine_.roster.entries()) {
    bool poll_now = false;
    for (const domain::Profile& profile : entry.profiles) {
      const domain::Profile* old = find_profile(before, profile);
      const bool was_running = old != nullptr && old->running;
      const bool restarted = was_running && old->first_polled_at && !profile.first_polled_at;
      if (profile.running && (!was_running || restarted)) {
        poll_now = true;
        trust_.missed_something(id);
        engine_.tell(ProfileStarted{engine_.roster.subject(id, profile.id)});
      }
      if (old != nullptr && !(old->rules == profile.rules)) note_new_settings(*old, profile);
      if (!profile.running && was_running)
        engine_.tell(ProfileStopped{engine_.roster.subject(id, profile.id)});
    }
    const Roster::Entry* old_entry = before.find(id);
    const bool new_password = old_entry != nullptr && old_entry->account.credentials.api_password.reveal() !=
                                                          entry.account.credentials.api_password.reveal();
    if (new_password) {
      engine_.health.credentials_changed(id);
      engine_.turns.try_texts_again(id);
    }
    const auto watch = watches_.find(id);
    if (watch == watches_.end()) {
      if (entry.has_running()) start_watch(id, base::Duration::zero());
    } else if (poll_now || new_password || !entry.has_running()) {
      watch->second->hurry();
    }
  }
}

void Monitor::note_new_settings(const domain::Profile& before, const domain::Profile& now) {
  engine_.health.settings_changed(now.id, before.rules.did != now.rules.did);
  means_.look_soon(now.account);
}

void Monitor::start_watch(domain::AccountId account, base::Duration first_delay) {
  watches_[account] = std::make_unique<AccountWatch>(engine_, deliveries_, trust_, words_, means_, account);
  trust_.watch(account);
  if (watches_.at(account)->was_away()) trust_.missed_something(account);
  engine_.ports.spawner.spawn(watch(account, first_delay));
}

base::task<> Monitor::watch(domain::AccountId account, base::Duration first_delay) {
  co_await watches_.at(account)->run(first_delay);
  const std::unique_ptr<AccountWatch> ended = std::move(watches_.at(account));
  watches_.erase(account);
  // Its last profile may have been stopped and started again while the last poll was under way.
  const Roster::Entry* entry = engine_.roster.find(account);
  if (!engine_.stopping && entry != nullptr && entry->has_running())
    start_watch(account, base::Duration::zero());
}

/// What keeps texts from going out that are wanted, or would be.
void Monitor::note_held_texts() {
  const std::map<domain::ProfileId, domain::TextsHeld> held_by_provider = deliveries_.held();
  for (const auto& [id, entry] : engine_.roster.entries()) {
    for (const domain::Profile& profile : entry.profiles) {
      std::optional<domain::TextsHeld> held;
      if (profile.running) {
        const auto found = held_by_provider.find(profile.id);
        held = found != held_by_provider.end() ? found->second : trust_.held(id, profile.rules.did);
      }
      engine_.health.note_held(profile.id, held);
    }
  }
}

/// By what is stored, as pages and commands see it.
base::task<> Monitor::tell_of_states() {
  const base::Monotonic now = engine_.ports.clock.monotonic();
  if (now < states_due_) co_return;
  states_due_ = now + states_interval;
  StateTerms terms{engine_.options.poll_interval, engine_.options.texts_per_day, true};
  terms.clock_ahead = engine_.clock_told_ahead.value_or(base::Duration::zero());
  terms.record_zone_holds = engine_.record_zone.believed();
  const std::vector<ProfileStatus> statuses =
      co_await profile_statuses(engine_.ports.settings, terms, engine_.ports.clock.now(), engine_.ports.zone);
  for (const TextingTurned& turned : state_news_.look(statuses, now)) engine_.tell(turned);
}

base::task<> Monitor::save_health() {
  const base::Monotonic now = engine_.ports.clock.monotonic();
  const bool good_polls_too = now >= good_polls_due_;
  if (good_polls_too) good_polls_due_ = now + good_polls_interval;
  note_held_texts();
  const HealthBook::Unsaved unsaved = engine_.health.unsaved(good_polls_too);
  if (unsaved.empty()) co_return;
  const bool news = !engine_.health.unsaved(false).empty();
  co_await engine_.ports.settings.save_health(unsaved.accounts, unsaved.profiles);
  engine_.storage_worked();
  engine_.health.saved(unsaved);
  if (news) engine_.tell(HealthStored{});
}

}  // namespace sms_notifier::app
