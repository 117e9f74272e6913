#include "support/memory_store.h"

#include <algorithm>
#include <stdexcept>

#include "app/ports/audit_rows.h"
#include "base/ensure.h"
#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::test_support {

using app::OpenReply;
using domain::ReplyEvent;
using domain::ReplyState;

namespace {

bool is_over(const app::Session& session, base::Instant now, const app::SessionLimits& limits) {
  return now - session.last_seen_at >= limits.idle_max || now - session.started_at >= limits.age_max;
}

}  // namespace

base::task<std::vector<app::RecordedCall>> MemoryStore::recent_calls(domain::AccountId account,
                                                                     base::Instant since) {
  std::vector<app::RecordedCall> recent;
  for (const auto& [id, call] : calls_) {
    const auto& legs = call.recorded.call.legs;
    const bool is_recent =
        std::any_of(legs.begin(), legs.end(), [&](const auto& leg) { return leg.started_at >= since; });
    if (call.account == account && is_recent) recent.push_back(call.recorded);
  }
  co_return recent;
}

domain::CallerHistory MemoryStore::history(domain::AccountId account, domain::Did from,
                                           std::chrono::seconds call_duration,
                                           domain::PhoneNumber caller) const {
  std::map<domain::PhoneNumber, base::Instant> last_texted;
  for (const auto& [id, reply] : replies_) {
    const OpenReply& open = reply.open;
    if (!open.call || open.text.from != from || !domain::counts_as_texted(open.state)) continue;
    auto& last = last_texted[open.text.to];
    last = std::max(last, reply.reserved_at);
  }
  const auto elsewhere = texted_elsewhere_.find({from, caller});
  if (elsewhere != texted_elsewhere_.end())
    last_texted[caller] = std::max(last_texted[caller], elsewhere->second);
  domain::CallerHistory history;
  history.blocked = blocked_.contains(caller);
  if (const auto words = words_.find({account, caller}); words != words_.end())
    history.opted_out = words->second.opted_out();
  for (const auto& [key, conversation] : conversations_) {
    const bool counts = !conversation.inbound || conversation.lasted > call_duration;
    if (conversation.with != caller || !counts) continue;
    history.spoke_until = std::max(history.spoke_until.value_or(base::Instant{}), conversation.ended_at());
  }
  if (const auto found = last_texted.find(caller); found != last_texted.end()) {
    history.last_texted_at = found->second;
    history.callers_since =
        static_cast<int>(std::count_if(last_texted.begin(), last_texted.end(),
                                       [&](const auto& entry) { return entry.second > found->second; }));
  }
  return history;
}

base::task<std::vector<domain::CallerHistory>> MemoryStore::histories(
    domain::AccountId account, domain::Did from, std::chrono::seconds call_duration,
    std::vector<domain::PhoneNumber> callers) {
  std::vector<domain::CallerHistory> found;
  for (const auto& caller : callers) found.push_back(history(account, from, call_duration, caller));
  co_return found;
}

int MemoryStore::counted(domain::AccountId account, domain::Day day) const {
  std::ptrdiff_t texts = 0;
  for (const auto& [id, reply] : replies_) {
    if (reply.open.account == account && domain::counts_as_texted(reply.open.state))
      texts += std::count(reply.budget_days.begin(), reply.budget_days.end(), day);
  }
  return static_cast<int>(texts);
}

base::task<int> MemoryStore::texts_counted(domain::AccountId account, domain::Day day) {
  co_return counted(account, day);
}

app::RecordOutcome MemoryStore::record_one(domain::AccountId account, app::DecidedCall& decided) {
  for (const auto& leg : decided.call.legs) {
    if (const auto known = legs_.find({account, leg.key}); known != legs_.end())
      return app::AlreadyRecorded{calls_.at(known->second).recorded};
  }
  const bool wants_reply = std::holds_alternative<domain::ReplyToCall>(decided.decision);
  base::ensure(!wants_reply || decided.terms.has_value(), "a reply comes with its terms");
  const domain::CallId id(static_cast<std::int64_t>(calls_.size()) + 1);
  for (const auto& leg : decided.call.legs) legs_[{account, leg.key}] = id;

  StoredCall& stored = calls_
                           .emplace(id, StoredCall{account,
                                                   {id, decided.call, decided.profile},
                                                   decided.first_seen_at,
                                                   decided.decision,
                                                   false,
                                                   std::nullopt})
                           .first->second;
  if (!wants_reply) return app::Recorded{id, decided.decision, {}};

  const auto& terms = *decided.terms;
  const domain::CallerHistory known =
      history(account, terms.text.from, std::chrono::seconds{0}, terms.text.to);
  if (domain::in_cooldown(known, terms.texts_count_since, terms.history_size))
    stored.decision = domain::Skip{domain::SkipReason::RecentlyTexted};
  else if (counted(account, terms.budget_day) >= terms.budget_cap)
    stored.decision = domain::Skip{domain::SkipReason::CapReached};
  if (!std::holds_alternative<domain::ReplyToCall>(stored.decision))
    return app::Recorded{id, stored.decision, {}};

  return app::Recorded{id, stored.decision, reserve(account, id, decided, 0)};
}

domain::ReplyId MemoryStore::next_reply_id() const {
  return domain::ReplyId(static_cast<std::int64_t>(replies_.size()) + 1);
}

OpenReply MemoryStore::reserve(domain::AccountId account, domain::CallId call,
                               const app::DecidedCall& decided, int orders) {
  const domain::ReplyId id = next_reply_id();
  OpenReply open = app::reserved_reply(id, account, call, decided);
  open.orders = orders;
  calls_.at(call).reply = id;
  replies_.emplace(id, StoredReply{open, {decided.terms->budget_day}, decided.first_seen_at, {}, {}, {}, {}});
  return open;
}

