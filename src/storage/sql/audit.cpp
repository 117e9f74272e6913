#include "storage/sql/audit.h"

#include <limits>

#include "storage/sql/rows.h"

namespace sms_notifier::storage::audit_sql {
namespace {

using soci::into;
using soci::use;

/// Adds the details to the rows, which are newest first and not empty.
void read_details(soci::session& sql, std::vector<app::AuditRow>& rows) {
  const Int first = rows.back().id;
  const Int last = rows.front().id;
  Int id = 0;
  std::string field, before, after;
  soci::indicator has_before = soci::i_null;
  soci::indicator has_after = soci::i_null;
  soci::statement statement =
      (sql.prepare << "SELECT audit_id, field, value_before, value_after FROM audit_details "
                      "WHERE audit_id BETWEEN :first AND :last ORDER BY audit_id DESC, position",
       use(first), use(last), into(id), into(field), into(before, has_before), into(after, has_after));
  statement.execute();
  const auto value = [](const std::string& text, soci::indicator has) {
    return has == soci::i_ok ? std::optional(text) : std::nullopt;
  };
  auto row = rows.begin();
  while (statement.fetch()) {
    while (row != rows.end() && row->id > id) ++row;
    if (row != rows.end() && row->id == id)
      row->details.push_back({field, value(before, has_before), value(after, has_after)});
  }
}

}  // namespace

void note(soci::session& sql, const app::AuditRow& row) {
  const Int at = to_column(row.act.at);
  const app::Actor& who = row.act.actor;
  const std::string actor(to_code(who.kind)), action(to_code(row.action)), target(to_code(row.target.kind));
  const Int session = who.session.value_or(0);
  const Int target_id = row.target.id.value_or(0);
  sql << "INSERT INTO audit (timestamp, actor, user_name, token_name, session_id, address, action, target, "
         "target_id, subject) VALUES (:at, :actor, :user, :token, nullif(:session, 0), :address, :action, "
         ":target, nullif(:target_id, 0), :subject)",
      use(at), use(actor), use(who.name), use(who.token), use(session), use(who.address), use(action),
      use(target), use(target_id), use(row.target.name);
  if (row.details.empty()) return;

  const Int id = last_id(sql, "audit");
  Int position = 0;
  std::string field, before, after;
  soci::indicator has_before = soci::i_null;
  soci::indicator has_after = soci::i_null;
  soci::statement insert =
      (sql.prepare << "INSERT INTO audit_details (audit_id, position, field, value_before, value_after) "
                      "VALUES (:id, :position, :field, :before, :after)",
       use(id), use(position), use(field), use(before, has_before), use(after, has_after));
  for (const app::AuditDetail& detail : row.details) {
    ++position;
    field = detail.field;
    before = detail.before.value_or("");
    has_before = detail.before ? soci::i_ok : soci::i_null;
    after = detail.after.value_or("");
    has_after = detail.after ? soci::i_ok : soci::i_null;
    insert.execute(true);
  }
}

std::vector<app::AuditRow> audit_rows(soci::session& sql, std::optional<std::int64_t> before,
                                      std::size_t limit) {
  const Int below = before.value_or(std::numeric_limits<Int>::max());
  const Int most = static_cast<Int>(limit);
  Int id = 0, at = 0, session = 0, target_id = 0;
  std::string actor, user, token, address, action, target, subject;
  soci::statement statement =
      (sql.prepare << "SELECT id, timestamp, actor, user_name, token_name, coalesce(session_id, 0), address, "
                      "action, target, coalesce(target_id, 0), subject FROM audit "
                      "WHERE id < :below ORDER BY id DESC LIMIT :most",
       use(below), use(most), into(id), into(at), into(actor), into(user), into(token), into(session),
       into(address), into(action), into(target), into(target_id), into(subject));
  statement.execute();
  std::vector<app::AuditRow> rows;
  while (statement.fetch()) {
    app::Actor who{checked(app::actor_kind_from_code(actor), "actor"), user, token, address, {}};
    if (session != 0) who.session = session;
    app::AuditTarget what{checked(app::audit_target_from_code(target), "target"), {}, subject};
    if (target_id != 0) what.id = target_id;
    rows.push_back({id,
                    {instant(at), std::move(who)},
                    checked(app::audit_action_from_code(action), "action"),
                    std::move(what),
                    {}});
  }
  if (!rows.empty()) read_details(sql, rows);
  return rows;
}

}  // namespace sms_notifier::storage::audit_sql
