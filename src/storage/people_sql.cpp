#include "storage/people_sql.h"

#include "domain/text.h"
#include "storage/rows.h"

namespace sms_notifier::storage::people_sql {

using soci::into;
using soci::use;

void append(soci::session& sql, const std::vector<app::LogRow>& rows) {
  Int profile = 0;
  Int at = 0;
  std::string company;
  std::string record;
  soci::statement insert = (sql.prepare << "INSERT INTO log (company, profile_id, timestamp, record) "
                                           "VALUES (:company, nullif(:profile, 0), :at, :record)",
                            use(company), use(profile), use(at), use(record));
  for (const app::LogRow& row : rows) {
    company = row.company;
    profile = row.profile ? row.profile->value() : 0;
    at = to_column(row.at);
    record = row.record;
    insert.execute(true);
  }
}

std::vector<app::LogRow> log_rows(soci::session& sql, const std::optional<std::string>& wanted,
                                  std::size_t limit) {
  const Int any = wanted ? 0 : 1;
  const std::string wanted_company = wanted.value_or("");
  const Int most = static_cast<Int>(limit);
  Int profile = 0;
  Int at = 0;
  std::string company;
  std::string record;
  soci::statement statement =
      (sql.prepare << "SELECT company, coalesce(profile_id, 0), timestamp, record FROM log "
                      "WHERE :any = 1 OR company = :company ORDER BY id DESC LIMIT :most",
       use(any), use(wanted_company), use(most), into(company), into(profile), into(at), into(record));
  statement.execute();
  std::vector<app::LogRow> rows;
  while (statement.fetch()) {
    std::optional<domain::ProfileId> profile_id;
    if (profile != 0) profile_id = domain::ProfileId(profile);
    rows.push_back({company, profile_id, instant(at), record});
  }
  return rows;
}

bool add_user(soci::session& sql, const std::string& name, const std::string& password_hash,
              base::Instant when) {
  const std::string key = domain::lower_case(name);
  const Int at = to_column(when);
  soci::statement insert =
      (sql.prepare << "INSERT INTO users (name, name_key, password_hash, created_at) "
                      "VALUES (:name, :key, :hash, :at) ON CONFLICT (name_key) DO NOTHING",
       use(name), use(key), use(password_hash), use(at));
  insert.execute(true);
  return affected(insert) == 1;
}

bool set_password(soci::session& sql, const std::string& name, const std::string& password_hash) {
  const std::string key = domain::lower_case(name);
  soci::statement update = (sql.prepare << "UPDATE users SET password_hash = :hash WHERE name_key = :key",
                            use(password_hash), use(key));
  update.execute(true);
  return affected(update) == 1;
}

app::Users::RemoveResult remove_user(soci::session& sql, const std::string& name) {
  using Result = app::Users::RemoveResult;
  const std::string key = domain::lower_case(name);
  Int all = 0;
  Int named = 0;
  sql << "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM users WHERE name_key = :key)", use(key),
      into(all), into(named);
  if (named == 0) return Result::NoSuchUser;
  if (all == 1) return Result::LastUser;
  sql << "DELETE FROM users WHERE name_key = :key", use(key);
  return Result::Done;
}

std::vector<std::string> user_names(soci::session& sql) {
  std::string name;
  soci::statement statement = (sql.prepare << "SELECT name FROM users ORDER BY name_key", into(name));
  statement.execute();
  std::vector<std::string> names;
  while (statement.fetch()) names.push_back(name);
  return names;
}

}  // namespace sms_notifier::storage::people_sql
