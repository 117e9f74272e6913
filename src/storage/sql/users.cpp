#include "storage/sql/users.h"

#include "domain/text.h"
#include "storage/sql/rows.h"
#include "storage/sql/sessions.h"

namespace sms_notifier::storage::users_sql {
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

void set_password(soci::session& sql, domain::UserId user_id, const std::string& password_hash) {
  const Int id = user_id.value();
  sql << "UPDATE users SET password_hash = :hash WHERE id = :id", use(password_hash), use(id);
  sessions_sql::end_sessions(sql, user_id);
}

void upgrade_hash(soci::session& sql, domain::UserId user_id, const std::string& old_hash,
                  const std::string& new_hash) {
  const Int id = user_id.value();
  sql << "UPDATE users SET password_hash = :new_hash WHERE id = :id AND password_hash = :old_hash",
      use(new_hash), use(id), use(old_hash);
}

bool remove_unless_last(soci::session& sql, domain::UserId user_id) {
  Int all = 0;
  sql << "SELECT count(*) FROM users", into(all);
  if (all == 1) return false;
  const Int id = user_id.value();
  sessions_sql::end_sessions(sql, user_id);
  sessions_sql::remove_tokens(sql, user_id);
  sql << "DELETE FROM users WHERE id = :id", use(id);
  return true;
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

}  // namespace sms_notifier::storage::users_sql
