#include "storage/sql/log.h"

#include <limits>

#include "domain/text.h"
#include "storage/sql/rows.h"
#include "storage/sql/sentences.h"

namespace sms_notifier::storage::log_sql {

namespace {

using soci::into;
using soci::use;

}  // namespace

void append(soci::session& sql, const std::vector<app::LogRow>& rows) {
  Int profile = 0;
  Int at = 0;
  std::string company;
  std::string record, values;
  soci::statement insert =
      (sql.prepare << "INSERT INTO log (company, profile_id, timestamp, record, record_values) "
                      "VALUES (:company, nullif(:profile, 0), :at, :record, nullif(:values, ''))",
       use(company), use(profile), use(at), use(record), use(values));
  for (const app::LogRow& row : rows) {
    company = row.company;
    profile = row.profile ? row.profile->value() : 0;
    at = to_column(row.at);
    record = row.what.text();
    values = values_column(row.what);
    insert.execute(true);
  }
}

std::vector<app::LogRow> log_rows(soci::session& sql, const app::LogQuery& query) {
  const std::string wanted = domain::lower_case(query.company.value_or(""));
  const Int below = query.before.value_or(std::numeric_limits<Int>::max());
  const Int most = static_cast<Int>(query.limit);
  Int id = 0;
  Int profile = 0;
  Int at = 0;
  std::string company;
  std::string record, values;
  soci::statement statement(sql);
  statement.exchange(into(id));
  statement.exchange(into(company));
  statement.exchange(into(profile));
  statement.exchange(into(at));
  statement.exchange(into(record));
  statement.exchange(into(values));
  statement.exchange(use(below));
  if (query.company) statement.exchange(use(wanted));
  statement.exchange(use(most));
  statement.alloc();
  statement.prepare(std::string("SELECT id, company, coalesce(profile_id, 0), timestamp, record, "
                                "coalesce(record_values, '') FROM log WHERE id < :below") +
                    (query.company ? " AND lower(company) = :company" : "") +
                    " ORDER BY id DESC LIMIT :most");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::LogRow> rows;
  while (statement.fetch()) {
    std::optional<domain::ProfileId> profile_id;
    if (profile != 0) profile_id = domain::ProfileId(profile);
    rows.push_back({id, company, profile_id, instant(at), sentence(record, values)});
  }
  return rows;
}

/// Goes from one company to the next in the index: there are many more rows than companies.
std::vector<std::string> companies(soci::session& sql) {
  std::string last;
  std::string company;
  std::string key;
  soci::statement next =
      (sql.prepare << "SELECT company, lower(company) FROM log WHERE lower(company) > :last "
                      "ORDER BY lower(company), id LIMIT 1",
       use(last), into(company), into(key));
  std::vector<std::string> found;
  while (next.execute(true)) {
    found.push_back(company);
    last = key;
  }
  return found;
}

}  // namespace sms_notifier::storage::log_sql
