#include "storage/sql/replies.h"

#include <algorithm>

#include "base/ensure.h"
#include "domain/sentences.h"
#include "storage/raced.h"
#include "storage/sql/callers.h"
#include "storage/sql/calls.h"
#include "storage/sql/reply_rows.h"
#include "storage/sql/rows.h"
#include "storage/sql/sentences.h"
#include "storage/sql/settings.h"

namespace sms_notifier::storage::replies_sql {
namespace {

using domain::CancelReason;
using domain::ReplyEvent;
using domain::ReplyState;
using soci::into;
using soci::use;

void end_attempt(soci::session& sql, domain::ReplyId id, int attempt, ReplyState outcome,
                 const domain::Sentence& evidence, base::Instant at) {
  const Int reply = id.value();
  const Int settled_at = to_column(at);
  const std::string code(to_code(outcome));
  const std::string values = values_column(evidence);
  sql << "UPDATE attempts SET settled_at = :at, outcome = :outcome, evidence = :evidence, "
         "evidence_values = nullif(:values, '') WHERE reply_id = :r AND n = :n",
      use(settled_at), use(code), use(evidence.text()), use(values), use(reply), use(attempt);
}

bool provider_id_taken(soci::session& sql, const app::OpenReply& reply, const std::string& provider_id) {
  const Int account = reply.account.value();
  const Int id = reply.id.value();
  const std::string kind(to_code(reply.kind));
  Int others = 0;
  sql << "SELECT count(*) FROM replies WHERE account_id = :a AND kind = :kind AND provider_id = :p AND id <> "
         ":id",
      use(account), use(kind), use(provider_id), use(id), into(others);
  return others > 0;
}

/// The reply's profile, as it is when a worker wants to claim.
struct ProfileNow {
  std::optional<domain::AccountId> account;  ///< none: the profile is gone
  std::string did;
  bool running = false;  ///< false when it is gone as well
  bool dry_run = false;
  std::optional<domain::OpeningHours> hours;
  std::string message;
  std::chrono::seconds call_duration{0};
  std::chrono::seconds cooldown{0};
};

ProfileNow profile_now(soci::session& sql, domain::ProfileId profile_id) {
  const Int id = profile_id.value();
  Int running = 0;
  Int dry_run = 0;
  Int call_duration = 0;
  Int cooldown = 0;
  Int account = 0;
  std::string hours;
  ProfileNow profile;
  sql << "SELECT account_id, did, running, dry_run, hours, message, call_duration, cooldown_seconds "
         "FROM profiles WHERE id = :id",
      use(id), into(account), into(profile.did), into(running), into(dry_run), into(hours),
      into(profile.message), into(call_duration), into(cooldown);
  if (!sql.got_data()) return {};
  profile.account = domain::AccountId(account);
  profile.running = running != 0;
  profile.dry_run = dry_run != 0;
  profile.call_duration = std::chrono::seconds{call_duration};
  profile.cooldown = std::chrono::seconds{cooldown};
  if (!hours.empty()) profile.hours = checked(domain::OpeningHours::parse(hours), "hours");
  return profile;
}

domain::TextCause cause_of(const app::OpenReply& reply) {
  if (!reply.call) return domain::TextCause::Test;
  return reply.orders > 0 ? domain::TextCause::Order : domain::TextCause::MissedCall;
}

/// When the caller last tried, as far as the call's legs tell.
base::Instant last_tried_at(soci::session& sql, const app::OpenReply& reply) {
  if (!reply.call) return reply.called_at;
  const Int call = reply.call->value();
  Int at = 0;
  sql << "SELECT coalesce(max(started_at), 0) FROM legs WHERE call_id = :call", use(call), into(at);
  return std::max(instant(at), reply.called_at);
}

/// What domain::claim_verdict() asks for, as it is in this transaction.
domain::ClaimFacts claim_facts(soci::session& sql, const ReplyRow& row, const ProfileNow& profile,
                               base::Instant now, domain::WallTime wall_now) {
  const app::OpenReply& reply = row.open;
  const domain::CallerHistory known =
      callers_sql::history(sql, reply.account, reply.text.from, profile.call_duration, reply.text.to);
  domain::LateFacts late;
  late.cause = cause_of(reply);
  late.running = profile.running;
  late.dry_run = profile.dry_run;
  late.hours = profile.hours;
  late.cooldown = profile.cooldown;
  late.opted_out = known.opted_out;
  late.blocked = known.blocked;
  late.texted_elsewhere_at = callers_sql::texted_elsewhere_at(sql, reply.text);
  late.spoke_until = known.spoke_until;
  late.called_at = last_tried_at(sql, reply);
  late.wanted_at = row.reserved_at;
  late.now = now;
  late.wall_now = wall_now;
  return {reply.state, reply.tries(), late};
}

/// An uncertain reply is to be sent again.
app::OpenReply order_again(soci::session& sql, ReplyRow& reply, const app::OrderLimits& limits) {
  change(sql, reply, ReplyEvent::Order,
         Change{"ordered again while it was uncertain"_key, {}, {}, limits.now});
  const Int id = reply.open.id.value();
  const Int at = to_column(limits.now);
  const Int expires = to_column(limits.expires_at);
  const Int day = limits.budget_day.time_since_epoch().count();
  sql << "UPDATE replies SET orders = orders + 1, reserved_at = :at, expires_at = :expires, budget_day = "
         ":day "
         "WHERE id = :id",
      use(at), use(expires), use(day), use(id);
  return find_reply(sql, reply.open.id).open;
}

/// Test texts of that day, however they ended.
int test_texts_counted(soci::session& sql, domain::AccountId account_id, domain::Day day) {
  const Int account = account_id.value();
  const Int number_of_day = day.time_since_epoch().count();
  Int texts = 0;
  sql << "SELECT count(*) FROM replies WHERE account_id = :a AND call_id IS NULL AND budget_day = :day",
      use(account), use(number_of_day), into(texts);
  return static_cast<int>(texts);
}

/// Texts that were uncertain when their replies were ordered and claimed again.
std::vector<domain::ClaimedText> earlier_uncertain_texts(soci::session& sql, domain::AccountId account_id,
                                                         domain::Did from, base::Instant since) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const Int at = to_column(since);
  Int id = 0, n = 0, sending_at = 0;
  std::string caller, body, kind, state;
  soci::statement statement =
      (sql.prepare << "SELECT r.id, a.n, r.caller, r.body, r.kind, r.state, a.sending_at FROM replies r JOIN "
                      "attempts a ON "
                      "a.reply_id = r.id AND a.outcome = 'uncertain' AND (a.n < r.attempts OR r.state = "
                      "'sent') WHERE r.account_id = :a AND r.did = :d AND r.orders > 0 AND a.sending_at >= "
                      ":since ORDER BY r.id, a.n",
       use(account), use(did), use(at), into(id), into(n), into(caller), into(body), into(kind), into(state),
       into(sending_at));
  statement.execute();
  std::vector<domain::ClaimedText> texts;
  while (statement.fetch()) {
    texts.push_back({domain::ReplyId(id),
                     static_cast<int>(n),
                     domain::TextMessage{from, number(caller), body},
                     checked(domain::message_kind_from_code(kind), "kind"),
                     checked(domain::reply_state_from_code(state), "state"),
                     {},
                     instant(sending_at)});
  }
  return texts;
}

}  // namespace