base::task<std::vector<app::RecordOutcome>> MemoryStore::record(domain::AccountId account,
                                                                std::vector<app::DecidedCall> decided) {
  std::vector<app::RecordOutcome> outcomes;
  for (auto& call : decided) outcomes.push_back(record_one(account, call));
  if (std::exchange(fail_after_next_record, false)) throw std::runtime_error("database or disk is full");
  co_return outcomes;
}

base::task<app::ReviseOutcome> MemoryStore::revise(domain::CallId id, domain::Call call, bool got_through) {
  StoredCall& stored = calls_.at(id);
  for (const auto& leg : call.legs) legs_[{stored.account, leg.key}] = id;
  stored.recorded.call = std::move(call);
  if (!got_through || !stored.reply) co_return app::ReviseOutcome::Recorded;
  StoredReply& reply = replies_.at(*stored.reply);
  if (reply.open.state == ReplyState::Reserved) {
    change(reply, ReplyEvent::Cancel);
    reply.evidence = in_words(domain::CancelReason::GotThrough);
    co_return app::ReviseOutcome::ReplyCancelled;
  }
  const bool first = !std::exchange(stored.answered_after_text, true);
  co_return first&& domain::counts_as_texted(reply.open.state) ? app::ReviseOutcome::AnsweredAfterText
                                                               : app::ReviseOutcome::Recorded;
}

void MemoryStore::change(StoredReply& reply, ReplyEvent event) {
  OpenReply& open = reply.open;
  const auto next = domain::next_state(open.state, event, open.may_be_out);
  base::ensure(next.has_value(), "illegal change of a reply's state");
  const ReplyState of_this_text = *domain::next_state(open.state, event);
  open.state = *next;
  if (of_this_text == ReplyState::Uncertain) reply.uncertain[open.attempts] = *open.sending_at;
  if (domain::counts_as_texted(of_this_text) || !open.may_be_out) return;
  // The order came to nothing: what counts is the earlier text.
  reply.budget_days.pop_back();
  reply.reserved_at = reply.uncertain.rbegin()->second;
}

domain::ClaimFacts MemoryStore::claim_facts(const StoredReply& reply, const domain::Profile* profile,
                                            base::Instant now, domain::WallTime wall_now) const {
  const OpenReply& open = reply.open;
  const std::chrono::seconds call_duration =
      profile == nullptr ? std::chrono::seconds{0} : profile->rules.call_duration;
  const domain::CallerHistory known = history(open.account, open.text.from, call_duration, open.text.to);
  domain::LateFacts late;
  late.cause = !open.call        ? domain::TextCause::Test
               : open.orders > 0 ? domain::TextCause::Order
                                 : domain::TextCause::MissedCall;
  if (profile != nullptr) {
    late.running = profile->running;
    late.dry_run = profile->rules.dry_run;
    late.hours = profile->rules.hours;
    late.cooldown = profile->rules.cooldown;
  }
  late.opted_out = known.opted_out;
  late.blocked = known.blocked;
  const auto elsewhere = texted_elsewhere_.find({open.text.from, open.text.to});
  if (elsewhere != texted_elsewhere_.end()) late.texted_elsewhere_at = elsewhere->second;
  late.spoke_until = known.spoke_until;
  late.called_at = open.call ? calls_.at(*open.call).recorded.call.last_tried_at() : open.called_at;
  late.wanted_at = reply.reserved_at;
  late.now = now;
  late.wall_now = wall_now;
  return {open.state, open.tries(), late};
}

base::task<app::ClaimOutcome> MemoryStore::claim(domain::ReplyId id, base::Instant now,
                                                 domain::WallTime wall_now) {
  StoredReply& reply = replies_.at(id);
  OpenReply& open = reply.open;
  const domain::Profile* profile = find_profile(open.profile);
  const domain::ClaimVerdict verdict = domain::claim_verdict(claim_facts(reply, profile, now, wall_now));
  if (std::holds_alternative<domain::MayNotClaim>(verdict)) co_return app::NotReserved{};
  if (const auto* cancel = std::get_if<domain::CancelReason>(&verdict)) {
    change(reply, ReplyEvent::Cancel);
    reply.evidence = in_words(*cancel);
    reply.settled_at = now;
    co_return app::NoLongerWanted{*cancel};
  }
  if (std::holds_alternative<domain::MustExpire>(verdict)) {
    change(reply, ReplyEvent::Expire);
    reply.evidence = "could not be sent in time"_key;
    reply.settled_at = now;
    co_return app::NoLongerWanted{std::monostate{}};
  }
  change(reply, ReplyEvent::Claim);
  if (open.maybe_sent == 0) open.text.body = profile->rules.message;
  open.kind = domain::kind_of(open.text.body);
  ++open.attempts;
  ++open.maybe_sent;
  open.sending_at = now;
  const bool doubted = standing_now() != domain::LedgerStanding::Complete;
  ++claim_count_.claims;
  *counted_ = domain::ClaimCount{claim_count_.installation, claim_count_.claims, doubted};
  if (before_next_claim_returns) std::exchange(before_next_claim_returns, nullptr)();
  co_return app::Claimed{open.attempts, open.text, open.kind};
}

base::task<> MemoryStore::adopt() {
  *counted_ = claim_count_;
  co_return;
}

bool MemoryStore::provider_id_taken(const StoredReply& reply, const std::string& provider_id) const {
  return std::any_of(replies_.begin(), replies_.end(), [&](const auto& entry) {
    const StoredReply& other = entry.second;
    return other.open.id != reply.open.id && other.open.account == reply.open.account &&
           other.open.kind == reply.open.kind && other.provider_id == provider_id;
  });
}

