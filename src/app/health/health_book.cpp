#include "app/health/health_book.h"

#include <algorithm>
#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

template <class Map, class Key>
auto* find(Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

/// A later good poll is no news; the first one of a watch is.
bool only_good_poll_differs(AccountHealth one, const AccountHealth& other) {
  if (!one.last_good_poll || !other.last_good_poll || other.last_good_poll < one.watched_since) return false;
  one.last_good_poll = other.last_good_poll;
  return one == other;
}

}  // namespace

void HealthBook::follow(const std::set<domain::AccountId>& changed, const std::vector<Account>& accounts,
                        const std::vector<ProfileView>& profiles) {
  std::map<domain::AccountId, AccountHealth> known_accounts;
  std::map<domain::ProfileId, ProfileHealth> known_profiles;
  for (const domain::AccountId id : changed) {
    if (auto known = accounts_.extract(id)) known_accounts.insert(std::move(known));
    stored_accounts_.erase(id);
  }
  for (auto at = account_of_.begin(); at != account_of_.end();) {
    const auto [profile, account] = *at;
    if (!changed.contains(account)) {
      ++at;
      continue;
    }
    if (auto known = profiles_.extract(profile)) known_profiles.insert(std::move(known));
    stored_profiles_.erase(profile);
    at = account_of_.erase(at);
  }

  for (const Account& account : accounts) {
    const AccountHealth* known = find(known_accounts, account.id);
    accounts_[account.id] = known != nullptr ? *known : account.health;
    stored_accounts_[account.id] = account.health;
  }
  for (const ProfileView& view : profiles) {
    const ProfileHealth* known = find(known_profiles, view.profile.id);
    profiles_[view.profile.id] = known != nullptr ? *known : view.health;
    stored_profiles_[view.profile.id] = view.health;
    account_of_.insert_or_assign(view.profile.id, view.profile.account);
  }
}

const AccountHealth* HealthBook::account(domain::AccountId id) const {
  return find(accounts_, id);
}

const ProfileHealth* HealthBook::profile(domain::ProfileId id) const {
  return find(profiles_, id);
}

void HealthBook::watch_began(domain::AccountId id, base::Instant at) {
  if (AccountHealth* health = find(accounts_, id)) health->watched_since = at;
}

void HealthBook::poll_went_well(domain::AccountId id, base::Instant at) {
  AccountHealth* health = find(accounts_, id);
  if (health == nullptr) return;
  health->last_good_poll = at;
  health->watched_since = std::min(health->watched_since.value_or(at), at);  // the clock may have gone back
  health->poll_trouble.reset();
  health->last_error = {};
  if (health->send_trouble && domain::ends_with_a_good_answer(health->send_trouble->kind))
    health->send_trouble.reset();
}

void HealthBook::rate_found(domain::AccountId id, std::optional<int> per_minute) {
  if (AccountHealth* health = find(accounts_, id)) health->requests_per_minute = per_minute;
}

void HealthBook::doubt_strictly(domain::AccountId id, domain::StrictDoubt doubt) {
  AccountHealth* health = find(accounts_, id);
  if (health == nullptr) return;
  const std::optional<domain::StrictDoubt>& known = health->strict;
  const bool stays =
      known && (known->cause == doubt.cause ? known->since >= doubt.since
                                            : known->cause == domain::StrictCause::EarlierLedger);
  if (!stays) health->strict = doubt;
}

void HealthBook::strict_doubt_over(domain::AccountId id) {
  if (AccountHealth* health = find(accounts_, id)) health->strict.reset();
}

void HealthBook::poll_failed(domain::AccountId id, const Trouble& trouble, base::Instant at) {
  AccountHealth* health = find(accounts_, id);
  if (health == nullptr) return;
  // If the clock went back, the silence counts from now.
  for (std::optional<base::Instant>* heard : {&health->watched_since, &health->last_good_poll})
    if (*heard > at) *heard = at;
  health->poll_trouble = trouble.kind;
  health->last_error = {"{} ({})"_key, in_words(trouble.kind), trouble.detail};
}

void HealthBook::text_accepted(domain::AccountId account, domain::ProfileId profile) {
  if (AccountHealth* health = find(accounts_, account)) health->send_trouble.reset();
  ProfileHealth* health = find(profiles_, profile);
  if (health == nullptr) return;
  health->refused_in_row = 0;
  health->refused_because = {};
}

void HealthBook::text_refused(domain::ProfileId profile, const domain::Sentence& because) {
  ProfileHealth* health = find(profiles_, profile);
  if (health == nullptr) return;
  ++health->refused_in_row;
  health->refused_because = because;
}

void HealthBook::text_put_off(domain::AccountId account, const Trouble& why, base::Instant at) {
  AccountHealth* health = find(accounts_, account);
  const bool of_the_account = needs_owner(why.kind) || why.kind == domain::TroubleKind::DailyLimit;
  if (health != nullptr && of_the_account) health->send_trouble = domain::SendTrouble{why.kind, at};
}

void HealthBook::note_held(domain::ProfileId profile, std::optional<domain::TextsHeld> held) {
  if (ProfileHealth* health = find(profiles_, profile)) health->held = held;
}

void HealthBook::balance_told(domain::AccountId account, domain::Dollars balance) {
  AccountHealth* health = find(accounts_, account);
  if (health == nullptr) return;
  const bool paid_in = health->balance && balance > *health->balance;
  const bool lacked_funds =
      health->send_trouble && health->send_trouble->kind == domain::TroubleKind::NoFunds;
  if (paid_in && lacked_funds) health->send_trouble.reset();
  health->balance = balance;
}

void HealthBook::number_told(domain::ProfileId profile, domain::NumberAbility ability) {
  if (ProfileHealth* health = find(profiles_, profile)) health->number = ability;
}

void HealthBook::credentials_changed(domain::AccountId account) {
  AccountHealth* health = find(accounts_, account);
  if (health != nullptr && health->send_trouble &&
      domain::ends_with_a_good_answer(health->send_trouble->kind))
    health->send_trouble.reset();
}

void HealthBook::settings_changed(domain::ProfileId profile, bool other_number) {
  ProfileHealth* health = find(profiles_, profile);
  if (health == nullptr) return;
  health->refused_in_row = 0;
  health->refused_because = {};
  if (other_number) health->number = domain::NumberAbility::Unknown;
}

HealthBook::Unsaved HealthBook::unsaved(bool good_polls_too) const {
  Unsaved news;
  for (const auto& [id, health] : accounts_) {
    const AccountHealth* stored = find(stored_accounts_, id);
    if (stored != nullptr && *stored == health) continue;
    if (!good_polls_too && stored != nullptr && only_good_poll_differs(health, *stored)) continue;
    news.accounts.push_back(health);
  }
  for (const auto& [id, health] : profiles_) {
    const ProfileHealth* stored = find(stored_profiles_, id);
    if (stored == nullptr || !(*stored == health)) news.profiles.push_back(health);
  }
  return news;
}

void HealthBook::saved(const Unsaved& stored) {
  for (const AccountHealth& health : stored.accounts) stored_accounts_[health.account] = health;
  for (const ProfileHealth& health : stored.profiles) stored_profiles_[health.profile] = health;
}

}  // namespace sms_notifier::app
