#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/profile.h"
#include "store_under_test.h"

namespace sms_notifier::contract {

using domain::CancelReason;
using domain::ReplyEvent;
using domain::ReplyState;
using domain::SkipReason;

inline const domain::Day today = std::chrono::floor<days>(now);
inline const domain::WallTime noon = *domain::parse_wall_time("2027-01-15 12:00:00");
inline const domain::Did did = *domain::Did::parse("5550100199");
inline const domain::Did other_did = *domain::Did::parse("5550100100");

/// 5551000000 and the numbers after it.
inline domain::PhoneNumber caller(int n = 0) {
  return *domain::PhoneNumber::parse("555" + std::to_string(1'000'000 + n));
}

inline domain::CheckedProfile profile(const std::string& email = "owner@clinic.example",
                                      domain::Did from = did) {
  domain::ProfileRules rules{from};
  rules.message = "Sorry";
  return {email, rules};
}

inline domain::CheckedProfile profile_saying(const std::string& message) {
  domain::CheckedProfile changed = profile();
  changed.rules.message = message;
  return changed;
}

/// For a text that the owner orders then.
inline app::OrderLimits order_limits(base::Instant at = now, int cap = 100) {
  return {at, at + minutes{15}, std::chrono::floor<days>(at), cap};
}

/// Caller n rang 20 seconds before, nobody answered, and the profile wants to reply.
inline app::DecidedCall missed_call(domain::ProfileId profile, const std::string& key, int n,
                                    base::Instant at) {
  const domain::Leg leg{key, at - seconds{20}, domain::Disposition::NoAnswer, seconds{0}};
  const domain::TextMessage text{did, caller(n), "Sorry"};
  const app::DecidedCall::ReplyTerms terms{
      text, at, at + minutes{15}, at - hours{24}, std::nullopt, std::chrono::floor<days>(at), 100};
  return {{{caller(n), "JAMIE SAMPLE"}, did, {leg}}, profile, domain::ReplyToCall{}, at, terms};
}

/// A business with a running profile: what its callers, its worker and its owner do goes into the store.
struct Business {
  storage::Store& store;
  domain::ProfileId profile_id;
  domain::AccountId account;

  explicit Business(storage::Store& its_store) : store(its_store) {
    profile_id = *run_task(store.add_profile(profile(), base::Secret("password"), {now, {}}));
    run();
    account = run_task(store.accounts({}))[0].id;
  }
  /// A business that is there already.
  Business(storage::Store& its_store, const domain::Profile& known)
      : store(its_store), profile_id(known.id), account(known.account) {}

  // The owner
  void run() { run_task(store.set_running(profile_id, true, {now, {}})); }
  void stop() { run_task(store.set_running(profile_id, false, {now, {}})); }
  void edit(const domain::CheckedProfile& changed) {
    run_task(store.edit_profile(profile_id, changed, std::nullopt, {now, {}}));
  }

  // Calls and what is decided on them
  app::DecidedCall decided(const std::string& key, int n = 0, base::Instant at = now) const {
    return missed_call(profile_id, key, n, at);
  }
  app::DecidedCall skipped(const std::string& key, SkipReason reason, int n = 0,
                           base::Instant at = now) const {
    app::DecidedCall call = decided(key, n, at);
    call.decision = domain::Skip{reason};
    call.terms.reset();
    return call;
  }
  app::RecordOutcome record(const app::DecidedCall& call) {
    return run_task(store.record(account, {call})).at(0);
  }
  app::Recorded recorded(const app::DecidedCall& call) { return std::get<app::Recorded>(record(call)); }

  // Their texts
  app::OpenReply reserved(const std::string& key, int n = 0, base::Instant at = now) {
    return recorded(decided(key, n, at)).reply.value();
  }
  app::ClaimOutcome claim(const app::OpenReply& reply, base::Instant at = now) {
    return run_task(store.claim(reply.id, at, noon));
  }
  /// The number of the attempt.
  int claimed(const app::OpenReply& reply, base::Instant at = now) {
    return std::get<app::Claimed>(claim(reply, at)).attempt;
  }
  /// Why the claim came to nothing.
  CancelReason cancelled(const app::OpenReply& reply, base::Instant at = now) {
    return std::get<CancelReason>(std::get<app::NoLongerWanted>(claim(reply, at)).why);
  }
  ReplyState settle(const app::OpenReply& reply, int attempt, ReplyEvent event, std::string provider_id = "",
                    base::Instant at = now) {
    const app::Settlement settlement{event, std::move(provider_id), domain::Sentence::as_written("evidence")};
    return run_task(store.settle(reply.id, attempt, settlement, at));
  }
  ReplyState resolve(const app::OpenReply& reply, ReplyEvent event, std::string provider_id = "",
                     base::Instant at = now) {
    const app::Resolution resolution{event, std::move(provider_id), domain::Sentence::as_written("evidence")};
    return run_task(store.resolve(reply.id, resolution, at));
  }
  /// A call whose text the provider took.
  void texted(const std::string& key, int n, base::Instant at) {
    const app::OpenReply reply = reserved(key, n, at);
    settle(reply, claimed(reply, at), ReplyEvent::Accept, "sms-" + std::to_string(reply.id.value()), at);
  }
  /// Nobody finds out whether the text left.
  void give_up(const app::OpenReply& reply, int attempt, base::Instant at = now) {
    settle(reply, attempt, ReplyEvent::LoseSight, "", at);
    resolve(reply, ReplyEvent::GiveUp, "", at);
  }

  // What is known of it all
  std::vector<app::CallRecord> all_calls() { return run_task(store.calls({})); }
  app::CallRecord newest() { return all_calls().at(0); }
  std::vector<app::OpenReply> open_replies() { return run_task(store.open_replies({})); }
  std::vector<domain::ClaimedText> claimed_texts(base::Instant since = now, domain::Did from = did) {
    return run_task(store.claimed_texts(account, from, since));
  }
  int counted(domain::Day day = today) { return run_task(store.texts_counted(account, day)); }
  domain::CallerHistory history(int n = 0) {
    return run_task(store.histories(account, did, {}, {caller(n)})).at(0);
  }
};

/// The promises to such a business, held against every store.
class BusinessContract : public StoreContract, protected Business {
 protected:
  BusinessContract() : Business(ledger()) {}
};

}  // namespace sms_notifier::contract
