#include "storage/sql/calls.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <variant>

#include "base/ensure.h"
#include "storage/sql/callers.h"
#include "storage/sql/replies.h"
#include "storage/sql/rows.h"
#include "storage/sql/sentences.h"

namespace sms_notifier::storage::calls_sql {
namespace {

using soci::into;
using soci::use;

void write_leg(soci::session& sql, Int account, Int call, const domain::Leg& leg) {
  const Int started_at = to_column(leg.started_at);
  const std::string disposition(to_string(leg.disposition));
  const Int seconds = leg.seconds.count();
  sql << "INSERT INTO legs (account_id, leg_key, call_id, started_at, disposition, seconds) "
         "VALUES (:a, :key, :call, :at, :disposition, :seconds) ON CONFLICT (account_id, leg_key) DO UPDATE "
         "SET "
         "started_at = excluded.started_at, disposition = excluded.disposition, seconds = excluded.seconds",
      use(account), use(leg.key), use(call), use(started_at), use(disposition), use(seconds);
}

std::optional<domain::CallId> call_with_leg(soci::session& sql, Int account, const std::string& key) {
  Int call = 0;
  soci::indicator found = soci::i_null;
  sql << "SELECT call_id FROM legs WHERE account_id = :a AND leg_key = :key", use(account), use(key),
      into(call, found);
  if (!sql.got_data()) return std::nullopt;
  return domain::CallId(call);
}

std::vector<domain::Leg> legs_of(soci::session& sql, Int call) {
  std::string key;
  std::string disposition;
  Int started_at = 0;
  Int seconds = 0;
  soci::statement statement = (sql.prepare << "SELECT leg_key, started_at, disposition, seconds FROM legs "
                                              "WHERE call_id = :call ORDER BY started_at, leg_key",
                               use(call), into(key), into(started_at), into(disposition), into(seconds));
  statement.execute();
  std::vector<domain::Leg> legs;
  while (statement.fetch())
    legs.push_back(
        {key, instant(started_at), domain::parse_disposition(disposition), std::chrono::seconds{seconds}});
  return legs;
}

/// The legs of all these calls, in few questions.
void add_legs(soci::session& sql, std::vector<app::CallRecord>& records) {
  constexpr std::size_t calls_per_question = 1000;
  std::unordered_map<Int, domain::Call*> calls;
  for (std::size_t begin = 0; begin < records.size(); begin += calls_per_question) {
    const std::size_t end = std::min(records.size(), begin + calls_per_question);
    std::string ids;
    for (std::size_t i = begin; i < end; ++i) {
      const Int id = records[i].id.value();
      calls[id] = &records[i].call;
      ids += (ids.empty() ? "" : ",") + std::to_string(id);
    }
    Int call = 0, started_at = 0, seconds = 0;
    std::string key, disposition;
    soci::statement statement =
        (sql.prepare
             << "SELECT call_id, leg_key, started_at, disposition, seconds FROM legs WHERE call_id IN ("
             << ids << ") ORDER BY call_id, started_at, leg_key",
         into(call), into(key), into(started_at), into(disposition), into(seconds));
    statement.execute();
    while (statement.fetch())
      calls.at(call)->legs.push_back(
          {key, instant(started_at), domain::parse_disposition(disposition), std::chrono::seconds{seconds}});
  }
}

/// The part of a query that says which calls are wanted. What is not asked for does not stand in it, so that
/// the database can see what to look for.
class CallFilter {
 public:
  explicit CallFilter(const app::CallQuery& query) {
    if (query.only) add("c.id = ?", query.only->value());
    if (query.profile) add("c.profile_id = ?", query.profile->value());
    if (query.since) add("c.started_at >= ?", to_column(*query.since));
    if (query.until) add("c.started_at < ?", to_column(*query.until));
    if (query.decision) add("c.outcome = ?", std::string(to_code(*query.decision)));
    if (query.state) add("c.reply_state = ?", std::string(to_code(*query.state)));
    if (!query.caller.empty()) add("instr(c.caller, ?) > 0", query.caller);
    if (query.after) {
      const Int at = to_column(query.after->started_at);
      add("c.started_at <= ?", at);
      add("(c.started_at < ?", at);
      add("c.id < ?)", query.after->id.value(), " OR ");
    }
  }

  /// Empty, or starts with a space.
  const std::string& where() const { return where_; }
  /// The statement must not outlive this.
  void bind(soci::statement& statement) const {
    for (const auto& value : values_) std::visit([&](const auto& v) { statement.exchange(use(v)); }, value);
  }

 private:
  void add(std::string condition, std::variant<Int, std::string> value, const char* joint = " AND ") {
    condition.replace(condition.find('?'), 1, ":v" + std::to_string(values_.size()));
    where_ += (values_.empty() ? " WHERE " : joint) + condition;
    values_.push_back(std::move(value));
  }