base::task<ReplyState> MemoryStore::settle(domain::ReplyId id, int attempt, app::Settlement answer,
                                           base::Instant now) {
  StoredReply& reply = replies_.at(id);
  OpenReply& open = reply.open;
  const app::Settlement settlement = app::proved_by(answer, provider_id_taken(reply, answer.provider_id));
  const bool accept = settlement.event == ReplyEvent::Accept;
  const bool late_accept =
      accept && (open.state == ReplyState::Unknown || open.state == ReplyState::Uncertain);
  const bool mine = open.state == ReplyState::Sending && open.attempts == attempt;
  if (!mine && !late_accept) co_return open.state;

  change(reply, settlement.event);
  if (accept) reply.uncertain.erase(attempt);
  reply.evidence = settlement.evidence;
  reply.settled_at = now;
  if (accept) reply.provider_id = settlement.provider_id;
  if (settlement.event == ReplyEvent::NotSent) {
    --open.maybe_sent;
    reply.settled_at.reset();
    open.not_before = now;
  }
  co_return open.state;
}

base::task<ReplyState> MemoryStore::resolve(domain::ReplyId id, app::Resolution resolution,
                                            base::Instant now) {
  StoredReply& reply = replies_.at(id);
  OpenReply& open = reply.open;
  if (!domain::can_resolve(open.state, resolution.event, open.maybe_sent, open.may_be_out))
    co_return open.state;
  ReplyEvent event = resolution.event;
  if (event == ReplyEvent::Accept && provider_id_taken(reply, resolution.provider_id)) co_return open.state;
  if (event == ReplyEvent::ProveAbsent && !open.tries().may_follow(now)) event = ReplyEvent::GiveUp;
  change(reply, event);
  reply.evidence = resolution.evidence;
  reply.settled_at = now;
  if (event == ReplyEvent::Accept) {
    reply.provider_id = resolution.provider_id;
    reply.uncertain.erase(open.attempts);
  }
  if (event == ReplyEvent::ProveAbsent) {
    open.not_before = now;
    reply.settled_at.reset();
  }
  if (std::exchange(fail_after_next_resolution, false)) throw std::runtime_error("database or disk is full");
  co_return open.state;
}

base::task<app::OrderOutcome> MemoryStore::order_text(domain::CallId call, app::OrderLimits limits,
                                                      app::Act act) {
  const auto found = calls_.find(call);
  if (found == calls_.end()) co_return domain::OrderRefusal::NoSuchCall;
  const StoredCall& stored = found->second;
  const domain::CallerId& caller = stored.recorded.call.caller;
  StoredReply* reply = stored.reply ? &replies_.at(*stored.reply) : nullptr;
  const domain::Profile* profile = find_profile(stored.recorded.profile);

  domain::OrderFacts facts{stored.decision};
  if (reply != nullptr) facts.reply = reply->open.state;
  facts.has_number = domain::can_be_texted(caller);
  facts.profile_here = profile != nullptr && profile->account == stored.account;
  facts.running = facts.profile_here && profile->running;
  facts.dry_run = facts.profile_here && profile->rules.dry_run;
  facts.budget = {counted(stored.account, limits.budget_day), limits.budget_cap};
  if (facts.has_number) {
    const domain::Did from = reply != nullptr ? reply->open.text.from : stored.recorded.call.did;
    const domain::CallerHistory known = history(stored.account, from, {}, *caller.number);
    facts.opted_out = known.opted_out;
    facts.blocked = known.blocked;
  }
  if (const auto refusal = domain::may_order(facts)) co_return *refusal;
  changed(stored.account);
  write_down(app::text_ordered(act, call, reply != nullptr ? reply->open.text.to : *caller.number));

  if (reply == nullptr) {
    app::DecidedCall decided{stored.recorded.call, stored.recorded.profile, domain::ReplyToCall{}, limits.now,
                             std::nullopt};
    const domain::TextMessage text{profile->rules.did, *caller.number, profile->rules.message};
    decided.terms = app::DecidedCall::ReplyTerms{text,         limits.now,        limits.expires_at, {},
                                                 std::nullopt, limits.budget_day, limits.budget_cap};
    co_return app::Ordered{reserve(stored.account, call, decided, 1)};
  }
  change(*reply, ReplyEvent::Order);
  OpenReply& open = reply->open;
  ++open.orders;
  open.may_be_out = true;
  open.not_before = limits.now;
  open.expires_at = limits.expires_at;
  reply->budget_days.push_back(limits.budget_day);
  reply->reserved_at = limits.now;
  reply->settled_at.reset();
  reply->evidence = "ordered again while it was uncertain"_key;
  co_return app::Ordered{open};
}

base::task<app::OrderOutcome> MemoryStore::order_test_text(domain::ProfileId id, domain::PhoneNumber to,
                                                           app::OrderLimits limits, app::Act act) {
  const domain::Profile* profile = find_profile(id);
  domain::TestFacts facts;
  facts.profile_here = profile != nullptr;
  if (profile != nullptr) {
    const domain::CallerHistory known = history(profile->account, profile->rules.did, {}, to);
    facts.opted_out = known.opted_out;
    facts.blocked = known.blocked;
    facts.budget = {counted(profile->account, limits.budget_day), limits.budget_cap};
    facts.tests_today =
        static_cast<int>(std::count_if(replies_.begin(), replies_.end(), [&](const auto& entry) {
          const StoredReply& reply = entry.second;
          return !reply.open.call && reply.open.account == profile->account &&
                 reply.budget_days.front() == limits.budget_day;
        }));
  }
  if (const auto refusal = domain::may_test(facts)) co_return *refusal;
  const domain::TextMessage text{profile->rules.did, to, profile->rules.message};
  OpenReply open{next_reply_id(), profile->account, std::nullopt, id, text, domain::kind_of(text.body)};
  open.called_at = limits.now;
  open.not_before = limits.now;
  open.expires_at = limits.expires_at;
  replies_.emplace(open.id, StoredReply{open, {limits.budget_day}, limits.now, {}, {}, {}, {}});
  changed(profile->account);
  write_down(app::test_text_ordered(act, view(*profile), to));
  co_return app::Ordered{open};
}