app::OpenReply reserve(soci::session& sql, domain::AccountId account, domain::CallId call,
                       const app::DecidedCall& decided, int orders) {
  app::OpenReply open = app::reserved_reply(domain::ReplyId(), account, call, decided);
  open.orders = orders;
  insert(sql, open, decided.first_seen_at, decided.terms->budget_day);
  return open;
}

app::ReviseOutcome call_got_through(soci::session& sql, domain::CallId call) {
  const Int key = call.value();
  auto replies = select_replies(sql, "call_id = :call", [&](soci::statement& s) { s.exchange(use(key)); });
  if (replies.empty()) return app::ReviseOutcome::Recorded;
  ReplyRow& reply = replies.front();
  if (reply.open.state == ReplyState::Reserved) {
    change(sql, reply, ReplyEvent::Cancel, Change{in_words(CancelReason::GotThrough)});
    return app::ReviseOutcome::ReplyCancelled;
  }
  if (!domain::counts_as_texted(reply.open.state)) return app::ReviseOutcome::Recorded;
  soci::statement mark =
      (sql.prepare << "UPDATE calls SET answered_after_text = 1 WHERE id = :id AND answered_after_text = 0",
       use(key));
  mark.execute(true);
  return affected(mark) == 1 ? app::ReviseOutcome::AnsweredAfterText : app::ReviseOutcome::Recorded;
}

