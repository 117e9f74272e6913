#include "app/health/texting_means.h"

#include <algorithm>

#include "app/profiles/account_check.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration look_interval = std::chrono::hours{1};
constexpr base::Duration look_retry = std::chrono::minutes{5};
/// However many texts are refused.
constexpr base::Duration look_gap_min = std::chrono::minutes{1};

domain::NumberAbility ability_of(domain::Did did, const std::vector<DidInfo>& listed) {
  const auto found =
      std::find_if(listed.begin(), listed.end(), [&](const DidInfo& info) { return info.did == did; });
  if (found == listed.end()) return domain::NumberAbility::NotListed;
  switch (text_ability(*found)) {
    case TextAbility::SmsAndMms:
    case TextAbility::SmsOnly:
      return domain::NumberAbility::CanText;
    case TextAbility::SwitchedOff:
      return domain::NumberAbility::SmsOff;
    case TextAbility::NotOffered:
      return domain::NumberAbility::SmsNotOffered;
  }
  return domain::NumberAbility::Unknown;
}

}  // namespace

void TextingMeans::look_when_due(domain::AccountId account) {
  State& state = accounts_[account];
  if (state.looking || engine_.ports.clock.monotonic() < state.due) return;
  state.looking = true;
  engine_.ports.spawner.spawn(look(account));
}

void TextingMeans::look_soon(domain::AccountId account) {
  State& state = accounts_[account];
  const base::Monotonic now = engine_.ports.clock.monotonic();
  const base::Monotonic soon = state.last_look ? std::max(now, *state.last_look + look_gap_min) : now;
  state.due = std::min(state.due, soon);
}

base::task<> TextingMeans::look(domain::AccountId account) {
  const base::Monotonic started = engine_.ports.clock.monotonic();
  accounts_[account].last_look = started;
  accounts_[account].due = started + look_interval;
  bool answered = false;
  if (const Roster::Entry* entry = engine_.roster.find(account)) {
    const Credentials credentials = entry->account.credentials;
    const Answer<std::string> balance = co_await engine_.ports.provider.balance(credentials);
    const auto dollars = balance ? domain::parse_dollars(*balance) : std::nullopt;
    if (dollars) engine_.health.balance_told(account, *dollars);

    const Answer<std::vector<DidInfo>> dids = co_await engine_.ports.provider.dids(credentials);
    // A list without any number is no news of a number (docs/decisions/0021-profile-states.md).
    const bool listed = dids && !dids->empty();
    const Roster::Entry* now = engine_.roster.find(account);
    if (listed && now != nullptr) {
      for (const domain::Profile& profile : now->profiles)
        engine_.health.number_told(profile.id, ability_of(profile.rules.did, *dids));
    }
    answered = dollars && listed;
  }

  State& state = accounts_[account];
  state.looking = false;
  const base::Duration gap = answered && all_there(account) ? look_interval : look_retry;
  state.due = std::min(state.due, started + gap - engine_.ports.random.below(gap / 20));
}

bool TextingMeans::all_there(domain::AccountId account) const {
  const AccountHealth* health = engine_.health.account(account);
  const Roster::Entry* entry = engine_.roster.find(account);
  if (health == nullptr || entry == nullptr) return true;
  const bool funds = health->balance && *health->balance >= domain::sms_price && !health->send_trouble;
  return funds && std::none_of(entry->profiles.begin(), entry->profiles.end(), [&](const auto& profile) {
           const ProfileHealth* own = engine_.health.profile(profile.id);
           return profile.running && own != nullptr && own->number != domain::NumberAbility::CanText;
         });
}

}  // namespace sms_notifier::app
