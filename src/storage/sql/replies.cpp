#include "storage/sql/replies.h"

#include <algorithm>

#include "base/ensure.h"
#include "storage/sql/callers.h"
#include "storage/sql/calls.h"
#include "storage/sql/rows.h"
#include "storage/sql/settings.h"

namespace sms_notifier::storage::replies_sql {
namespace {

using domain::CancelReason;
using domain::ReplyEvent;
using domain::ReplyState;
using soci::into;
using soci::use;

/// A reply's row, as far as deciding what happens next needs it.
struct ReplyRow {
  app::OpenReply open;
  Int budget_day = 0;
  base::Instant reserved_at;
};

constexpr const char* reply_columns =
    "id, account_id, call_id, profile_id, did, caller, body, kind, state, attempts, maybe_sent, called_at, "
    "not_before, "
    "expires_at, coalesce(sending_at, 0), budget_day, reserved_at, orders, "
    "(SELECT count(*) FROM attempts WHERE reply_id = replies.id AND outcome = 'uncertain')";

/// Where a statement puts the reply_columns.
struct ReplyColumns {
  Int id = 0, account = 0, call = 0, profile = 0, attempts = 0, maybe_sent = 0;
  Int called_at = 0, not_before = 0, expires_at = 0, sending_at = 0, budget_day = 0;
  Int reserved_at = 0, orders = 0, uncertain_texts = 0;
  std::string did, caller, body, kind, state;

