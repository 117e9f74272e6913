#include "app/texts/trust.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/both.h"
#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration cross_check_interval = std::chrono::hours{1};

bool is_of_the_ledger(const domain::StrictDoubt* strict) {
  return strict != nullptr && strict->cause == domain::StrictCause::EarlierLedger;
}

}  // namespace

void Trust::watch(domain::AccountId account) {
  accounts_[account].cross_check_due = when_lists_are_up_to_date();
  if (is_of_the_ledger(known_strict(account))) missed_something(account);
}

/// By when they show what was handed over just now. The accounts of a start are spread a little.
base::Monotonic Trust::when_lists_are_up_to_date() {
  const base::Duration up_to_date = engine_.options.reconcile.listed_within();
  return engine_.ports.clock.monotonic() + up_to_date + engine_.ports.random.below(up_to_date / 4);
}

void Trust::missed_something(domain::AccountId account) {
  State& state = accounts_[account];
  const base::Monotonic due = when_lists_are_up_to_date();
  if (!state.doubted_since || due < state.cross_check_due) state.cross_check_due = due;
  state.doubted_since = engine_.ports.clock.monotonic();
  state.believed.clear();
}

void Trust::doubt_ledger(domain::AccountId account) {
  base::Instant since = engine_.now();
  // What the owner let go earlier was another doubt, whatever our clock says, of which nothing is heard yet.
  const Roster::Entry* entry = engine_.roster.find(account);
  if (entry != nullptr && entry->account.trusted_at)
    since = std::max(since, *entry->account.trusted_at + base::Duration{1});
  engine_.health.doubt_strictly(account, {domain::StrictCause::EarlierLedger, since});
}

bool Trust::is_believed(domain::AccountId account, domain::Did did) const {
  const auto found = accounts_.find(account);
  return found == accounts_.end() || !found->second.doubted_since || found->second.believed.contains(did);
}

const domain::StrictDoubt* Trust::known_strict(domain::AccountId account) const {
  const AccountHealth* health = engine_.health.account(account);
  return health != nullptr && health->strict ? &*health->strict : nullptr;
}

const domain::StrictDoubt* Trust::strict(domain::AccountId account, domain::Did did) const {
  const domain::StrictDoubt* known = known_strict(account);
  const Roster::Entry* entry = engine_.roster.find(account);
  if (known == nullptr || entry == nullptr) return nullptr;
  if (is_of_the_ledger(known) && is_believed(account, did)) return nullptr;
  return domain::holds(*known, entry->account.trusted_at, engine_.now()) ? known : nullptr;
}

domain::Doubt Trust::doubt(domain::AccountId account, domain::Did did) const {
  domain::DoubtFacts facts;
  facts.now = engine_.now();
  facts.always_look = engine_.options.always_look;
  facts.missed_something = !is_believed(account, did);
  const auto by_hand = engine_.texted_by_hand_at.find(account);
  if (by_hand != engine_.texted_by_hand_at.end()) facts.texted_by_hand_at = by_hand->second;
  if (const domain::StrictDoubt* known = strict(account, did)) facts.strict = *known;
  return domain::doubt(facts);
}

base::task<std::optional<Trouble>> Trust::before_text(domain::AccountId account, domain::Did did, Wait wait) {
  const base::Monotonic now = engine_.ports.clock.monotonic();
  const base::Monotonic since = std::max(wait.looks_since, now - look_age_max);
  switch (doubt(account, did)) {
    case domain::Doubt::None:
      break;
    case domain::Doubt::Mild: {
      const base::Monotonic held_until = wait.reserved_at + domain::mild_hold_max;
      if (now >= held_until) break;
      const std::optional<Trouble> trouble = co_await look(account, did, since, held_until);
      if (engine_.ports.clock.monotonic() < held_until) co_return trouble;
      break;
    }
    case domain::Doubt::Strict: {
      const std::optional<Trouble> trouble = co_await look(account, did, std::max(since, wait.reserved_at));
      // What it handed over last may not be listed yet: the cross-check ends this doubt, no look before a
      // text.
      if (!trouble && is_of_the_ledger(strict(account, did)))
        co_return Trouble{TroubleKind::HeldUp, "the database does not know every text"_key};
      co_return trouble;
    }
  }
  co_return std::nullopt;
}

std::optional<domain::TextsHeld> Trust::held(domain::AccountId account, domain::Did did) const {
  const domain::StrictDoubt* known = strict(account, did);
  if (is_of_the_ledger(known))
    return domain::TextsHeld{known->since, TroubleKind::HeldUp, domain::HeldBy::Ledger};
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return std::nullopt;
  const auto failing = found->second.looks_fail.find(did);
  if (failing == found->second.looks_fail.end()) return std::nullopt;
  const bool holds = doubt(account, did) == domain::Doubt::Strict;
  return domain::TextsHeld{failing->second.since, failing->second.why,
                           holds ? domain::HeldBy::List : domain::HeldBy::ListForAMoment};
}

base::task<std::optional<Trouble>> Trust::look(domain::AccountId account, domain::Did did,
                                               base::Monotonic since, std::optional<base::Monotonic> until) {
  Looks::Wanted wanted{account, did, domain::MessageKind::Sms, since};
  wanted.until = until;
  base::task<std::optional<Look>> looking_at_sms = looks_.look(wanted);
  wanted.kind = domain::MessageKind::Mms;
  base::task<std::optional<Look>> looking_at_mms = looks_.look(wanted);
  const auto [sms, mms] = co_await base::both(std::move(looking_at_sms), std::move(looking_at_mms));
  if (!sms || !mms) co_return Trouble{TroubleKind::HeldUp, {}};
  std::optional<Trouble> trouble = sms->trouble();
  // A kind that was never used holds nothing up.
  if (!trouble && mms->kind_is_used) trouble = mms->trouble();
  auto& looks_fail = accounts_[account].looks_fail;
  if (trouble)
    looks_fail.try_emplace(did, State::Failing{engine_.ports.clock.now(), trouble->kind});
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
  const base::Duration gap = good ? cross_check_interval : domain::list_read_again_after;
  state.cross_check_due = started + gap - engine_.ports.random.below(gap / 20);
  if (state.doubted_since && good) {
    if (started - *state.doubted_since >= up_to_date) {
      state.doubted_since.reset();
      if (is_of_the_ledger(known_strict(account))) engine_.health.strict_doubt_over(account);
    } else {
      state.cross_check_due = *state.doubted_since + up_to_date;
    }
  }
  state.cross_checking = false;
}

}  // namespace sms_notifier::app
