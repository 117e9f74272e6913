#include "storage/sql/reply_rows.h"

#include "base/ensure.h"
#include "storage/raced.h"
#include "storage/sql/calls.h"
#include "storage/sql/sentences.h"

namespace sms_notifier::storage::replies_sql {
namespace {

using domain::ReplyEvent;
using domain::ReplyState;
using soci::into;
using soci::use;

constexpr const char* reply_columns =
    "id, account_id, coalesce(call_id, 0), profile_id, did, caller, body, kind, state, attempts, maybe_sent, "
    "called_at, "
    "not_before, "
    "expires_at, coalesce(sending_at, 0), budget_day, reserved_at, orders, version, "
    "(SELECT count(*) FROM attempts WHERE reply_id = replies.id AND outcome = 'uncertain')";

/// Where a statement puts the reply_columns.
struct ReplyColumns {
  Int id = 0, account = 0, call = 0, profile = 0, attempts = 0, maybe_sent = 0;
  Int called_at = 0, not_before = 0, expires_at = 0, sending_at = 0, budget_day = 0;
  Int reserved_at = 0, orders = 0, version = 0, uncertain_texts = 0;
  std::string did, caller, body, kind, state;

  ReplyRow row() const {
    return {{domain::ReplyId(id), domain::AccountId(account),
             call == 0 ? std::nullopt : std::optional(domain::CallId(call)), domain::ProfileId(profile),
             domain::TextMessage{storage::did(did), number(caller), body},
             checked(domain::message_kind_from_code(kind), "kind"),
             checked(domain::reply_state_from_code(state), "state"), static_cast<int>(attempts),
             static_cast<int>(maybe_sent), instant(called_at), instant(not_before), instant(expires_at),
             optional_instant(sending_at), static_cast<int>(orders), orders > 0 && uncertain_texts > 0},
            budget_day,
            instant(reserved_at),
            version};
  }
};

/// Cooldown and budget are given back when it is certain that nothing was sent.
void give_back(soci::session& sql, const ReplyRow& reply) {
  const Int account = reply.open.account.value();
  const std::string did = to_column(reply.open.text.from);
  const std::string caller = to_column(reply.open.text.to);
  if (reply.open.call) {
    sql << "UPDATE contacts SET version = version + 1, last_texted_at = (SELECT max(reserved_at) FROM "
           "replies "
           "WHERE account_id = :a AND did = :d AND caller = :c AND call_id IS NOT NULL AND "
           "state IN ('reserved', 'sending', 'unknown', 'sent', 'uncertain')) "
           "WHERE account_id = :a2 AND did = :d2 AND caller = :c2",
        use(account), use(did), use(caller), use(account), use(did), use(caller);
  }
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

}  // namespace

std::vector<ReplyRow> select_replies(soci::session& sql, const std::string& where,
                                     const std::function<void(soci::statement&)>& bind) {
  ReplyColumns c;
  soci::statement statement(sql);
  for (Int* column : {&c.id, &c.account, &c.call, &c.profile}) statement.exchange(into(*column));
  for (std::string* column : {&c.did, &c.caller, &c.body, &c.kind, &c.state})
    statement.exchange(into(*column));
  for (Int* column : {&c.attempts, &c.maybe_sent, &c.called_at, &c.not_before, &c.expires_at, &c.sending_at,
                      &c.budget_day, &c.reserved_at, &c.orders, &c.version, &c.uncertain_texts})
    statement.exchange(into(*column));
  bind(statement);
  statement.alloc();
  // A reply without a number was erased for its age: nothing happens to it any more.
  statement.prepare("SELECT " + std::string(reply_columns) + " FROM replies WHERE caller <> '' AND " + where);
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

ReplyState change(soci::session& sql, ReplyRow& reply, ReplyEvent event, const Change& what) {
  const std::optional<ReplyState> next = domain::next_state(reply.open.state, event, reply.open.may_be_out);
  base::ensure(next.has_value(), "illegal change of a reply's state");
  const ReplyState before = reply.open.state;
  const std::string from(to_code(before));
  const std::string to(to_code(*next));
  const Int id = reply.open.id.value();
  const Int settled_at = to_column(what.settled_at);
  const Int not_before = to_column(what.not_before);
  const std::string values = values_column(what.evidence);
  const int forget = what.forget_provider_id ? 1 : 0;
  soci::statement update =
      (sql.prepare
           << "UPDATE replies SET state = :to, version = version + 1, evidence = :evidence, "
              "evidence_values = nullif(:values, ''), settled_at = nullif(:settled, 0), "
              "provider_id = coalesce(nullif(:provider_id, ''), CASE WHEN :forget = 0 THEN provider_id END), "
              "not_before = coalesce(nullif(:not_before, 0), not_before), maybe_sent = maybe_sent - :back "
              "WHERE id = :id AND state = :from",
       use(to), use(what.evidence.text()), use(values), use(settled_at), use(what.provider_id), use(forget),
       use(not_before), use(what.maybe_sent_back), use(id), use(from));
  update.execute(true);
  if (affected(update) == 0) throw Raced{};
  if (reply.open.call) calls_sql::show_state(sql, *reply.open.call, *next);
  reply.open.state = *next;
  // By itself the event means that this text is certainly not out, whatever became of an earlier one.
  const bool not_out = !domain::counts_as_texted(*domain::next_state(before, event));
  if (not_out && reply.open.may_be_out) count_from_uncertain_text(sql, reply.open.id);
  if (not_out) give_back(sql, reply);
  return *next;
}

void insert(soci::session& sql, app::OpenReply& open, base::Instant reserved_on, domain::Day budget_day) {
  const Int account = open.account.value();
  const Int call = open.call ? open.call->value() : 0;
  const Int profile = open.profile.value();
  const std::string did = to_column(open.text.from);
  const std::string caller = to_column(open.text.to);
  const std::string kind(to_code(open.kind));
  const std::string state(to_code(open.state));
  const Int called_at = to_column(open.called_at);
  const Int reserved_at = to_column(reserved_on);
  const Int not_before = to_column(open.not_before);
  const Int expires_at = to_column(open.expires_at);
  const Int day = budget_day.time_since_epoch().count();
  sql << "INSERT INTO replies (account_id, call_id, profile_id, did, caller, body, kind, state, called_at, "
         "reserved_at, not_before, expires_at, budget_day, orders) VALUES (:a, nullif(:call, 0), :p, :d, :c, "
         ":body, :kind, :state, :called, :reserved, :not_before, :expires, :day, :orders)",
      use(account), use(call), use(profile), use(did), use(caller), use(open.text.body), use(kind),
      use(state), use(called_at), use(reserved_at), use(not_before), use(expires_at), use(day),
      use(open.orders);
  open.id = domain::ReplyId(last_id(sql, "replies"));
  if (open.call) calls_sql::show_state(sql, *open.call, open.state);
}

}  // namespace sms_notifier::storage::replies_sql