base::task<std::optional<app::TestTextProgress>> MemoryStore::test_text(domain::ReplyId id) {
  const auto found = replies_.find(id);
  if (found == replies_.end() || found->second.open.call) co_return std::nullopt;
  co_return app::TestTextProgress{found->second.open.state, found->second.evidence};
}

base::task<int> MemoryStore::disown_sending(app::Scope scope) {
  int disowned = 0;
  for (auto& [id, reply] : replies_) {
    if (reply.open.state != ReplyState::Sending || !scope.holds(reply.open.account)) continue;
    change(reply, ReplyEvent::LoseSight);
    reply.evidence = "the service ended while the text was being sent"_key;
    ++disowned;
  }
  co_return disowned;
}

base::task<std::vector<OpenReply>> MemoryStore::open_replies(app::Scope scope) {
  std::vector<OpenReply> open;
  for (const auto& [id, reply] : replies_) {
    if (domain::is_open(reply.open.state) && scope.holds(reply.open.account)) open.push_back(reply.open);
  }
  co_return open;
}

base::task<std::vector<domain::ClaimedText>> MemoryStore::claimed_texts(domain::AccountId account,
                                                                        domain::Did from,
                                                                        base::Instant since) {
  if (std::exchange(fail_next_claimed_texts, false)) throw std::runtime_error("database is locked");
  std::vector<domain::ClaimedText> texts;
  for (const auto& [id, reply] : replies_) {
    const OpenReply& open = reply.open;
    const bool may_have_left = domain::counts_as_texted(open.state) && open.maybe_sent > 0;
    const bool claimed = may_have_left && open.sending_at >= since;
    if (claimed && open.account == account && open.text.from == from)
      texts.push_back({id, open.attempts, open.text, open.kind, open.state, reply.provider_id,
                       *open.sending_at, reply.unlisted_since});
  }
  for (const auto& [id, reply] : replies_) {
    const OpenReply& open = reply.open;
    if (open.account != account || open.text.from != from) continue;
    for (const auto& [attempt, sending_at] : reply.uncertain) {
      const bool earlier = attempt < open.attempts || open.state == ReplyState::Sent;
      if (earlier && sending_at >= since)
        texts.push_back({id, attempt, open.text, open.kind, open.state, {}, sending_at});
    }
  }
  co_return texts;
}

base::task<std::vector<OpenReply>> MemoryStore::disprove(domain::AccountId account, domain::MessageKind kind,
                                                         std::vector<domain::SentText> rows,
                                                         base::Instant now) {
  std::vector<OpenReply> disproved;
  for (const domain::SentText& row : rows) {
    for (auto& [id, reply] : replies_) {
      const OpenReply& open = reply.open;
      if (open.account != account || open.kind != kind || open.state != ReplyState::Sent) continue;
      if (reply.provider_id != row.provider_id || !domain::has_other_numbers(row, open.text)) continue;
      change(reply, ReplyEvent::Disprove);
      reply.provider_id.clear();
      reply.evidence = app::id_of_another_text();
      reply.settled_at = now;
      disproved.push_back(open);
    }
  }
  co_return disproved;
}

base::task<> MemoryStore::note_listed(std::vector<domain::ReplyId> newly_missing,
                                      std::vector<domain::ReplyId> listed_again, base::Instant now) {
  for (const domain::ReplyId id : newly_missing) replies_.at(id).unlisted_since = now;
  for (const domain::ReplyId id : listed_again) replies_.at(id).unlisted_since.reset();
  co_return;
}

base::task<int> MemoryStore::note_texts_elsewhere(domain::AccountId, domain::Did from,
                                                  std::vector<app::TextElsewhere> texts) {
  int news = 0;
  for (const app::TextElsewhere& text : texts) {
    base::Instant& at = texted_elsewhere_[{from, text.to}];
    if (text.at <= at) continue;
    at = text.at;
    ++news;
  }
  co_return news;
}

bool MemoryStore::wanted(const StoredCall& call, const app::CallQuery& query) const {
  const app::RecordedCall& recorded = call.recorded;
  const base::Instant started_at = recorded.call.started_at();
  if (query.only && recorded.id != *query.only) return false;
  if (query.profile && recorded.profile != *query.profile) return false;
  if (query.since && started_at < *query.since) return false;
  if (query.until && started_at >= *query.until) return false;
  if (query.decision && call.decision != *query.decision) return false;
  if (query.state && (!call.reply || replies_.at(*call.reply).open.state != *query.state)) return false;
  const std::string digits = recorded.call.caller.digits();
  if (digits.find(query.caller) == std::string_view::npos) return false;
  if (!query.after) return true;
  return std::pair(started_at, recorded.id) < std::pair(query.after->started_at, query.after->id);
}

base::task<std::vector<app::CallRecord>> MemoryStore::calls(app::CallQuery query) {
  std::vector<app::CallRecord> records;
  for (const auto& [id, stored] : calls_) {
    const app::RecordedCall& recorded = stored.recorded;
    if (!wanted(stored, query)) continue;
    app::CallRecord record{id,
                           recorded.profile,
                           accounts_.at(stored.account).credentials.email,
                           recorded.call,
                           stored.first_seen_at,
                           stored.decision,
                           stored.erased,
                           std::nullopt};
    if (stored.reply) {
      const StoredReply& reply = replies_.at(*stored.reply);
      record.reply = app::CallRecord::Reply{reply.open.state,  reply.open.kind,       reply.open.attempts,
                                            reply.provider_id, reply.open.sending_at, reply.settled_at,
                                            reply.evidence,    reply.open.orders};
    }
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(), [](const app::CallRecord& a, const app::CallRecord& b) {
    return std::pair(a.call.started_at(), a.id) > std::pair(b.call.started_at(), b.id);
  });
  if (records.size() > query.limit) records.resize(query.limit, records.front());
  co_return records;
}

