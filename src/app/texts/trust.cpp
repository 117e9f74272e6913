#include "app/texts/trust.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/both.h"
#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration cross_check_interval = std::chrono::hours{1};
constexpr base::Duration cross_check_retry = std::chrono::minutes{5};
/// A number from which others text, too, is watched this long.
constexpr base::Duration elsewhere_remembered = std::chrono::hours{24};

}  // namespace

void Trust::doubt(domain::AccountId account) {
  State& state = accounts_[account];
  const base::Duration up_to_date = engine_.options.reconcile.listed_within();
  const base::Monotonic now = engine_.ports.clock.monotonic();
  // The accounts of a start are spread a little.
  const base::Monotonic due = now + up_to_date + engine_.ports.random.below(up_to_date / 4);
  if (!state.doubted_since || due < state.cross_check_due) state.cross_check_due = due;
  state.doubted_since = now;
  state.believed.clear();
}

bool Trust::must_look(domain::AccountId account, domain::Did did) const {
  if (engine_.options.always_look) return true;
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return true;
  const State& state = found->second;
  const base::Instant now = engine_.ports.clock.now();
  const auto elsewhere = engine_.texted_elsewhere_at.find(account);
  return (state.doubted_since && !state.believed.contains(did)) ||
         (elsewhere != engine_.texted_elsewhere_at.end() && now - elsewhere->second < elsewhere_remembered);
}

std::optional<domain::TextsHeld> Trust::held(domain::AccountId account, domain::Did did) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || !must_look(account, did)) return std::nullopt;
  const auto failing = found->second.looks_fail.find(did);
  if (failing == found->second.looks_fail.end()) return std::nullopt;
  return failing->second;
}

base::task<std::optional<Trouble>> Trust::look(domain::AccountId account, domain::Did did,
                                               base::Monotonic since) {
  Looks::Wanted wanted{account, did, domain::MessageKind::Sms, since};
  base::task<std::optional<Look>> looking_at_sms = looks_.look(wanted);
  wanted.kind = domain::MessageKind::Mms;
  base::task<std::optional<Look>> looking_at_mms = looks_.look(wanted);
  const auto [sms, mms] = co_await base::both(std::move(looking_at_sms), std::move(looking_at_mms));
  if (!sms || !mms) co_return Trouble{TroubleKind::HeldUp, {}};  // the service stops
  std::optional<Trouble> trouble = sms->trouble();
  // A kind that was never used holds nothing up.
  if (!trouble && mms->kind_is_used) trouble = mms->trouble();
  auto& looks_fail = accounts_[account].looks_fail;
  if (trouble)
    looks_fail.try_emplace(did, domain::TextsHeld{engine_.ports.clock.now(), trouble->kind, true});
  else
    looks_fail.erase(did);
  co_return trouble;
}

void Trust::cross_check_when_due(domain::AccountId account) {
  State& state = accounts_[account];
  if (state.cross_checking || engine_.ports.clock.monotonic() < state.cross_check_due) return;
  state.cross_checking = true;
  engine_.ports.spawner.spawn(cross_check(account));
}

base::task<> Trust::cross_check(domain::AccountId account) {
  const base::Monotonic started = engine_.ports.clock.monotonic();
  std::set<domain::Did> dids;
  if (const Roster::Entry* entry = engine_.roster.find(account)) {
    for (const domain::Profile& profile : entry->profiles) {
      if (profile.running) dids.insert(profile.rules.did);
    }
  }

  const base::Duration up_to_date = engine_.options.reconcile.listed_within();
  std::optional<Trouble> trouble;
  std::string failure;
  for (const domain::Did did : dids) {
    if (engine_.stopping || !failure.empty()) break;
    try {
      const std::optional<Trouble> of_number = co_await look(account, did, started);
      State& state = accounts_[account];
      // A doubt that is younger than this cross-check, or than lists are late, needs another one.
      if (!of_number && state.doubted_since && started - *state.doubted_since >= up_to_date)
        state.believed.insert(did);
      if (of_number) trouble = of_number;
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }
  if (!failure.empty()) engine_.storage_failed(failure);

  State& state = accounts_[account];
  if (trouble && !state.cross_check_failed && !engine_.stopping)
    engine_.tell(CrossCheckFailed{engine_.roster.subject(account), *trouble});
  state.cross_check_failed = trouble.has_value();
  const bool good = !trouble && failure.empty() && !engine_.stopping;
  const base::Duration gap = good ? cross_check_interval : cross_check_retry;
  state.cross_check_due = started + gap - engine_.ports.random.below(gap / 20);
  if (state.doubted_since && good) {
    if (started - *state.doubted_since >= up_to_date)
      state.doubted_since.reset();
    else
      state.cross_check_due = *state.doubted_since + up_to_date;
  }
  state.cross_checking = false;
}

}  // namespace sms_notifier::app