app::ClaimOutcome claim(soci::session& sql, domain::ReplyId id, base::Instant now,
                        domain::WallTime wall_now) {
  ReplyRow reply = find_reply(sql, id);
  const ProfileNow profile = profile_now(sql, reply.open.profile);
  const domain::ClaimVerdict verdict = domain::claim_verdict(claim_facts(sql, reply, profile, now, wall_now));
  if (std::holds_alternative<domain::MayNotClaim>(verdict)) return app::NotReserved{};
  if (const auto* reason = std::get_if<CancelReason>(&verdict)) {
    change(sql, reply, ReplyEvent::Cancel, Change{in_words(*reason), {}, now});
    return app::NoLongerWanted{*reason};
  }
  if (std::holds_alternative<domain::MustExpire>(verdict)) {
    change(sql, reply, ReplyEvent::Expire, Change{"could not be sent in time"_key, {}, now});
    return app::NoLongerWanted{std::monostate{}};
  }

  domain::TextMessage text = reply.open.text;
  // The owner's words of now, unless the old ones may be at the caller's already.
  if (reply.open.maybe_sent == 0) text.body = profile.message;
  const domain::MessageKind kind = domain::kind_of(text.body);
  const std::string kind_code(to_code(kind));
  const Int reply_id = id.value();
  const Int at = to_column(now);
  // Whatever changes a fact raises the version: this holds the claim to the facts that were read.
  soci::statement update =
      (sql.prepare << "UPDATE replies SET state = 'sending', version = version + 1, attempts = attempts + 1, "
                      "maybe_sent = maybe_sent + 1, sending_at = :at, settled_at = NULL, body = :body, "
                      "kind = :kind WHERE id = :id AND state = 'reserved' AND version = :version",
       use(at), use(text.body), use(kind_code), use(reply_id), use(reply.version));
  update.execute(true);
  if (affected(update) == 0) throw Raced{};
  if (reply.open.call) calls_sql::show_state(sql, *reply.open.call, ReplyState::Sending);
  const int attempt = reply.open.attempts + 1;
  sql << "INSERT INTO attempts (reply_id, n, sending_at) VALUES (:id, :n, :at)", use(reply_id), use(attempt),
      use(at);
  return app::Claimed{attempt, std::move(text), kind};
}

ReplyState settle(soci::session& sql, domain::ReplyId id, int attempt, const app::Settlement& answer,
                  base::Instant now) {
  ReplyRow reply = find_reply(sql, id);
  const bool taken =
      answer.event == ReplyEvent::Accept && provider_id_taken(sql, reply.open, answer.provider_id);
  const app::Settlement settlement = app::proved_by(answer, taken);
  const bool mine = reply.open.state == ReplyState::Sending && reply.open.attempts == attempt;
  const bool late_accept =
      settlement.event == ReplyEvent::Accept &&
      (reply.open.state == ReplyState::Unknown || reply.open.state == ReplyState::Uncertain);
  if (!mine && !late_accept) return reply.open.state;

  Change what{settlement.evidence, {}, now};
  what.provider_id = settlement.provider_id;
  if (settlement.event == ReplyEvent::NotSent) {
    what.not_before = now;
    what.settled_at.reset();
    what.maybe_sent_back = 1;
  }
  const ReplyState of_attempt = *domain::next_state(reply.open.state, settlement.event);
  const ReplyState next = change(sql, reply, settlement.event, what);
  end_attempt(sql, id, attempt, of_attempt, settlement.evidence, now);
  return next;
}