base::task<std::vector<app::HourTally>> MemoryStore::tallies(std::optional<domain::ProfileId> profile,
                                                             base::Instant since) {
  std::map<base::Instant, app::HourTally> hours;
  for (const auto& [id, stored] : calls_) {
    const base::Instant started_at = stored.recorded.call.started_at();
    if (started_at < since || (profile && stored.recorded.profile != *profile)) continue;
    const base::Instant hour = std::chrono::floor<std::chrono::hours>(started_at);
    app::HourTally& tally = hours.try_emplace(hour, app::HourTally{hour}).first->second;
    ++tally.calls;
    if (stored.decision != domain::Decision(domain::Skip{domain::SkipReason::Answered})) ++tally.missed;
    if (stored.reply && replies_.at(*stored.reply).open.state == ReplyState::Sent) ++tally.texted;
  }
  std::vector<app::HourTally> all;
  for (const auto& [hour, tally] : hours) all.push_back(tally);
  co_return all;
}

base::task<std::vector<app::ProfileTally>> MemoryStore::profile_tallies(base::Instant since) {
  std::map<domain::ProfileId, app::ProfileTally> tallies;
  for (const auto& [id, stored] : calls_) {
    if (stored.recorded.call.started_at() < since) continue;
    const domain::ProfileId profile = stored.recorded.profile;
    app::ProfileTally& tally = tallies.try_emplace(profile, app::ProfileTally{profile}).first->second;
    ++tally.calls;
    if (stored.decision != domain::Decision(domain::Skip{domain::SkipReason::Answered})) ++tally.missed;
    if (stored.reply && replies_.at(*stored.reply).open.state == ReplyState::Sent) ++tally.texted;
  }
  std::vector<app::ProfileTally> all;
  for (const auto& [profile, tally] : tallies) all.push_back(tally);
  co_return all;
}

base::task<std::vector<base::Duration>> MemoryStore::reply_times(base::Instant since, std::size_t limit) {
  std::vector<const StoredReply*> sent;
  for (const auto& [id, reply] : replies_) {
    if (reply.open.call && reply.open.state == ReplyState::Sent && *reply.settled_at >= since)
      sent.push_back(&reply);
  }
  std::sort(sent.begin(), sent.end(), [](const StoredReply* a, const StoredReply* b) {
    return std::pair(*a->settled_at, a->open.id) > std::pair(*b->settled_at, b->open.id);
  });
  std::vector<base::Duration> times;
  for (std::size_t i = 0; i < std::min(limit, sent.size()); ++i)
    times.push_back(*sent[i]->settled_at - calls_.at(*sent[i]->open.call).recorded.call.started_at());
  co_return times;
}

base::task<> MemoryStore::note_conversations(domain::AccountId account,
                                             std::vector<domain::Conversation> conversations) {
  for (const domain::Conversation& conversation : conversations)
    conversations_.insert_or_assign({account, conversation.key}, conversation);
  co_return;
}

base::task<std::vector<app::CallerWord>> MemoryStore::note_words(domain::AccountId account,
                                                                 std::vector<app::CallerWord> words) {
  std::vector<app::CallerWord> news;
  for (const app::CallerWord& word : words) {
    StoredWords& known = words_[{account, word.caller}];
    const bool stop = word.word == domain::StopWord::Stop;
    const bool is_news = stop ? word.at > known.opted_out_at && word.at >= known.opted_in_at
                              : known.opted_out() && word.at > known.opted_out_at;
    if (!is_news) continue;
    (stop ? known.opted_out_at : known.opted_in_at) = word.at;
    news.push_back(word);
  }
  co_return news;
}

base::task<std::optional<base::Instant>> MemoryStore::words_read_until(domain::AccountId account) {
  const auto found = words_read_until_.find(account);
  if (found == words_read_until_.end()) co_return std::nullopt;
  co_return found->second;
}

base::task<> MemoryStore::save_words_read_until(domain::AccountId account, base::Instant until) {
  words_read_until_[account] = until;
  co_return;
}

base::task<> MemoryStore::block(domain::PhoneNumber caller) {
  blocked_.insert(caller);
  co_return;
}

base::task<app::SettingsChanges> MemoryStore::changes_since(std::int64_t version) {
  app::SettingsChanges changes{version_, {}};
  for (const auto& [account, changed_in] : changed_in_) {
    if (changed_in > version) changes.accounts.insert(account);
  }
  co_return changes;
}

base::task<std::vector<app::Account>> MemoryStore::accounts(app::Scope scope) {
  std::vector<app::Account> all;
  for (const auto& [id, account] : accounts_) {
    if (scope.holds(id)) all.push_back(account);
  }
  co_return all;
}

/// Texts that count, on the latest day with any.
app::TextsUsed MemoryStore::used_last(domain::AccountId account) const {
  app::TextsUsed used;
  for (const auto& [id, reply] : replies_) {
    if (reply.open.account != account) continue;
    for (const domain::Day day : reply.budget_days) used.day = std::max(used.day, day);
  }
  used.count = counted(account, used.day);
  return used;
}

