#include "app/health/texting_means.h"

#include <algorithm>
#include <exception>

#include "app/profiles/account_check.h"
#include "domain/own_numbers.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration look_interval = std::chrono::hours{1};
constexpr base::Duration look_retry = std::chrono::minutes{5};
/// However many texts are refused.
constexpr base::Duration look_gap_min = std::chrono::minutes{1};

domain::NumberAbility ability_of(domain::Did did, const std::vector<DidInfo>& listed) {
  const auto found =
      std::find_if(listed.begin(), listed.end(), [&](const DidInfo& info) { return info.did == did; });
  return found == listed.end() ? domain::NumberAbility::NotListed : app::ability_of(*found);
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
  const bool funds_known = co_await ask_for_balance(account);
  const bool numbers_known = co_await know_numbers(account);

  State& state = accounts_[account];
  state.looking = false;
  const bool content = funds_known && numbers_known && all_there(account);
  const base::Duration gap = content ? look_interval : look_retry;
  state.due = std::min(state.due, started + gap - engine_.ports.random.below(gap / 20));
}

base::task<bool> TextingMeans::ask_for_balance(domain::AccountId account) {
  const Roster::Entry* entry = engine_.roster.find(account);
  if (entry == nullptr) co_return false;
  const Credentials credentials = entry->account.credentials;
  base::task<Answer<std::string>> asking = engine_.ports.provider.balance(credentials);
  const Answer<std::string> balance =
      co_await in_turn(engine_.turns, account, Purpose::Other, std::move(asking));
  const auto dollars = balance ? domain::parse_dollars(*balance) : std::nullopt;
  if (dollars) engine_.health.balance_told(account, *dollars);
  if (dollars && *dollars >= domain::sms_price) engine_.turns.try_texts_again(account);
  co_return dollars.has_value();
}

/// Asks for the numbers unless they were listed a moment ago.
base::task<bool> TextingMeans::know_numbers(domain::AccountId account) {
  const std::optional<base::Monotonic> listed_at = accounts_[account].numbers_listed_at;
  if (listed_at && engine_.ports.clock.monotonic() - *listed_at < look_gap_min) co_return true;
  std::string failure;
  try {
    co_return co_await learn_numbers(account);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  engine_.storage_failed(failure);
  co_return false;
}

base::task<bool> TextingMeans::learn_numbers(domain::AccountId account) {
  const Roster::Entry* entry = engine_.roster.find(account);
  if (entry == nullptr) co_return false;
  const Credentials credentials = entry->account.credentials;
  base::task<Answer<std::vector<DidInfo>>> asking = engine_.ports.provider.dids(credentials);
  const Answer<std::vector<DidInfo>> answer =
      co_await in_turn(engine_.turns, account, Purpose::Other, std::move(asking));
  entry = engine_.roster.find(account);
  if (!answer || entry == nullptr) co_return false;

  // A list without any number is no news of a number (docs/decisions/0021-profile-states.md).
  if (!answer->empty()) {
    for (const domain::Profile& profile : entry->profiles)
      engine_.health.number_told(profile.id, ability_of(profile.rules.did, *answer));
  }
  std::vector<domain::Did> listed;
  for (const DidInfo& info : *answer) listed.push_back(info.did);
  State& state = accounts_[account];
  const base::Monotonic now = engine_.ports.clock.monotonic();
  domain::BelievedNumbers own =
      domain::believed_numbers({entry->account.dids, std::move(state.lacking_since)}, listed, now);
  state.lacking_since = std::move(own.lacking_since);
  if (!listed.empty()) state.numbers_listed_at = now;
  const base::Instant at = engine_.ports.clock.now();
  co_await engine_.ports.settings.save_dids(account, own.numbers, at);
  if (engine_.roster.find(account) != nullptr) engine_.roster.set_dids(account, std::move(own.numbers), at);
  co_return !listed.empty();
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