  std::string where_;
  std::deque<std::variant<Int, std::string>> values_;
};

}  // namespace

app::RecordedCall find_call(soci::session& sql, domain::CallId call_id) {
  const Int id = call_id.value();
  Int profile = 0;
  std::string caller;
  std::string name;
  std::string did;
  sql << "SELECT profile_id, caller, caller_name, did FROM calls WHERE id = :id", use(id), into(profile),
      into(caller), into(name), into(did);
  base::ensure(sql.got_data(), "there is no such call");
  return {call_id, domain::Call{domain::caller_of(caller, name), storage::did(did), legs_of(sql, id)},
          domain::ProfileId(profile)};
}

void show_state(soci::session& sql, domain::CallId call_id, domain::ReplyState state) {
  const Int call = call_id.value();
  const std::string code(to_code(state));
  sql << "UPDATE calls SET reply_state = :state WHERE id = :id", use(code), use(call);
}

std::vector<app::RecordedCall> recent_calls(soci::session& sql, domain::AccountId account_id,
                                            base::Instant since) {
  const Int account = account_id.value();
  const Int from = to_column(since);
  Int id = 0;
  std::vector<Int> ids;
  soci::statement statement = (sql.prepare << "SELECT DISTINCT call_id FROM legs WHERE account_id = :a AND "
                                              "started_at >= :since ORDER BY call_id",
                               use(account), use(from), into(id));
  statement.execute();
  while (statement.fetch()) ids.push_back(id);
  std::vector<app::RecordedCall> calls;
  calls.reserve(ids.size());
  for (const Int call : ids) calls.push_back(find_call(sql, domain::CallId(call)));
  return calls;
}

app::RecordOutcome record(soci::session& sql, domain::AccountId account_id, const app::DecidedCall& decided) {
  const Int account = account_id.value();
  for (const domain::Leg& leg : decided.call.legs) {
    if (const auto known = call_with_leg(sql, account, leg.key))
      return app::AlreadyRecorded{find_call(sql, *known)};
  }

  domain::Decision decision = decided.decision;
  if (std::holds_alternative<domain::ReplyToCall>(decision)) {
    base::ensure(decided.terms.has_value(), "a reply comes with its terms");
    if (const auto used_up = callers_sql::take(sql, account_id, *decided.terms, decided.first_seen_at))
      decision = domain::Skip{*used_up};
  }
  const Int profile = decided.profile.value();
  const std::string caller = decided.call.caller.digits();
  const std::string did = to_column(decided.call.did);
  const Int started_at = to_column(decided.call.started_at());
  const Int first_seen_at = to_column(decided.first_seen_at);
  const std::string outcome(to_code(decision));
  sql << "INSERT INTO calls (account_id, call_key, profile_id, caller, caller_name, did, started_at, "
         "first_seen_at, outcome) "
         "VALUES (:a, :key, :p, :c, :name, :d, :started, :seen, :outcome)",
      use(account), use(decided.call.key()), use(profile), use(caller), use(decided.call.caller.name),
      use(did), use(started_at), use(first_seen_at), use(outcome);
  const domain::CallId call_id(last_id(sql, "calls"));
  const Int call = call_id.value();
  for (const domain::Leg& leg : decided.call.legs) write_leg(sql, account, call, leg);
  sql << "INSERT INTO decisions (account_id, call_id, outcome, decided_at) VALUES (:a, :call, :outcome, :at)",
      use(account), use(call), use(outcome), use(first_seen_at);
  if (!std::holds_alternative<domain::ReplyToCall>(decision))
    return app::Recorded{call_id, decision, std::nullopt};
  return app::Recorded{call_id, decision, replies_sql::reserve(sql, account_id, call_id, decided, 0)};
}

app::ReviseOutcome revise(soci::session& sql, domain::CallId id, const domain::Call& call, bool got_through) {
  const Int call_id = id.value();
  Int account = 0;
  sql << "SELECT account_id FROM calls WHERE id = :id", use(call_id), into(account);
  for (const domain::Leg& leg : call.legs) write_leg(sql, account, call_id, leg);
  const Int started_at = to_column(call.started_at());
  sql << "UPDATE calls SET started_at = :at, caller_name = :name WHERE id = :id", use(started_at),
      use(call.caller.name), use(call_id);
  if (!got_through) return app::ReviseOutcome::Recorded;

  return replies_sql::call_got_through(sql, id);
}

std::vector<app::CallRecord> calls(soci::session& sql, const app::CallQuery& query) {
  CallFilter filter(query);
  const Int limit = static_cast<Int>(query.limit);
  Int id = 0, profile = 0, first_seen_at = 0, erased = 0, has_reply = 0, attempts = 0, sending_at = 0,
      settled_at = 0, orders = 0;
  std::string email, caller, name, did, outcome, state, kind, provider_id, evidence, values;
  soci::statement statement(sql);
  for (Int* column : {&id, &profile}) statement.exchange(into(*column));
  for (std::string* column : {&email, &caller, &name, &did}) statement.exchange(into(*column));
  statement.exchange(into(first_seen_at));
  statement.exchange(into(outcome));
  for (Int* column : {&erased, &has_reply}) statement.exchange(into(*column));
  for (std::string* column : {&state, &kind, &provider_id, &evidence, &values})
    statement.exchange(into(*column));
  for (Int* column : {&attempts, &sending_at, &settled_at, &orders}) statement.exchange(into(*column));
  filter.bind(statement);
  statement.exchange(use(limit));
  statement.alloc();
  statement.prepare(
      "SELECT c.id, c.profile_id, a.email, c.caller, c.caller_name, c.did, c.first_seen_at, c.outcome, "
      "c.erased, r.id IS NOT NULL, coalesce(r.state, ''), coalesce(r.kind, ''), coalesce(r.provider_id, ''), "
      "coalesce(r.evidence, ''), coalesce(r.evidence_values, ''), coalesce(r.attempts, 0), "
      "coalesce(r.sending_at, 0), "
      "coalesce(r.settled_at, 0), coalesce(r.orders, 0) FROM calls c JOIN accounts a ON a.id = c.account_id "
      "LEFT JOIN replies r ON r.account_id = c.account_id AND r.call_id = c.id" +
      filter.where() + " ORDER BY c.started_at DESC, c.id DESC LIMIT :most");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::CallRecord> records;
  while (statement.fetch()) {
    app::CallRecord record{domain::CallId(id),
                           domain::ProfileId(profile),
                           email,
                           domain::Call{domain::caller_of(caller, name), storage::did(did), {}},
                           instant(first_seen_at),
                           checked(domain::decision_from_code(outcome), "outcome"),
                           erased != 0,
                           std::nullopt};
    if (has_reply != 0) {
      record.reply = app::CallRecord::Reply{checked(domain::reply_state_from_code(state), "state"),
                                            checked(domain::message_kind_from_code(kind), "kind"),
                                            static_cast<int>(attempts),
                                            provider_id,
                                            optional_instant(sending_at),
                                            optional_instant(settled_at),
                                            sentence(evidence, values),
                                            static_cast<int>(orders)};
    }
    records.push_back(std::move(record));
  }
  add_legs(sql, records);
  return records;
}

std::vector<app::HourTally> tallies(soci::session& sql, std::optional<domain::ProfileId> profile_id,
                                    base::Instant since) {
  const Int from = to_column(since);
  const Int profile = profile_id ? profile_id->value() : 0;
  Int hour = 0, calls = 0, missed = 0, texted = 0;
  soci::statement statement(sql);
  for (Int* column : {&hour, &calls, &missed, &texted}) statement.exchange(into(*column));
  statement.exchange(use(from));
  if (profile_id) statement.exchange(use(profile));
  statement.alloc();
  statement.prepare(std::string("SELECT started_at / 3600000000, count(*), "
                                "count(*) FILTER (WHERE outcome <> 'answered'), "
                                "count(*) FILTER (WHERE reply_state = 'sent') FROM calls "
                                "WHERE started_at >= :since") +
                    (profile_id ? " AND profile_id = :profile" : "") + " GROUP BY 1 ORDER BY 1");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::HourTally> hours;
  while (statement.fetch())
    hours.push_back({base::Instant{std::chrono::hours{hour}}, static_cast<int>(calls),
                     static_cast<int>(missed), static_cast<int>(texted)});
  return hours;
}

std::vector<app::ProfileTally> profile_tallies(soci::session& sql, base::Instant since) {
  const Int from = to_column(since);
  Int profile = 0, calls = 0, missed = 0, texted = 0;
  soci::statement statement =
      (sql.prepare << "SELECT profile_id, count(*), sum(CASE WHEN outcome <> 'answered' THEN 1 ELSE 0 END), "
                      "sum(CASE WHEN reply_state = 'sent' THEN 1 ELSE 0 END) FROM calls "
                      "WHERE started_at >= :since GROUP BY profile_id",
       use(from), into(profile), into(calls), into(missed), into(texted));
  statement.execute();
  std::vector<app::ProfileTally> tallies;
  while (statement.fetch())
    tallies.push_back({domain::ProfileId(profile), static_cast<int>(calls), static_cast<int>(missed),
                       static_cast<int>(texted)});
  return tallies;
}

}  // namespace sms_notifier::storage::calls_sql