app::ProfileView MemoryStore::view(const domain::Profile& profile) const {
  const app::Account& account = accounts_.at(profile.account);
  app::ProfileHealth health{profile.id};
  if (const auto own = health_.find(profile.id); own != health_.end()) health = own->second;
  app::AccountHealth of_account = account.health;
  of_account.account = profile.account;
  return {profile, account.credentials.email, of_account, health, used_last(profile.account)};
}

base::task<std::vector<app::ProfileView>> MemoryStore::profiles(app::Scope scope) {
  std::vector<app::ProfileView> all;
  for (const auto& [id, profile] : profiles_) {
    if (scope.holds(profile.account)) all.push_back(view(profile));
  }
  co_return all;
}

base::task<std::vector<app::ProfileName>> MemoryStore::profile_names() {
  std::vector<app::ProfileName> names;
  for (const auto& [id, profile] : profiles_)
    names.push_back({id, profile.rules.did, accounts_.at(profile.account).credentials.email});
  co_return names;
}

domain::Profile* MemoryStore::find_profile(domain::ProfileId id) {
  const auto found = profiles_.find(id);
  return found == profiles_.end() ? nullptr : &found->second;
}

base::task<std::optional<app::ProfileView>> MemoryStore::profile(domain::ProfileId id) {
  const domain::Profile* found = find_profile(id);
  if (found == nullptr) co_return std::nullopt;
  co_return view(*found);
}

std::optional<domain::AccountId> MemoryStore::account_for(const std::string& email,
                                                          const std::optional<base::Secret>& password) {
  for (auto& [id, account] : accounts_) {
    if (domain::lower_case(account.credentials.email) != domain::lower_case(email)) continue;
    if (password) account.credentials.api_password = *password;
    if (account.credentials.api_password.empty()) return std::nullopt;
    return id;
  }
  if (!password) return std::nullopt;
  const domain::AccountId id(static_cast<std::int64_t>(accounts_.size()) + 1);
  app::Account account;
  account.id = id;
  account.health.account = id;
  account.credentials = {email, *password};
  accounts_.emplace(id, std::move(account));
  return id;
}

base::task<std::optional<domain::ProfileId>> MemoryStore::add_profile(
    const domain::CheckedProfile& profile, const std::optional<base::Secret>& password, app::Act act) {
  const auto account = account_for(profile.account, password);
  if (!account) co_return std::nullopt;
  changed(*account);
  const domain::ProfileId id(++last_profile_id_);
  profiles_.emplace(id, domain::Profile{id, *account, profile.rules, false, std::nullopt});
  write_down(app::profile_created(act, id, profile, password.has_value()));
  co_return id;
}

base::task<app::Settings::EditResult> MemoryStore::edit_profile(domain::ProfileId id,
                                                                const domain::CheckedProfile& profile,
                                                                const std::optional<base::Secret>& password,
                                                                app::Act act) {
  domain::Profile* found = find_profile(id);
  if (found == nullptr) co_return EditResult::NoSuchProfile;
  const auto account = account_for(profile.account, password);
  if (!account) co_return EditResult::PasswordNeeded;
  write_down(app::profile_edited(act, view(*found), profile, password.has_value()));
  const domain::AccountId old_account = found->account;
  changed(old_account);
  changed(*account);
  if (old_account != *account) found->first_polled_at.reset();
  if (const auto own = health_.find(id); own != health_.end()) {
    own->second.refused_in_row = 0;
    own->second.refused_because = {};
    if (old_account != *account || found->rules.did != profile.rules.did)
      own->second.number = domain::NumberAbility::Unknown;
  }
  found->account = *account;
  found->rules = profile.rules;
  const bool unused = std::none_of(profiles_.begin(), profiles_.end(),
                                   [&](const auto& entry) { return entry.second.account == old_account; });
  if (unused) forget(accounts_.at(old_account));
  co_return EditResult::Done;
}

base::task<bool> MemoryStore::trust_ledger(domain::ProfileId id, app::Act act) {
  const domain::Profile* found = find_profile(id);
  if (found == nullptr) co_return false;
  write_down(app::ledger_trusted(act, view(*found)));
  changed(found->account);
  app::Account& account = accounts_.at(found->account);
  account.trusted_at = account.health.strict ? account.health.strict->since : act.at;
  co_return true;
}

base::task<bool> MemoryStore::set_running(domain::ProfileId id, bool running, app::Act act) {
  domain::Profile* found = find_profile(id);
  if (found == nullptr) co_return false;
  write_down(app::profile_turned(act, view(*found), running));
  changed(found->account);
  if (running && !found->running) found->first_polled_at.reset();
  const bool alone = std::none_of(profiles_.begin(), profiles_.end(), [&](const auto& entry) {
    return entry.second.account == found->account && entry.second.running;
  });
  if (running && alone) accounts_.at(found->account).health.watched_since.reset();
  if (!running) cancel_reserved(id);
  found->running = running;
  co_return true;
}

base::task<> MemoryStore::stop_all(app::Scope scope, app::Act act) {
  for (auto& [id, profile] : profiles_) {
    if (!profile.running || !scope.holds(profile.account)) continue;
    write_down(app::profile_turned(act, view(profile), false));
    changed(profile.account);
    profile.running = false;
    cancel_reserved(id);
  }
  co_return;
}

void MemoryStore::cancel_reserved(domain::ProfileId id) {
  for (auto& [reply_id, reply] : replies_) {
    if (!reply.open.call || reply.open.profile != id || reply.open.state != ReplyState::Reserved) continue;
    change(reply, ReplyEvent::Cancel);
    reply.evidence = in_words(domain::CancelReason::ProfileStopped);
  }
}

