#include "app/watch/roster.h"

#include <algorithm>

namespace sms_notifier::app {

bool Roster::Entry::has_running() const {
  return std::any_of(profiles.begin(), profiles.end(), [](const domain::Profile& p) { return p.running; });
}

Roster::Roster(std::vector<Account> accounts, const std::vector<ProfileView>& profiles) {
  add(std::move(accounts), profiles);
}

void Roster::replace(const std::set<domain::AccountId>& changed, std::vector<Account> accounts,
                     const std::vector<ProfileView>& profiles) {
  for (const domain::AccountId account : changed) entries_.erase(account);
  add(std::move(accounts), profiles);
}

void Roster::add(std::vector<Account> accounts, const std::vector<ProfileView>& profiles) {
  for (Account& account : accounts) {
    const auto id = account.id;
    entries_[id].account = std::move(account);
  }
  for (const ProfileView& view : profiles) entries_[view.profile.account].profiles.push_back(view.profile);
  collect_own_dids();
}

void Roster::collect_own_dids() {
  own_dids_.clear();
  for (const auto& [id, entry] : entries_) {
    own_dids_.insert(entry.account.dids.begin(), entry.account.dids.end());
    for (const domain::Profile& profile : entry.profiles) own_dids_.insert(profile.rules.did);
  }
}

const Roster::Entry* Roster::find(domain::AccountId account) const {
  const auto found = entries_.find(account);
  return found == entries_.end() ? nullptr : &found->second;
}

void Roster::set_dids(domain::AccountId account, std::vector<domain::Did> dids, base::Instant at) {
  Account& entry = entries_[account].account;
  const bool changed = entry.dids != dids;
  entry.dids = std::move(dids);
  entry.dids_asked_at = at;
  if (changed) collect_own_dids();  // over all accounts, and nearly always nothing has
}

void Roster::mark_first_polled(domain::AccountId account, base::Instant at) {
  for (domain::Profile& profile : entries_[account].profiles) {
    if (profile.running && !profile.first_polled_at) profile.first_polled_at = at;
  }
}

Subject Roster::subject(domain::AccountId account, std::optional<domain::ProfileId> profile) const {
  const Entry* entry = find(account);
  return {account, entry == nullptr ? std::string() : entry->account.credentials.email, profile};
}

}  // namespace sms_notifier::app
