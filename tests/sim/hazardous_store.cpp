#include "sim/hazardous_store.h"

#include <algorithm>
#include <utility>

#include "domain/provider_clock.h"
#include "support/run_task.h"

namespace sms_notifier::sim {
namespace {

using test_support::run_task;

std::string key_of(const domain::TextMessage& text) {
  return std::string(text.from.digits()) + " " + std::string(text.to.digits()) + " " + text.body;
}

}  // namespace

/// The work is done at once, whatever threads the store has: virtual time does not wait for them.
template <class Work>
auto HazardousStore::read(Work work) -> std::invoke_result_t<Work> {
  co_await hazards_.touch();
  co_return run_task(work());
}

template <class Work>
auto HazardousStore::write(Work work) -> std::invoke_result_t<Work> {
  using Task = std::invoke_result_t<Work>;
  co_await hazards_.before_write();
  if constexpr (std::is_same_v<Task, base::task<>>) {
    run_task(work());
    co_await hazards_.after_write();
  } else {
    auto result = run_task(work());
    co_await hazards_.after_write();
    co_return result;
  }
}

void HazardousStore::use_intent(const domain::TextMessage& text) {
  const auto found = std::find_if(unused_intents_.begin(), unused_intents_.end(),
                                  [&](const auto& intent) { return intent.second == text; });
  if (found == unused_intents_.end())
    verdict_.broken("a text leaves without a durable intent: " + key_of(text));
  else
    unused_intents_.erase(found);
}

void HazardousStore::put_back() {
  storage_.put_copy_back();
  process_died();
  intents_.clear();
  blocked_.clear();
  opted_out_.clear();
}

void HazardousStore::check_intent(domain::ReplyId id, const app::Claimed& claimed, base::Instant now) {
  const auto known = intents_.find(id);
  if (known == intents_.end()) return;  // reserved before the database was put back
  Intents& intents = known->second;
  if (++intents.maybe_sent > domain::intents_allowed(intents.orders))
    verdict_.broken("one intent too many that may have reached the provider");
  if (intents.maybe_sent > 1 && !std::exchange(intents.may_follow, false))
    verdict_.broken("another intent without a proof of absence or an order");
  if (blocked_.contains(claimed.text.to) || opted_out_.contains({intents.account, claimed.text.to}))
    verdict_.broken("an intent for a caller who wants no texts: " + key_of(claimed.text));
  // Of a claim before which the machine slept no byte leaves any more.
  const bool just_woke = hazards_.woke_at == hazards_.true_now();
  const bool tried_before = intents.maybe_sent > 1 && intents.orders == 0;
  const base::Instant allowed_until =
      intents.expires_at + (tried_before ? std::chrono::minutes{5} : std::chrono::minutes{0});
  const bool too_late = hazards_.true_now() >= allowed_until + domain::clocks_apart_max;
  if (now >= allowed_until || (too_late && !just_woke)) verdict_.broken("an intent after the time allowed");
  const auto view = run_task(storage_.settings().profile(intents.profile));
  if (!view || !view->profile.running)
    verdict_.broken("an intent for a profile that is stopped or gone: " + key_of(claimed.text));
}

base::task<std::vector<app::RecordedCall>> HazardousStore::recent_calls(domain::AccountId account,
                                                                        base::Instant since) {
  return read([=, this] { return storage_.ledger().recent_calls(account, since); });
}
base::task<std::vector<domain::CallerHistory>> HazardousStore::histories(
    domain::AccountId account, domain::Did from, std::chrono::seconds call_duration,
    std::vector<domain::PhoneNumber> callers) {
  return read([=, this] { return storage_.ledger().histories(account, from, call_duration, callers); });
}
base::task<int> HazardousStore::texts_counted(domain::AccountId account, domain::Day day) {
  return read([=, this] { return storage_.ledger().texts_counted(account, day); });
}

base::task<std::vector<app::RecordOutcome>> HazardousStore::record(domain::AccountId account,
                                                                   std::vector<app::DecidedCall> calls) {
  co_await hazards_.before_write();
  std::vector<app::RecordOutcome> outcomes = run_task(storage_.ledger().record(account, std::move(calls)));
  for (const app::RecordOutcome& outcome : outcomes) {
    const auto* recorded = std::get_if<app::Recorded>(&outcome);
    if (recorded == nullptr) continue;
    if (!recorded->reply) continue;
    const app::OpenReply& reply = *recorded->reply;
    intents_[reply.id] = Intents{0, false, account, reply.profile, reply.expires_at, 0};
  }
  co_await hazards_.after_write();
  co_return outcomes;
}

base::task<app::ReviseOutcome> HazardousStore::revise(domain::CallId id, domain::Call call,
                                                      bool got_through) {
  return write([=, this] { return storage_.ledger().revise(id, call, got_through); });
}

base::task<app::ClaimOutcome> HazardousStore::claim(domain::ReplyId id, base::Instant now,
                                                    domain::WallTime wall_now) {
  co_await hazards_.before_write();
  app::ClaimOutcome outcome = run_task(storage_.ledger().claim(id, now, wall_now));
  if (const auto* claimed = std::get_if<app::Claimed>(&outcome)) {
    check_intent(id, *claimed, now);
    unused_intents_.insert_or_assign(id, claimed->text);
  }
  co_await hazards_.after_write();
  co_return outcome;
}

base::task<domain::ReplyState> HazardousStore::settle(domain::ReplyId id, int attempt,
                                                      app::Settlement settlement, base::Instant now) {
  co_await hazards_.before_write();
  const bool not_sent = settlement.event == domain::ReplyEvent::NotSent;
  unused_intents_.erase(id);
  const domain::ReplyState state = run_task(storage_.ledger().settle(id, attempt, settlement, now));
  const auto intents = intents_.find(id);
  if (not_sent && state == domain::ReplyState::Reserved && intents != intents_.end()) {
    // The intent for which absence had been proved, or which was ordered, may be had again.
    if (--intents->second.maybe_sent > 0) intents->second.may_follow = true;
  }
  co_await hazards_.after_write();
  co_return state;
}

base::task<domain::ReplyState> HazardousStore::resolve(domain::ReplyId id, app::Resolution resolution,
                                                       base::Instant now) {
  co_await hazards_.before_write();
  const domain::ReplyState state = run_task(storage_.ledger().resolve(id, resolution, now));
  const auto intents = intents_.find(id);
  const bool absent =
      state == domain::ReplyState::Reserved && resolution.event == domain::ReplyEvent::ProveAbsent;
  if (absent && intents != intents_.end()) intents->second.may_follow = true;
  co_await hazards_.after_write();
  co_return state;
}

void HazardousStore::note_order(const app::OpenReply& reply) {
  const auto known = intents_.find(reply.id);
  if (known == intents_.end()) {
    // Of an uncertain reply nothing is known here when it was reserved before the database was put back.
    if (reply.attempts == 0)
      intents_[reply.id] = Intents{0, false, reply.account, reply.profile, reply.expires_at, reply.orders};
    return;
  }
  known->second.may_follow = true;
  known->second.expires_at = reply.expires_at;
  known->second.orders = reply.orders;
}

std::optional<app::OpenReply> HazardousStore::order_by_hand(domain::CallId call, app::OrderLimits limits) {
  const auto order = [&] { return run_task(storage_.ledger().order_text(call, limits, {})); };
  const app::OrderOutcome outcome = order();
  const auto* ordered = std::get_if<app::Ordered>(&outcome);
  if (ordered == nullptr) return std::nullopt;
  note_order(ordered->reply);
  if (std::holds_alternative<app::Ordered>(order())) verdict_.broken("a text was ordered twice at once");
  return ordered->reply;
}

base::task<domain::LedgerStanding> HazardousStore::standing() {
  return read([this] { return storage_.ledger().standing(); });
}
base::task<> HazardousStore::adopt() {
  return write([this] { return storage_.ledger().adopt(); });
}
base::task<int> HazardousStore::disown_sending(app::Scope scope) {
  return write([=, this] { return storage_.ledger().disown_sending(scope); });
}
base::task<std::vector<app::OpenReply>> HazardousStore::open_replies(app::Scope scope) {
  return read([=, this] { return storage_.ledger().open_replies(scope); });
}
base::task<std::vector<domain::ClaimedText>> HazardousStore::claimed_texts(domain::AccountId account,
                                                                           domain::Did from,
                                                                           base::Instant since) {
  return read([=, this] { return storage_.ledger().claimed_texts(account, from, since); });
}
base::task<std::vector<app::OpenReply>> HazardousStore::disprove(domain::AccountId account,
                                                                 domain::MessageKind kind,
                                                                 std::vector<domain::SentText> rows,
                                                                 base::Instant now) {
  return write([=, this] { return storage_.ledger().disprove(account, kind, rows, now); });
}
base::task<> HazardousStore::note_listed(std::vector<domain::ReplyId> newly_missing,
                                         std::vector<domain::ReplyId> listed_again, base::Instant now) {
  return write([=, this] { return storage_.ledger().note_listed(newly_missing, listed_again, now); });
}
base::task<int> HazardousStore::note_texts_elsewhere(domain::AccountId account, domain::Did from,
                                                     std::vector<app::TextElsewhere> texts) {
  for (const app::TextElsewhere& text : texts)
    texted_elsewhere_.emplace(std::string(from.digits()), std::string(text.to.digits()));
  return write([=, this] { return storage_.ledger().note_texts_elsewhere(account, from, texts); });
}

base::task<> HazardousStore::note_conversations(domain::AccountId account,
                                                std::vector<domain::Conversation> conversations) {
  return write([=, this] { return storage_.ledger().note_conversations(account, conversations); });
}

base::task<std::vector<app::CallerWord>> HazardousStore::note_words(domain::AccountId account,
                                                                    std::vector<app::CallerWord> words) {
  co_await hazards_.before_write();
  std::vector<app::CallerWord> news = run_task(storage_.ledger().note_words(account, std::move(words)));
  for (const app::CallerWord& word : news) {
    if (word.word == domain::StopWord::Stop)
      opted_out_.insert({account, word.caller});
    else
      opted_out_.erase({account, word.caller});
  }
  co_await hazards_.after_write();
  co_return news;
}
base::task<std::optional<base::Instant>> HazardousStore::words_read_until(domain::AccountId account) {
  return read([=, this] { return storage_.ledger().words_read_until(account); });
}
base::task<> HazardousStore::save_words_read_until(domain::AccountId account, base::Instant until) {
  return write([=, this] { return storage_.ledger().save_words_read_until(account, until); });
}
base::task<> HazardousStore::block(domain::PhoneNumber caller) {
  co_await hazards_.before_write();
  run_task(storage_.ledger().block(caller));
  blocked_.insert(caller);
  co_await hazards_.after_write();
}

base::task<app::SettingsChanges> HazardousStore::changes_since(std::int64_t version) {
  co_return run_task(storage_.settings().changes_since(version));  // asked all the time: no place to die at
}
base::task<std::vector<app::Account>> HazardousStore::accounts(app::Scope scope) {
  return read([=, this] { return storage_.settings().accounts(scope); });
}
base::task<std::vector<app::ProfileName>> HazardousStore::profile_names() {
  return read([=, this] { return storage_.settings().profile_names(); });
}
base::task<std::vector<app::ProfileView>> HazardousStore::profiles(app::Scope scope) {
  return read([=, this] { return storage_.settings().profiles(scope); });
}
base::task<std::optional<app::ProfileView>> HazardousStore::profile(domain::ProfileId id) {
  return read([=, this] { return storage_.settings().profile(id); });
}
base::task<std::optional<domain::ProfileId>> HazardousStore::add_profile(
    const domain::CheckedProfile& profile, const std::optional<base::Secret>& password, app::Act act) {
  return write([=, this] { return storage_.settings().add_profile(profile, password, act); });
}
base::task<app::Settings::EditResult> HazardousStore::edit_profile(
    domain::ProfileId id, const domain::CheckedProfile& profile, const std::optional<base::Secret>& password,
    app::Act act) {
  return write([=, this] { return storage_.settings().edit_profile(id, profile, password, act); });
}
base::task<bool> HazardousStore::set_running(domain::ProfileId id, bool running, app::Act act) {
  return write([=, this] { return storage_.settings().set_running(id, running, act); });
}
base::task<bool> HazardousStore::trust_ledger(domain::ProfileId id, app::Act act) {
  return write([=, this] { return storage_.settings().trust_ledger(id, act); });
}
base::task<> HazardousStore::stop_all(app::Scope scope, app::Act act) {
  return write([=, this] { return storage_.settings().stop_all(scope, act); });
}
base::task<bool> HazardousStore::delete_profile(domain::ProfileId id, app::Act act) {
  return write([=, this] { return storage_.settings().delete_profile(id, act); });
}
base::task<> HazardousStore::mark_first_polled(const std::vector<domain::ProfileId>& profiles,
                                               base::Instant at) {
  return write([=, this] { return storage_.settings().mark_first_polled(profiles, at); });
}
base::task<> HazardousStore::save_health(const std::vector<app::AccountHealth>& accounts,
                                         const std::vector<app::ProfileHealth>& profiles) {
  return write([=, this] { return storage_.settings().save_health(accounts, profiles); });
}
base::task<> HazardousStore::save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                                       base::Instant at) {
  return write([=, this] { return storage_.settings().save_dids(account, dids, at); });
}

}  // namespace sms_notifier::sim