base::task<bool> MemoryStore::delete_profile(domain::ProfileId id, app::Act act) {
  const domain::Profile* found = find_profile(id);
  if (found == nullptr) co_return false;
  write_down(app::profile_deleted(act, view(*found)));
  const domain::AccountId account_id = found->account;
  changed(account_id);
  profiles_.erase(id);
  health_.erase(id);
  cancel_reserved(id);
  app::Account& account = accounts_.at(account_id);
  const bool last = std::none_of(profiles_.begin(), profiles_.end(),
                                 [&](const auto& entry) { return entry.second.account == account_id; });
  std::erase_if(log_, [&](const app::LogRow& row) {
    const bool of_account = domain::lower_case(row.company) == domain::lower_case(account.credentials.email);
    return row.profile == id || (last && of_account);
  });
  if (last) forget(account);
  co_return true;
}

base::task<> MemoryStore::mark_first_polled(const std::vector<domain::ProfileId>& profiles,
                                            base::Instant at) {
  for (const auto id : profiles) {
    domain::Profile* found = find_profile(id);
    if (found != nullptr && !found->first_polled_at) found->first_polled_at = at;
  }
  co_return;
}

base::task<> MemoryStore::save_health(const std::vector<app::AccountHealth>& accounts,
                                      const std::vector<app::ProfileHealth>& profiles) {
  for (const app::AccountHealth& health : accounts) accounts_.at(health.account).health = health;
  for (const app::ProfileHealth& health : profiles) {
    if (find_profile(health.profile) != nullptr) health_.insert_or_assign(health.profile, health);
  }
  co_return;
}

void MemoryStore::forget(app::Account& account) {
  account.credentials.api_password = base::Secret();
  account.health = app::AccountHealth{account.id};
}

base::task<> MemoryStore::save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                                    base::Instant at) {
  accounts_.at(account).dids = dids;
  accounts_.at(account).dids_asked_at = at;
  co_return;
}

base::task<> MemoryStore::append(std::vector<app::LogRow> rows) {
  for (app::LogRow& row : rows) {
    row.id = ++last_log_id_;
    log_.push_back(std::move(row));
  }
  co_return;
}

base::task<std::vector<app::LogRow>> MemoryStore::rows(app::LogQuery query) {
  std::vector<app::LogRow> found;
  for (auto row = log_.rbegin(); row != log_.rend() && found.size() < query.limit; ++row) {
    if (query.before && row->id >= *query.before) continue;
    if (query.company && domain::lower_case(row->company) != domain::lower_case(*query.company)) continue;
    found.push_back(*row);
  }
  co_return found;
}

base::task<std::vector<std::string>> MemoryStore::companies() {
  std::map<std::string, std::string> by_key;
  for (const app::LogRow& row : log_) {
    if (!row.company.empty()) by_key.emplace(domain::lower_case(row.company), row.company);
  }
  std::vector<std::string> all;
  for (const auto& [key, company] : by_key) all.push_back(company);
  co_return all;
}

base::task<bool> MemoryStore::add_user(std::string name, std::string password_hash, app::Act act) {
  const std::string key = domain::lower_case(name);
  if (users_.contains(key)) co_return false;
  write_down(app::user_changed(act, app::AuditAction::UserAdded, name));
  const domain::UserId id(++last_user_id_);
  users_.emplace(key, app::User{id, std::move(name), std::move(password_hash), act.at});
  co_return true;
}

base::task<bool> MemoryStore::add_first_user(std::string name, std::string password_hash, app::Act act) {
  if (!users_.empty()) co_return false;
  write_down(app::user_changed(act, app::AuditAction::SetUp, name));
  const domain::UserId id(++last_user_id_);
  const std::string key = domain::lower_case(name);
  users_.emplace(key, app::User{id, std::move(name), std::move(password_hash), act.at});
  co_return true;
}

base::task<bool> MemoryStore::set_password(std::string name, std::string password_hash, app::Act act) {
  const auto found = users_.find(domain::lower_case(name));
  if (found == users_.end()) co_return false;
  app::User& user = found->second;
  user.password_hash = std::move(password_hash);
  write_down(app::user_changed(act, app::AuditAction::PasswordChanged, user.name));
  std::erase_if(sessions_, [&](const StoredSession& stored) { return stored.session.user == user.id; });
  co_return true;
}

base::task<> MemoryStore::upgrade_hash(domain::UserId id, std::string old_hash, std::string new_hash) {
  for (auto& [key, user] : users_) {
    if (user.id == id && user.password_hash == old_hash) user.password_hash = new_hash;
  }
  co_return;
}

base::task<app::Users::RemoveResult> MemoryStore::remove_user(std::string name, app::Act act) {
  const auto found = users_.find(domain::lower_case(name));
  if (found == users_.end()) co_return RemoveResult::NoSuchUser;
  if (users_.size() == 1) co_return RemoveResult::LastUser;
  const domain::UserId id = found->second.id;
  std::erase_if(sessions_, [&](const StoredSession& stored) { return stored.session.user == id; });
  std::erase_if(tokens_, [&](const StoredToken& stored) { return stored.token.user == id; });
  write_down(app::user_changed(act, app::AuditAction::UserRemoved, found->second.name));
  users_.erase(found);
  co_return RemoveResult::Done;
}

base::task<std::optional<app::User>> MemoryStore::user(std::string name) {
  const auto found = users_.find(domain::lower_case(name));
  if (found == users_.end()) co_return std::nullopt;
  co_return found->second;
}

base::task<std::vector<app::User>> MemoryStore::users() {
  std::vector<app::User> all;
  for (const auto& [key, user] : users_) all.push_back(user);
  co_return all;
}

const app::User* MemoryStore::find_user(domain::UserId id) const {
  const auto found =
      std::find_if(users_.begin(), users_.end(), [&](const auto& entry) { return entry.second.id == id; });
  return found == users_.end() ? nullptr : &found->second;
}

