#include "app/health/profile_states.h"

#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

domain::StateFacts facts_of(const ProfileView& view, const StateTerms& terms, base::Instant now,
                            const domain::TimeZone& zone) {
  const domain::ProfileRules& rules = view.profile.rules;
  const AccountHealth& account = view.account_health;
  const base::Instant provider_now = now - terms.clock_ahead;
  const domain::Day today = zone.day_of(provider_now);
  domain::StateFacts facts;
  facts.running = view.profile.running;
  facts.dry_run = rules.dry_run;
  facts.hours = rules.hours;
  facts.watched_since = account.watched_since;
  facts.last_good_poll = account.last_good_poll;
  facts.poll_trouble = account.poll_trouble;
  facts.send_trouble = account.send_trouble;
  facts.send_trouble_today = account.send_trouble && zone.day_of(account.send_trouble->at) == today;
  facts.balance = account.balance;
  facts.budget = {view.texts_used.day == today ? view.texts_used.count : 0, terms.texts_per_day};
  facts.polled_since_run = view.profile.first_polled_at.has_value();
  facts.number = view.health.number;
  facts.refused_in_row = view.health.refused_in_row;
  facts.held = view.health.held;
  facts.database_works = terms.database_works;
  facts.record_zone_holds = terms.record_zone_holds;
  facts.poll_interval = terms.poll_interval;
  facts.now = now;
  facts.wall_now = zone.wall_time(provider_now);
  return facts;
}

}  // namespace

bool can_be_let_go(const ProfileStatus& status) {
  const auto reason = status.state.reason;
  const bool held_back =
      reason == domain::StateReason::LedgerDoubted || reason == domain::StateReason::ListUnreadable;
  return held_back && status.view.account_health.strict.has_value();
}

domain::Sentence state_in_words(const ProfileStatus& status, base::Instant now,
                                const domain::TimeZone& zone) {
  if (!status.state.opens_at) return in_words(status.state.kind);
  const domain::WallTime opens = *status.state.opens_at;
  const domain::ClockTime clock = domain::clock_time(opens);
  if (domain::day_of(opens) == zone.day_of(now)) return {"Closed until {}"_key, clock};
  return {"Closed until {}"_key, domain::Sentence("{} {}"_key, domain::weekday_name(opens), clock)};
}

domain::Sentence reason_in_words(const ProfileStatus& status) {
  if (!status.state.reason) return {};
  const domain::Key reason = in_words(*status.state.reason);
  if (status.detail.empty()) return reason;
  return {"{} ({})"_key, reason, status.detail};
}

ProfileStatus status_of(ProfileView view, const StateTerms& terms, base::Instant now,
                        const domain::TimeZone& zone) {
  const domain::ProfileState state = domain::profile_state(facts_of(view, terms, now, zone));
  domain::Sentence detail;
  if (state.reason == domain::StateReason::TextsRefused) detail = view.health.refused_because;
  std::optional<base::Instant> opens_at;
  if (state.opens_at) opens_at = zone.instants(*state.opens_at).earlier;
  return {std::move(view), state, opens_at, std::move(detail)};
}

base::task<std::vector<ProfileStatus>> profile_statuses(Settings& settings, StateTerms terms,
                                                        base::Instant now, const domain::TimeZone& zone) {
  std::vector<ProfileView> views = co_await settings.profiles({});
  std::vector<ProfileStatus> statuses;
  statuses.reserve(views.size());
  for (ProfileView& view : views) statuses.push_back(status_of(std::move(view), terms, now, zone));
  co_return statuses;
}

bool StateTally::all_fail() const {
  int running = 0;
  for (const auto& [kind, count] : profiles) running += kind == domain::StateKind::Stopped ? 0 : count;
  return running > 0 && profiles.at(domain::StateKind::NotTexting) == running;
}

StateTally tally(const std::vector<ProfileStatus>& statuses) {
  StateTally counts;
  for (const domain::StateKind kind : domain::state_kinds) counts.profiles[kind] = 0;
  for (const ProfileStatus& status : statuses) {
    ++counts.profiles[status.state.kind];
    if (status.state.kind == domain::StateKind::NotTexting) ++counts.not_texting[*status.state.reason];
  }
  return counts;
}

}  // namespace sms_notifier::app
