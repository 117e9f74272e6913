#include "storage/sql/retention.h"

#include <string>
#include <vector>

#include "storage/sql/rows.h"

namespace sms_notifier::storage::retention_sql {
namespace {

using soci::into;
using soci::use;

std::vector<Int> old_calls(soci::session& sql, base::Instant before, int limit) {
  const Int cut = to_column(before);
  Int id = 0;
  soci::statement statement =
      (sql.prepare << "SELECT id FROM calls WHERE erased = 0 AND started_at < :cut AND NOT EXISTS ("
                      "SELECT 1 FROM replies WHERE call_id = calls.id AND "
                      "(state IN ('reserved', 'sending', 'unknown') OR sending_at >= :cut2)) "
                      "ORDER BY started_at LIMIT :most",
       use(cut), use(cut), use(limit), into(id));
  statement.execute();
  std::vector<Int> ids;
  while (statement.fetch()) ids.push_back(id);
  return ids;
}

/// The keys may be made of the caller's number; without one they still are each its own.
int erase_calls(soci::session& sql, base::Instant before, int limit) {
  const std::vector<Int> ids = old_calls(sql, before, limit);
  Int id = 0;
  soci::statement call = (sql.prepare << "UPDATE calls SET erased = 1, caller = '', caller_name = '', "
                                         "call_key = 'erased-' || id WHERE id = :id",
                          use(id));
  soci::statement legs =
      (sql.prepare << "UPDATE legs SET leg_key = 'erased-' || rowid WHERE call_id = :id", use(id));
  soci::statement reply =
      (sql.prepare << "UPDATE replies SET caller = '', body = '' WHERE call_id = :id", use(id));
  for (const Int one : ids) {
    id = one;
    for (soci::statement* statement : {&call, &legs, &reply}) statement->execute(true);
  }
  return static_cast<int>(ids.size());
}

/// Runs a statement that changes at most `:most` rows that are older than `:cut`.
int change_old(soci::session& sql, const std::string& text, base::Instant before, int limit) {
  const Int cut = to_column(before);
  soci::statement statement = (sql.prepare << text, use(cut), use(limit));
  statement.execute(true);
  return static_cast<int>(affected(statement));
}

}  // namespace

int prune(soci::session& sql, const app::RetentionCuts& cuts, int limit) {
  int left = limit;
  if (cuts.records) {
    left -= erase_calls(sql, *cuts.records, left);
    left -= change_old(sql,
                       "UPDATE replies SET caller = '', body = '' WHERE id IN (SELECT id FROM replies WHERE "
                       "call_id IS NULL AND caller <> '' AND called_at < :cut AND "
                       "state NOT IN ('reserved', 'sending', 'unknown') LIMIT :most)",
                       *cuts.records, left);
    left -= change_old(sql,
                       "DELETE FROM conversations WHERE rowid IN (SELECT rowid FROM conversations WHERE "
                       "began_at < :cut LIMIT :most)",
                       *cuts.records, left);
    left -=
        change_old(sql, "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE timestamp < :cut LIMIT :most)",
                   *cuts.records, left);
  }
  if (cuts.contacts) {
    left -= change_old(sql,
                       "DELETE FROM contacts WHERE rowid IN (SELECT rowid FROM contacts WHERE did <> '' AND "
                       "max(coalesce(last_texted_at, 0), coalesce(texted_elsewhere_at, 0)) < :cut "
                       "LIMIT :most)",
                       *cuts.contacts, left);
  }
  if (cuts.audit) {
    left -= change_old(
        sql, "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE timestamp < :cut LIMIT :most)",
        *cuts.audit, left);
  }
  return limit - left;
}

}  // namespace sms_notifier::storage::retention_sql