base::task<> MemoryStore::add_session(std::string token_hash, domain::UserId user, std::string browser,
                                      app::SessionLimits limits, app::Act act) {
  std::erase_if(sessions_,
                [&](const StoredSession& stored) { return is_over(stored.session, act.at, limits); });
  const app::User* found = find_user(user);
  if (found == nullptr) co_return;
  app::Session session{++last_session_id_, user, found->name, act.at, act.at, act.actor.address,
                       std::move(browser)};
  write_down(app::logged_in(act, session.id));
  sessions_.push_back({std::move(session), std::move(token_hash)});
}

base::task<std::optional<app::Session>> MemoryStore::session(std::string token_hash, base::Instant now,
                                                             app::SessionLimits limits) {
  for (const StoredSession& stored : sessions_) {
    if (stored.token_hash == token_hash && !is_over(stored.session, now, limits)) co_return stored.session;
  }
  co_return std::nullopt;
}

base::task<> MemoryStore::touch_session(std::int64_t id, base::Instant now) {
  for (StoredSession& stored : sessions_) {
    app::Session& session = stored.session;
    if (session.id == id) session.last_seen_at = std::max(session.last_seen_at, now);
  }
  co_return;
}

base::task<std::vector<app::Session>> MemoryStore::sessions_of(domain::UserId user, base::Instant now,
                                                               app::SessionLimits limits) {
  std::vector<app::Session> found;
  for (const StoredSession& stored : sessions_) {
    if (stored.session.user == user && !is_over(stored.session, now, limits)) found.push_back(stored.session);
  }
  std::sort(found.begin(), found.end(), [](const app::Session& a, const app::Session& b) {
    return std::pair(a.last_seen_at, a.id) > std::pair(b.last_seen_at, b.id);
  });
  co_return found;
}

base::task<bool> MemoryStore::end_session(domain::UserId user, std::int64_t id, app::Act act) {
  const auto ended = std::erase_if(sessions_, [&](const StoredSession& stored) {
    return stored.session.user == user && stored.session.id == id;
  });
  if (ended > 0) write_down(app::session_ended(act, id));
  co_return ended > 0;
}

base::task<> MemoryStore::add_token(std::string token_hash, domain::UserId user, std::string name,
                                    app::Act act) {
  const app::User* found = find_user(user);
  if (found == nullptr) co_return;
  app::ApiToken token{++last_token_id_, user, found->name, std::move(name), act.at, std::nullopt};
  write_down(app::token_added(act, token.id, token.name));
  tokens_.push_back({std::move(token), std::move(token_hash)});
}

base::task<std::optional<app::ApiToken>> MemoryStore::token(std::string token_hash, base::Instant now) {
  for (StoredToken& stored : tokens_) {
    if (stored.token_hash != token_hash) continue;
    auto& used_at = stored.token.last_used_at;
    if (!used_at || now - *used_at >= std::chrono::minutes{1}) used_at = now;
    co_return stored.token;
  }
  co_return std::nullopt;
}

base::task<std::vector<app::ApiToken>> MemoryStore::tokens() {
  std::vector<app::ApiToken> all;
  for (auto stored = tokens_.rbegin(); stored != tokens_.rend(); ++stored) all.push_back(stored->token);
  co_return all;
}

base::task<std::optional<app::ApiToken>> MemoryStore::remove_token(std::int64_t id, app::Act act) {
  const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                  [&](const StoredToken& stored) { return stored.token.id == id; });
  if (found == tokens_.end()) co_return std::nullopt;
  app::ApiToken removed = found->token;
  write_down(app::token_removed(act, id, removed.name));
  tokens_.erase(found);
  co_return removed;
}

void MemoryStore::write_down(app::AuditRow row) {
  row.id = ++last_audit_id_;
  audit_.push_back(std::move(row));
}

base::task<> MemoryStore::note(app::AuditRow row) {
  write_down(std::move(row));
  co_return;
}

base::task<std::vector<app::AuditRow>> MemoryStore::audit_rows(std::optional<std::int64_t> before,
                                                               std::size_t limit) {
  std::vector<app::AuditRow> found;
  for (auto row = audit_.rbegin(); row != audit_.rend() && found.size() < limit; ++row) {
    if (!before || row->id < *before) found.push_back(*row);
  }
  co_return found;
}

base::task<int> MemoryStore::prune(app::RetentionCuts cuts, int limit) {
  int left = limit;
  const auto take_one = [&](bool is_old) { return is_old && left > 0 && left-- > 0; };
  for (auto& [id, call] : calls_) {
    StoredReply* reply = call.reply ? &replies_.at(*call.reply) : nullptr;
    const bool busy =
        reply != nullptr && (domain::is_open(reply->open.state) || reply->open.sending_at >= cuts.records);
    if (call.erased || busy || !take_one(call.recorded.call.started_at() < cuts.records)) continue;
    call.erased = true;
    call.recorded.call.caller = {};
    for (domain::Leg& leg : call.recorded.call.legs) leg.key.clear();
    if (reply != nullptr) reply->open.text.body.clear();
  }
  for (auto& [id, reply] : replies_) {
    app::OpenReply& open = reply.open;
    const bool whole_test = !open.call && !domain::is_open(open.state) && !open.text.body.empty();
    if (whole_test && take_one(open.called_at < cuts.records)) open.text.body.clear();
  }
  std::erase_if(conversations_,
                [&](const auto& entry) { return take_one(entry.second.began_at < cuts.records); });
  std::erase_if(log_, [&](const app::LogRow& row) { return take_one(row.at < cuts.records); });
  std::erase_if(audit_, [&](const app::AuditRow& row) { return take_one(row.act.at < cuts.audit); });
  co_return limit - left;
}

}  // namespace sms_notifier::test_support