  ReplyRow row() const {
    return {{domain::ReplyId(id), domain::AccountId(account), domain::CallId(call),
             domain::ProfileId(profile), domain::TextMessage{storage::did(did), number(caller), body},
             checked(domain::message_kind_from_code(kind), "kind"),
             checked(domain::reply_state_from_code(state), "state"), static_cast<int>(attempts),
             static_cast<int>(maybe_sent), instant(called_at), instant(not_before), instant(expires_at),
             optional_instant(sending_at), static_cast<int>(orders), orders > 0 && uncertain_texts > 0},
            budget_day,
            instant(reserved_at)};
  }
};

/// Runs a query for reply_columns.
template <class Bind>
std::vector<ReplyRow> select_replies(soci::session& sql, const std::string& where, Bind bind) {
  ReplyColumns c;
  soci::statement statement(sql);
  for (Int* column : {&c.id, &c.account, &c.call, &c.profile}) statement.exchange(into(*column));
  for (std::string* column : {&c.did, &c.caller, &c.body, &c.kind, &c.state})
    statement.exchange(into(*column));
  for (Int* column : {&c.attempts, &c.maybe_sent, &c.called_at, &c.not_before, &c.expires_at, &c.sending_at,
                      &c.budget_day, &c.reserved_at, &c.orders, &c.uncertain_texts})
    statement.exchange(into(*column));
  bind(statement);
  statement.alloc();
  statement.prepare("SELECT " + std::string(reply_columns) + " FROM replies WHERE " + where);
  statement.define_and_bind();
  statement.execute();
  std::vector<ReplyRow> rows;
  while (statement.fetch()) rows.push_back(c.row());
  return rows;
}

ReplyRow find_reply(soci::session& sql, domain::ReplyId id) {
  const Int key = id.value();
  auto rows = select_replies(sql, "id = :id", [&](soci::statement& s) { s.exchange(use(key)); });
  base::ensure(rows.size() == 1, "there is no such reply");
  return std::move(rows.front());
}

/// Cooldown and budget are given back when it is certain that nothing was sent.
void give_back(soci::session& sql, const ReplyRow& reply) {
  const Int account = reply.open.account.value();
  const std::string did = to_column(reply.open.text.from);
  const std::string caller = to_column(reply.open.text.to);
  sql << "UPDATE contacts SET last_texted_at = (SELECT max(reserved_at) FROM replies WHERE account_id = :a "
         "AND did = :d "
         "AND caller = :c AND state IN ('reserved', 'sending', 'unknown', 'sent', 'uncertain')) "
         "WHERE account_id = :a2 AND did = :d2 AND caller = :c2",
      use(account), use(did), use(caller), use(account), use(did), use(caller);
  sql << "UPDATE budgets SET used = used - 1 WHERE account_id = :a AND day = :day AND used > 0", use(account),
      use(reply.budget_day);
}

/// An order that came to nothing: the caller's cooldown is that of the earlier text, which may be out.
void count_from_uncertain_text(soci::session& sql, domain::ReplyId reply) {
  const Int id = reply.value();
  sql << "UPDATE replies SET reserved_at = (SELECT max(sending_at) FROM attempts WHERE reply_id = :id AND "
         "outcome = 'uncertain') WHERE id = :id2",
      use(id), use(id);
}

/// What a change of state writes besides the state.
struct Change {
  std::string evidence;
  std::string provider_id;                  ///< empty: unchanged
  std::optional<base::Instant> settled_at;  ///< none: cleared
  std::optional<base::Instant> not_before;  ///< none: unchanged
  int maybe_sent_back = 0;
};

/// The one place that changes a reply's state, apart from a claim.
ReplyState change(soci::session& sql, ReplyRow& reply, ReplyEvent event, const Change& what) {
  const std::optional<ReplyState> next = domain::next_state(reply.open.state, event, reply.open.may_be_out);
  base::ensure(next.has_value(), "illegal change of a reply's state");
  const ReplyState before = reply.open.state;
  const std::string from(to_code(before));
  const std::string to(to_code(*next));
  const Int id = reply.open.id.value();
  const Int settled_at = to_column(what.settled_at);
  const Int not_before = to_column(what.not_before);
  soci::statement update =
      (sql.prepare
           << "UPDATE replies SET state = :to, evidence = :evidence, settled_at = nullif(:settled, 0), "
              "provider_id = coalesce(nullif(:provider_id, ''), provider_id), "
              "not_before = coalesce(nullif(:not_before, 0), not_before), maybe_sent = maybe_sent - :back "
              "WHERE id = :id AND state = :from",
       use(to), use(what.evidence), use(settled_at), use(what.provider_id), use(not_before),
       use(what.maybe_sent_back), use(id), use(from));
  update.execute(true);
  base::ensure(affected(update) == 1, "a reply changed its state in the middle of a transaction");
  calls_sql::show_state(sql, reply.open.call, *next);
  reply.open.state = *next;
  // By itself the event means that this text is certainly not out, whatever became of an earlier one.
  const bool not_out = !domain::counts_as_texted(*domain::next_state(before, event));
  if (not_out && reply.open.may_be_out) count_from_uncertain_text(sql, reply.open.id);
  if (not_out) give_back(sql, reply);
  return *next;
}

void end_attempt(soci::session& sql, domain::ReplyId id, int attempt, ReplyState outcome,
                 const std::string& evidence, base::Instant at) {
  const Int reply = id.value();
  const Int settled_at = to_column(at);
  const std::string code(to_code(outcome));
  sql << "UPDATE attempts SET settled_at = :at, outcome = :outcome, evidence = :evidence WHERE reply_id = :r "
         "AND n = :n",
      use(settled_at), use(code), use(evidence), use(reply), use(attempt);
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

/// The reply's profile, as it is when somebody wants to claim.
struct ProfileNow {
  std::optional<domain::AccountId> account;  ///< none: the profile is gone
  std::string did;
  bool running = false;  ///< false when it is gone as well
  bool dry_run = false;
  std::optional<domain::OpeningHours> hours;
  std::string message;
  std::chrono::seconds cooldown{0};
};

ProfileNow profile_now(soci::session& sql, domain::ProfileId profile_id) {
  const Int id = profile_id.value();
  Int running = 0;
  Int dry_run = 0;
  Int cooldown = 0;
  Int account = 0;
  std::string hours;
  ProfileNow profile;
  sql << "SELECT account_id, did, running, dry_run, hours, message, cooldown_seconds FROM profiles WHERE id "
         "= :id",
      use(id), into(account), into(profile.did), into(running), into(dry_run), into(hours),
      into(profile.message), into(cooldown);
  if (!sql.got_data()) return {};
  profile.account = domain::AccountId(account);
  profile.running = running != 0;
  profile.dry_run = dry_run != 0;
  profile.cooldown = std::chrono::seconds{cooldown};
  if (!hours.empty()) profile.hours = checked(domain::OpeningHours::parse(hours), "hours");
  return profile;
}

std::vector<domain::ClaimedText> test_texts(soci::session& sql, domain::AccountId account_id,
                                            domain::Did from, base::Instant since) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const Int at = to_column(since);
  Int sent_at = 0;
  std::string recipient, body;
  soci::statement statement =
      (sql.prepare
           << "SELECT recipient, body, sent_at FROM test_texts WHERE account_id = :a AND did = :d AND "
              "sent_at >= :since ORDER BY id",
       use(account), use(did), use(at), into(recipient), into(body), into(sent_at));
  statement.execute();
  std::vector<domain::ClaimedText> texts;
  while (statement.fetch())
    texts.push_back(domain::test_text({from, number(recipient), body}, instant(sent_at)));
  return texts;
}

/// Why the reply is not wanted any more, judged in the transaction that would claim it.
std::optional<CancelReason> unwanted(soci::session& sql, const ReplyRow& row, const ProfileNow& profile,
                                     base::Instant now, domain::WallTime wall_now) {
  const app::OpenReply& reply = row.open;
  const bool ordered = reply.orders > 0;
  if (!profile.running) return CancelReason::ProfileStopped;
  const domain::CallerHistory known =
      callers_sql::history(sql, reply.account, reply.text.from, reply.text.to);
  if (known.opted_out) return CancelReason::OptedOut;
  if (known.blocked) return CancelReason::Blocked;
  // Whoever ordered it knew what had gone out by then.
  const base::Instant unknown_since = ordered ? row.reserved_at : now - profile.cooldown;
  if (callers_sql::texted_elsewhere_since(sql, reply.text, unknown_since))
    return CancelReason::TextedElsewhere;
  if (!ordered && profile.hours && !profile.hours->open_at(wall_now)) return CancelReason::Closed;
  if (profile.dry_run) return CancelReason::DryRun;
  return std::nullopt;
}

/// An uncertain reply is to be sent again.
app::OpenReply order_again(soci::session& sql, ReplyRow& reply, base::Instant now, base::Instant expires_at,
                           domain::Day budget_day) {
  change(sql, reply, ReplyEvent::Order, Change{"ordered again while it was uncertain", {}, {}, now});
  const Int id = reply.open.id.value();
  const Int at = to_column(now);
  const Int expires = to_column(expires_at);
  const Int day = budget_day.time_since_epoch().count();
  sql << "UPDATE replies SET orders = orders + 1, reserved_at = :at, expires_at = :expires, budget_day = "
         ":day "
         "WHERE id = :id",
      use(at), use(expires), use(day), use(id);
  return find_reply(sql, reply.open.id).open;
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

app::OpenReply reserve(soci::session& sql, domain::AccountId account_id, domain::CallId call_id,
                       const app::DecidedCall& decided, int orders) {
  const app::DecidedCall::ReplyTerms& terms = *decided.terms;
  app::OpenReply open = app::reserved_reply(domain::ReplyId(), account_id, call_id, decided);
  open.orders = orders;
  const Int account = account_id.value();
  const Int call = call_id.value();
  const Int profile = decided.profile.value();
  const std::string did = to_column(terms.text.from);
  const std::string caller = to_column(terms.text.to);
  const std::string kind(to_code(open.kind));
  const std::string state(to_code(open.state));
  const Int called_at = to_column(open.called_at);
  const Int reserved_at = to_column(decided.first_seen_at);
  const Int not_before = to_column(terms.not_before);
  const Int expires_at = to_column(terms.expires_at);
  const Int day = terms.budget_day.time_since_epoch().count();
  sql << "INSERT INTO replies (account_id, call_id, profile_id, did, caller, body, kind, state, called_at, "
         "reserved_at, "
         "not_before, expires_at, budget_day, orders) VALUES (:a, :call, :p, :d, :c, :body, :kind, :state, "
         ":called, :reserved, :not_before, :expires, :day, :orders)",
      use(account), use(call), use(profile), use(did), use(caller), use(terms.text.body), use(kind),
      use(state), use(called_at), use(reserved_at), use(not_before), use(expires_at), use(day), use(orders);
  open.id = domain::ReplyId(last_id(sql, "replies"));
  calls_sql::show_state(sql, call_id, open.state);
  return open;
}

app::ReviseOutcome call_caught_up(soci::session& sql, domain::CallId call) {
  const Int key = call.value();
  auto replies = select_replies(sql, "call_id = :call", [&](soci::statement& s) { s.exchange(use(key)); });
  if (replies.empty()) return app::ReviseOutcome::Recorded;
  ReplyRow& reply = replies.front();
  if (reply.open.state == ReplyState::Reserved) {
    change(sql, reply, ReplyEvent::Cancel, Change{std::string(in_words(CancelReason::CaughtUp))});
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
  const int intents_allowed = domain::intents_allowed(reply.open.orders);
  if (reply.open.state != ReplyState::Reserved || reply.open.maybe_sent >= intents_allowed)
    return app::NotReserved{};
  const ProfileNow profile = profile_now(sql, reply.open.profile);
  if (const auto reason = unwanted(sql, reply, profile, now, wall_now)) {
    change(sql, reply, ReplyEvent::Cancel, Change{std::string(in_words(*reason)), {}, now});
    return app::NoLongerWanted{*reason};
  }
  if (now >= reply.open.expires_at) {
    change(sql, reply, ReplyEvent::Expire, Change{"could not be sent in time", {}, now});
    return app::NoLongerWanted{std::monostate{}};
  }

  base::ensure(domain::next_state(reply.open.state, ReplyEvent::Claim) == ReplyState::Sending,
               "a reserved reply can be claimed");
  domain::TextMessage text = reply.open.text;
  // The owner's words of now, unless the old ones may be at the caller's already.
  if (reply.open.maybe_sent == 0) text.body = profile.message;
  const domain::MessageKind kind = domain::kind_of(text.body);
  const std::string kind_code(to_code(kind));
  const Int reply_id = id.value();
  const Int at = to_column(now);
  // The guards stand in the statement as well: it is what makes the intent, whatever was read before.
  soci::statement update =
      (sql.prepare
           << "UPDATE replies SET state = 'sending', attempts = attempts + 1, maybe_sent = maybe_sent + 1, "
              "sending_at = :at, settled_at = NULL, body = :body, kind = :kind WHERE id = :id AND state = "
              "'reserved' AND maybe_sent < "
              ":most "
              "AND expires_at > :now AND EXISTS (SELECT 1 FROM profiles WHERE id = replies.profile_id AND "
              "running = 1) AND NOT EXISTS (SELECT 1 FROM blocked WHERE caller = replies.caller) AND NOT "
              "EXISTS (SELECT 1 FROM contacts WHERE account_id = replies.account_id AND did = '' AND "
              "caller = replies.caller AND opted_out_at IS NOT NULL)",
       use(at), use(text.body), use(kind_code), use(reply_id), use(intents_allowed), use(at));
  update.execute(true);
  if (affected(update) == 0) return app::NotReserved{};
  calls_sql::show_state(sql, reply.open.call, ReplyState::Sending);
  const int attempt = reply.open.attempts + 1;
  sql << "INSERT INTO attempts (reply_id, n, sending_at) VALUES (:id, :n, :at)", use(reply_id), use(attempt),
      use(at);
  return app::Claimed{attempt, std::move(text), kind};
}

ReplyState settle(soci::session& sql, domain::ReplyId id, int attempt, const app::Settlement& settlement,
                  base::Instant now) {
  ReplyRow reply = find_reply(sql, id);
  const bool accept = settlement.event == ReplyEvent::Accept;
  const bool mine = reply.open.state == ReplyState::Sending && reply.open.attempts == attempt;
  const bool late_accept =
      accept && (reply.open.state == ReplyState::Unknown || reply.open.state == ReplyState::Uncertain);
  if (!mine && !late_accept) return reply.open.state;

  Change what{settlement.evidence, {}, now};
  if (accept && !provider_id_taken(sql, reply.open, settlement.provider_id))
    what.provider_id = settlement.provider_id;
  if (settlement.event == ReplyEvent::NotSent) {
    what.not_before = settlement.retry_at.value_or(now);
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
  // A text that was proved absent and reserved again may be found after all.
  const bool found_after_all = reply.open.state == ReplyState::Reserved && reply.open.maybe_sent > 0 &&
                               resolution.event == ReplyEvent::Accept;
  if (reply.open.state != ReplyState::Unknown && !found_after_all) return reply.open.state;

  ReplyEvent event = resolution.event;
  Change what{resolution.evidence, {}, now};
  if (event == ReplyEvent::Accept) {
    if (provider_id_taken(sql, reply.open, resolution.provider_id)) return reply.open.state;
    what.provider_id = resolution.provider_id;
  }
  if (event == ReplyEvent::ProveAbsent) {
    const bool again =
        reply.open.maybe_sent < domain::intents_allowed(reply.open.orders) && now < reply.open.expires_at;
    if (again) {
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

app::OrderOutcome order_text(soci::session& sql, domain::CallId call_id, base::Instant now,
                             base::Instant expires_at, domain::Day budget_day, int budget_cap) {
  using Refusal = app::OrderRefusal;
  const Int id = call_id.value();
  Int account_number = 0;
  std::string outcome;
  sql << "SELECT c.account_id, d.outcome FROM calls c JOIN decisions d ON d.account_id = c.account_id AND "
         "d.call_id = c.id WHERE c.id = :id",
      use(id), into(account_number), into(outcome);
  if (!sql.got_data()) return Refusal::NoSuchCall;
  const domain::AccountId account(account_number);
  const app::RecordedCall call = calls_sql::find_call(sql, call_id);
  auto replies = select_replies(sql, "call_id = :call", [&](soci::statement& s) { s.exchange(use(id)); });
  std::optional<ReplyState> state;
  if (!replies.empty()) state = replies.front().open.state;
  const domain::Decision decision = checked(domain::decision_from_code(outcome), "outcome");
  if (!domain::can_be_ordered(decision, state) || !domain::can_be_texted(call.call.caller))
    return Refusal::NotOffered;

  const ProfileNow profile = profile_now(sql, call.profile);
  if (profile.account != account) return Refusal::ProfileGone;
  if (!profile.running) return Refusal::ProfileStopped;
  if (profile.dry_run) return Refusal::DryRun;
  const domain::TextMessage text =
      state ? replies.front().open.text
            : domain::TextMessage{did(profile.did), *call.call.caller.number, profile.message};
  const domain::CallerHistory known = callers_sql::history(sql, account, text.from, text.to);
  if (known.opted_out) return Refusal::OptedOut;
  if (known.blocked) return Refusal::Blocked;
  if (!callers_sql::spend(sql, account, budget_day, budget_cap)) return Refusal::CapReached;
  callers_sql::count_for_cooldown(sql, account, text, now);
  settings_sql::bump_version(sql);

  if (state) return app::Ordered{order_again(sql, replies.front(), now, expires_at, budget_day)};
  app::DecidedCall decided{call.call, call.profile, domain::ReplyToCall{}, now, std::nullopt};
  decided.terms =
      app::DecidedCall::ReplyTerms{text, now, expires_at, {}, std::nullopt, budget_day, budget_cap};
  return app::Ordered{reserve(sql, account, call_id, decided, 1)};
}

int disown_sending(soci::session& sql) {
  auto replies = select_replies(sql, "state = 'sending'", [](soci::statement&) {});
  for (ReplyRow& reply : replies)
    change(sql, reply, ReplyEvent::LoseSight, Change{"the service ended while the text was being sent"});
  return static_cast<int>(replies.size());
}

std::vector<app::OpenReply> open_replies(soci::session& sql) {
  std::vector<app::OpenReply> open;
  for (ReplyRow& reply : select_replies(sql, "state IN ('reserved', 'sending', 'unknown') ORDER BY id",
                                        [](soci::statement&) {}))
    open.push_back(std::move(reply.open));
  return open;
}

std::vector<domain::ClaimedText> claimed_texts(soci::session& sql, domain::AccountId account_id,
                                               domain::Did from, base::Instant since) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const Int at = to_column(since);
  Int id = 0, attempts = 0, sending_at = 0;
  std::string caller, body, kind, state, provider_id;
  soci::statement statement =
      (sql.prepare << "SELECT id, attempts, caller, body, kind, state, coalesce(provider_id, ''), sending_at "
                      "FROM replies WHERE account_id = :a AND did = :d AND sending_at >= :since AND "
                      "maybe_sent > 0 AND state NOT IN ('rejected', 'cancelled', 'expired') ORDER BY id",
       use(account), use(did), use(at), into(id), into(attempts), into(caller), into(body), into(kind),
       into(state), into(provider_id), into(sending_at));
  statement.execute();
  std::vector<domain::ClaimedText> texts = test_texts(sql, account_id, from, since);
  while (statement.fetch()) {
    texts.push_back(
        {domain::ReplyId(id), static_cast<int>(attempts), domain::TextMessage{from, number(caller), body},
         checked(domain::message_kind_from_code(kind), "kind"),
         checked(domain::reply_state_from_code(state), "state"), provider_id, instant(sending_at)});
  }
  const std::vector<domain::ClaimedText> earlier = earlier_uncertain_texts(sql, account_id, from, since);
  texts.insert(texts.end(), earlier.begin(), earlier.end());
  return texts;
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

void note_test_text(soci::session& sql, domain::AccountId account_id, const domain::TextMessage& text,
                    base::Instant when) {
  const Int account = account_id.value();
  const std::string did = to_column(text.from);
  const std::string recipient = to_column(text.to);
  const Int at = to_column(when);
  sql << "INSERT INTO test_texts (account_id, did, recipient, body, sent_at) VALUES (:a, :d, :to, :body, "
         ":at)",
      use(account), use(did), use(recipient), use(text.body), use(at);
}

void cancel_reserved(soci::session& sql, domain::ProfileId profile) {
  const Int id = profile.value();
  auto replies = select_replies(sql, "profile_id = :p AND state = 'reserved'",
                                [&](soci::statement& s) { s.exchange(use(id)); });
  for (ReplyRow& reply : replies)
    change(sql, reply, ReplyEvent::Cancel, Change{std::string(in_words(CancelReason::ProfileStopped))});
}

}  // namespace sms_notifier::storage::replies_sql