ReplyState resolve(soci::session& sql, domain::ReplyId id, const app::Resolution& resolution,
                   base::Instant now) {
  ReplyRow reply = find_reply(sql, id);
  if (!domain::can_resolve(reply.open.state, resolution.event, reply.open.maybe_sent, reply.open.may_be_out))
    return reply.open.state;

  ReplyEvent event = resolution.event;
  Change what{resolution.evidence, {}, now};
  if (event == ReplyEvent::Accept) {
    if (provider_id_taken(sql, reply.open, resolution.provider_id)) return reply.open.state;
    what.provider_id = resolution.provider_id;
  }
  if (event == ReplyEvent::ProveAbsent) {
    if (reply.open.tries().may_follow(now)) {
      what.not_before = now;
      what.settled_at.reset();
    } else {
      event = ReplyEvent::GiveUp;
    }
  }
  const ReplyState next = change(sql, reply, event, what);
  end_attempt(sql, id, reply.open.attempts, next, resolution.evidence, now);
  return next;
}

app::OrderOutcome order_text(soci::session& sql, domain::CallId call_id, const app::OrderLimits& limits) {
  const Int id = call_id.value();
  Int account_number = 0;
  std::string outcome;
  sql << "SELECT c.account_id, d.outcome FROM calls c JOIN decisions d ON d.account_id = c.account_id AND "
         "d.call_id = c.id WHERE c.id = :id",
      use(id), into(account_number), into(outcome);
  if (!sql.got_data()) return domain::OrderRefusal::NoSuchCall;
  const domain::AccountId account(account_number);
  const app::RecordedCall call = calls_sql::find_call(sql, call_id);
  auto replies = select_replies(sql, "call_id = :call", [&](soci::statement& s) { s.exchange(use(id)); });
  const ProfileNow profile = profile_now(sql, call.profile);

  domain::OrderFacts facts{checked(domain::decision_from_code(outcome), "outcome")};
  if (!replies.empty()) facts.reply = replies.front().open.state;
  facts.has_number = domain::can_be_texted(call.call.caller);
  facts.profile_here = profile.account == account;
  facts.running = profile.running;
  facts.dry_run = profile.dry_run;
  facts.budget = {callers_sql::texts_counted(sql, account, limits.budget_day), limits.budget_cap};
  if (facts.has_number) {
    const domain::Did from = replies.empty() ? call.call.did : replies.front().open.text.from;
    const domain::CallerHistory known =
        callers_sql::history(sql, account, from, profile.call_duration, *call.call.caller.number);
    facts.opted_out = known.opted_out;
    facts.blocked = known.blocked;
  }
  if (const auto refusal = domain::may_order(facts)) return *refusal;

  const domain::TextMessage text =
      replies.empty() ? domain::TextMessage{did(profile.did), *call.call.caller.number, profile.message}
                      : replies.front().open.text;
  if (!callers_sql::spend(sql, account, limits.budget_day, limits.budget_cap)) throw Raced{};
  callers_sql::count_for_cooldown(sql, account, text, limits.now);
  settings_sql::changed(sql, account);
  if (!replies.empty()) return app::Ordered{order_again(sql, replies.front(), limits)};

  app::DecidedCall decided{call.call, call.profile, domain::ReplyToCall{}, limits.now, std::nullopt};
  decided.terms = app::DecidedCall::ReplyTerms{text,         limits.now,        limits.expires_at, {},
                                               std::nullopt, limits.budget_day, limits.budget_cap};
  return app::Ordered{reserve(sql, account, call_id, decided, 1)};
}

