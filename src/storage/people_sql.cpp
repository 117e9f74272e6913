#include "storage/people_sql.h"

#include <limits>

#include "domain/text.h"
#include "storage/access_sql.h"
#include "storage/rows.h"

namespace sms_notifier::storage::people_sql {
namespace {

using soci::into;
using soci::use;

/// Users that meet the condition, by name.
template <class Bind>
std::vector<app::User> select_users(soci::session& sql, const std::string& condition, Bind bind) {
  Int id = 0;
  Int created_at = 0;
  std::string name;
  std::string password_hash;
  soci::statement statement(sql);
  statement.exchange(into(id));
  statement.exchange(into(name));
  statement.exchange(into(password_hash));
  statement.exchange(into(created_at));
  bind(statement);
  statement.alloc();
  statement.prepare("SELECT id, name, password_hash, created_at FROM users " + condition +
                    " ORDER BY name_key");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::User> found;
  while (statement.fetch()) found.push_back({domain::UserId(id), name, password_hash, instant(created_at)});
  return found;
}

}  // namespace

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

std::vector<app::LogRow> log_rows(soci::session& sql, const app::LogQuery& query) {
  const std::string wanted = domain::lower_case(query.company.value_or(""));
  const Int below = query.before.value_or(std::numeric_limits<Int>::max());
  const Int most = static_cast<Int>(query.limit);
  Int id = 0;
  Int profile = 0;
  Int at = 0;
  std::string company;
  std::string record;
  soci::statement statement(sql);
  statement.exchange(into(id));
  statement.exchange(into(company));
  statement.exchange(into(profile));
  statement.exchange(into(at));
  statement.exchange(into(record));
  statement.exchange(use(below));
  if (query.company) statement.exchange(use(wanted));
  statement.exchange(use(most));
  statement.alloc();
  statement.prepare(std::string("SELECT id, company, coalesce(profile_id, 0), timestamp, record FROM log "
                                "WHERE id < :below") +
                    (query.company ? " AND lower(company) = :company" : "") +
                    " ORDER BY id DESC LIMIT :most");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::LogRow> rows;
  while (statement.fetch()) {
    std::optional<domain::ProfileId> profile_id;
    if (profile != 0) profile_id = domain::ProfileId(profile);
    rows.push_back({id, company, profile_id, instant(at), record});
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

bool add_first_user(soci::session& sql, const std::string& name, const std::string& password_hash,
                    base::Instant when) {
  const std::string key = domain::lower_case(name);
  const Int at = to_column(when);
  soci::statement insert =
      (sql.prepare << "INSERT INTO users (name, name_key, password_hash, created_at) "
                      "SELECT :name, :key, :hash, :at WHERE NOT EXISTS (SELECT 1 FROM users)",
       use(name), use(key), use(password_hash), use(at));
  insert.execute(true);
  return affected(insert) == 1;
}

bool set_password(soci::session& sql, const std::string& name, const std::string& password_hash) {
  const std::optional<app::User> found = user(sql, name);
  if (!found) return false;
  const Int id = found->id.value();
  sql << "UPDATE users SET password_hash = :hash WHERE id = :id", use(password_hash), use(id);
  access_sql::end_sessions(sql, found->id);
  return true;
}

void upgrade_hash(soci::session& sql, domain::UserId user_id, const std::string& old_hash,
                  const std::string& new_hash) {
  const Int id = user_id.value();
  sql << "UPDATE users SET password_hash = :new_hash WHERE id = :id AND password_hash = :old_hash",
      use(new_hash), use(id), use(old_hash);
}

app::Users::RemoveResult remove_user(soci::session& sql, const std::string& name) {
  using Result = app::Users::RemoveResult;
  const std::optional<app::User> found = user(sql, name);
  if (!found) return Result::NoSuchUser;
  Int all = 0;
  sql << "SELECT count(*) FROM users", into(all);
  if (all == 1) return Result::LastUser;
  const Int id = found->id.value();
  access_sql::end_sessions(sql, found->id);
  access_sql::remove_tokens(sql, found->id);
  sql << "DELETE FROM users WHERE id = :id", use(id);
  return Result::Done;
}

std::optional<app::User> user(soci::session& sql, const std::string& name) {
  const std::string key = domain::lower_case(name);
  auto found = select_users(sql, "WHERE name_key = :key", [&](soci::statement& s) { s.exchange(use(key)); });
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<app::User> users(soci::session& sql) {
  return select_users(sql, "", [](soci::statement&) {});
}

}  // namespace sms_notifier::storage::people_sql
