#include "storage/sql/audit.h"

#include <limits>

#include "storage/sql/rows.h"

namespace sms_notifier::storage::audit_sql {
namespace {

using soci::into;
using soci::use;

}  // namespace

void note(soci::session& sql, const app::AuditRow& row) {
  const Int at = to_column(row.at);
  sql << "INSERT INTO audit (timestamp, user_name, address, action, subject) "
         "VALUES (:at, :user, :address, :action, :subject)",
      use(at), use(row.user), use(row.address), use(row.action), use(row.subject);
}

std::vector<app::AuditRow> audit_rows(soci::session& sql, std::optional<std::int64_t> before,
                                      std::size_t limit) {
  const Int below = before.value_or(std::numeric_limits<Int>::max());
  const Int most = static_cast<Int>(limit);
  Int id = 0, at = 0;
  std::string user, address, action, subject;
  soci::statement statement =
      (sql.prepare << "SELECT id, timestamp, user_name, address, action, subject FROM audit "
                      "WHERE id < :below ORDER BY id DESC LIMIT :most",
       use(below), use(most), into(id), into(at), into(user), into(address), into(action), into(subject));
  statement.execute();
  std::vector<app::AuditRow> rows;
  while (statement.fetch()) rows.push_back({id, instant(at), user, address, action, subject});
  return rows;
}

}  // namespace sms_notifier::storage::audit_sql