app::OrderOutcome order_test_text(soci::session& sql, domain::ProfileId profile_id, domain::PhoneNumber to,
                                  const app::OrderLimits& limits) {
  const ProfileNow profile = profile_now(sql, profile_id);
  domain::TestFacts facts;
  facts.profile_here = profile.account.has_value();
  if (!facts.profile_here) return *domain::may_test(facts);
  const domain::AccountId account = *profile.account;
  const domain::TextMessage text{did(profile.did), to, profile.message};
  const domain::CallerHistory known =
      callers_sql::history(sql, account, text.from, profile.call_duration, to);
  facts.opted_out = known.opted_out;
  facts.blocked = known.blocked;
  facts.tests_today = test_texts_counted(sql, account, limits.budget_day);
  facts.budget = {callers_sql::texts_counted(sql, account, limits.budget_day), limits.budget_cap};
  if (const auto refusal = domain::may_test(facts)) return *refusal;

  if (!callers_sql::spend(sql, account, limits.budget_day, limits.budget_cap)) throw Raced{};
  app::OpenReply open{domain::ReplyId(), account, std::nullopt, profile_id, text, domain::kind_of(text.body)};
  open.called_at = limits.now;
  open.not_before = limits.now;
  open.expires_at = limits.expires_at;
  insert(sql, open, limits.now, limits.budget_day);
  settings_sql::changed(sql, account);
  return app::Ordered{open};
}

std::optional<app::TestTextProgress> test_text(soci::session& sql, domain::ReplyId reply) {
  const Int id = reply.value();
  std::string state, evidence, values;
  sql << "SELECT state, evidence, coalesce(evidence_values, '') FROM replies WHERE id = :id AND call_id IS "
         "NULL",
      use(id), into(state), into(evidence), into(values);
  if (!sql.got_data()) return std::nullopt;
  return app::TestTextProgress{checked(domain::reply_state_from_code(state), "state"),
                               sentence(evidence, values)};
}

int disown_sending(soci::session& sql, const app::Scope& scope) {
  auto replies = select_replies(sql, "state = 'sending'", [](soci::statement&) {});
  std::erase_if(replies, [&](const ReplyRow& reply) { return !scope.holds(reply.open.account); });
  for (ReplyRow& reply : replies)
    change(sql, reply, ReplyEvent::LoseSight, Change{"the service ended while the text was being sent"_key});
  return static_cast<int>(replies.size());
}

std::vector<app::OpenReply> open_replies(soci::session& sql, const app::Scope& scope) {
  std::vector<app::OpenReply> open;
  for (ReplyRow& reply : select_replies(sql, "state IN ('reserved', 'sending', 'unknown') ORDER BY id",
                                        [](soci::statement&) {})) {
    if (scope.holds(reply.open.account)) open.push_back(std::move(reply.open));
  }
  return open;
}

std::vector<domain::ClaimedText> claimed_texts(soci::session& sql, domain::AccountId account_id,
                                               domain::Did from, base::Instant since) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const Int at = to_column(since);
  Int id = 0, attempts = 0, sending_at = 0, unlisted_since = 0;
  std::string caller, body, kind, state, provider_id;
  soci::statement statement =
      (sql.prepare
           << "SELECT id, attempts, caller, body, kind, state, coalesce(provider_id, ''), sending_at, "
              "coalesce(unlisted_since, 0) FROM replies WHERE account_id = :a AND did = :d AND sending_at >= "
              ":since AND "
              "maybe_sent > 0 AND state NOT IN ('rejected', 'cancelled', 'expired') ORDER BY id",
       use(account), use(did), use(at), into(id), into(attempts), into(caller), into(body), into(kind),
       into(state), into(provider_id), into(sending_at), into(unlisted_since));
  statement.execute();
  std::vector<domain::ClaimedText> texts;
  while (statement.fetch()) {
    texts.push_back({domain::ReplyId(id), static_cast<int>(attempts),
                     domain::TextMessage{from, number(caller), body},
                     checked(domain::message_kind_from_code(kind), "kind"),
                     checked(domain::reply_state_from_code(state), "state"), provider_id, instant(sending_at),
                     optional_instant(unlisted_since)});
  }
  const std::vector<domain::ClaimedText> earlier = earlier_uncertain_texts(sql, account_id, from, since);
  texts.insert(texts.end(), earlier.begin(), earlier.end());
  return texts;
}

std::vector<app::OpenReply> disprove(soci::session& sql, domain::AccountId account_id,
                                     domain::MessageKind message_kind,
                                     const std::vector<domain::SentText>& rows, base::Instant now) {
  const Int account = account_id.value();
  const std::string kind(to_code(message_kind));
  std::vector<app::OpenReply> disproved;
  for (const domain::SentText& row : rows) {
    std::vector<ReplyRow> owners =
        select_replies(sql, "account_id = :a AND kind = :kind AND provider_id = :p AND state = 'sent'",
                       [&](soci::statement& s) {
                         s.exchange(use(account));
                         s.exchange(use(kind));
                         s.exchange(use(row.provider_id));
                       });
    for (ReplyRow& owner : owners) {
      if (!domain::has_other_numbers(row, owner.open.text)) continue;
      Change what{app::id_of_another_text(), {}, now};
      what.forget_provider_id = true;
      change(sql, owner, ReplyEvent::Disprove, what);
      end_attempt(sql, owner.open.id, owner.open.attempts, owner.open.state, what.evidence, now);
      disproved.push_back(owner.open);
    }
  }
  return disproved;
}

void note_listed(soci::session& sql, const std::vector<domain::ReplyId>& newly_missing,
                 const std::vector<domain::ReplyId>& listed_again, base::Instant now) {
  Int id = 0, since = to_column(now);
  soci::statement update =
      (sql.prepare << "UPDATE replies SET unlisted_since = nullif(:since, 0) WHERE id = :id", use(since),
       use(id));
  for (const domain::ReplyId reply : newly_missing) {
    id = reply.value();
    update.execute(true);
  }
  since = 0;
  for (const domain::ReplyId reply : listed_again) {
    id = reply.value();
    update.execute(true);
  }
}

std::vector<base::Duration> reply_times(soci::session& sql, base::Instant since, std::size_t limit) {
  const Int from = to_column(since);
  const Int most = static_cast<Int>(limit);
  Int took = 0;
  soci::statement statement =
      (sql.prepare << "SELECT r.settled_at - c.started_at FROM replies r JOIN calls c ON c.id = r.call_id "
                      "WHERE r.state = 'sent' AND r.settled_at >= :since "
                      "ORDER BY r.settled_at DESC, r.id DESC LIMIT :most",
       use(from), use(most), into(took));
  statement.execute();
  std::vector<base::Duration> times;
  while (statement.fetch()) times.emplace_back(took);
  return times;
}

void late_facts_changed(soci::session& sql, const domain::PhoneNumber& caller_number) {
  const std::string caller = to_column(caller_number);
  sql << "UPDATE replies SET version = version + 1 WHERE state = 'reserved' AND caller = :c", use(caller);
}

void late_facts_changed(soci::session& sql, domain::ProfileId profile) {
  const Int id = profile.value();
  sql << "UPDATE replies SET version = version + 1 WHERE state = 'reserved' AND profile_id = :p", use(id);
}

void cancel_reserved(soci::session& sql, domain::ProfileId profile) {
  const Int id = profile.value();
  auto replies = select_replies(sql, "profile_id = :p AND state = 'reserved' AND call_id IS NOT NULL",
                                [&](soci::statement& s) { s.exchange(use(id)); });
  for (ReplyRow& reply : replies)
    change(sql, reply, ReplyEvent::Cancel, Change{in_words(CancelReason::ProfileStopped)});
}

}  // namespace sms_notifier::storage::replies_sql
