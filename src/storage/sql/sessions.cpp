#include "storage/sql/sessions.h"

#include "storage/sql/rows.h"

namespace sms_notifier::storage::sessions_sql {
namespace {

using soci::into;
using soci::use;

/// Sessions that are not over and meet the condition on `key`, last used first.
template <class Key>
std::vector<app::Session> live_sessions(soci::session& sql, const std::string& condition, const Key& key,
                                        base::Instant now, const app::SessionLimits& limits) {
  const Int seen_after = to_column(now - limits.idle_max);
  const Int started_after = to_column(now - limits.age_max);
  Int id = 0, user = 0, started_at = 0, last_seen_at = 0;
  std::string name, address, browser;
  const std::string query =
      "SELECT s.id, s.user_id, u.name, s.started_at, s.last_seen_at, s.address, s.browser FROM sessions s "
      "JOIN users u ON u.id = s.user_id WHERE " +
      condition +
      " AND s.last_seen_at > :seen AND s.started_at > :started ORDER BY s.last_seen_at DESC, s.id DESC";
  soci::statement statement =
      (sql.prepare << query, use(key), use(seen_after), use(started_after), into(id), into(user), into(name),
       into(started_at), into(last_seen_at), into(address), into(browser));
  statement.execute();
  std::vector<app::Session> found;
  while (statement.fetch())
    found.push_back(
        {id, domain::UserId(user), name, instant(started_at), instant(last_seen_at), address, browser});
  return found;
}

/// Tokens that meet the condition, newest first.
template <class Bind>
std::vector<app::ApiToken> select_tokens(soci::session& sql, const std::string& condition, Bind bind) {
  Int id = 0, user = 0, created_at = 0, last_used_at = 0;
  std::string user_name, name;
  soci::statement statement(sql);
  statement.exchange(into(id));
  statement.exchange(into(user));
  statement.exchange(into(user_name));
  statement.exchange(into(name));
  statement.exchange(into(created_at));
  statement.exchange(into(last_used_at));
  bind(statement);
  statement.alloc();
  statement.prepare(
      "SELECT t.id, t.user_id, u.name, t.name, t.created_at, coalesce(t.last_used_at, 0) FROM api_tokens t "
      "JOIN users u ON u.id = t.user_id " +
      condition + " ORDER BY t.id DESC");
  statement.define_and_bind();
  statement.execute();
  std::vector<app::ApiToken> found;
  while (statement.fetch())
    found.push_back(
        {id, domain::UserId(user), user_name, name, instant(created_at), optional_instant(last_used_at)});
  return found;
}

template <class Row>
std::optional<Row> first_of(std::vector<Row> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

std::optional<std::int64_t> add_session(soci::session& sql, const std::string& token_hash,
                                        domain::UserId user_id, base::Instant now, const std::string& address,
                                        const std::string& browser, const app::SessionLimits& limits) {
  const Int user = user_id.value();
  const Int at = to_column(now);
  const Int seen_until = to_column(now - limits.idle_max);
  const Int started_until = to_column(now - limits.age_max);
  sql << "DELETE FROM sessions WHERE last_seen_at <= :seen OR started_at <= :started", use(seen_until),
      use(started_until);
  soci::statement insert =
      (sql.prepare
           << "INSERT INTO sessions (token_hash, user_id, started_at, last_seen_at, address, browser) "
              "SELECT :hash, id, :started, :seen, :address, :browser FROM users WHERE id = :user",
       use(token_hash), use(at), use(at), use(address), use(browser), use(user));
  insert.execute(true);
  if (affected(insert) == 0) return std::nullopt;
  return last_id(sql, "sessions");
}

std::optional<app::Session> session(soci::session& sql, const std::string& token_hash, base::Instant now,
                                    const app::SessionLimits& limits) {
  return first_of(live_sessions(sql, "s.token_hash = :hash", token_hash, now, limits));
}

void touch_session(soci::session& sql, std::int64_t session_id, base::Instant now) {
  const Int id = session_id;
  const Int at = to_column(now);
  sql << "UPDATE sessions SET last_seen_at = :at WHERE id = :id AND last_seen_at < :at2", use(at), use(id),
      use(at);
}

std::vector<app::Session> sessions_of(soci::session& sql, domain::UserId user_id, base::Instant now,
                                      const app::SessionLimits& limits) {
  const Int user = user_id.value();
  return live_sessions(sql, "s.user_id = :user", user, now, limits);
}

bool end_session(soci::session& sql, domain::UserId user_id, std::int64_t session_id) {
  const Int user = user_id.value();
  const Int id = session_id;
  soci::statement end =
      (sql.prepare << "DELETE FROM sessions WHERE id = :id AND user_id = :user", use(id), use(user));
  end.execute(true);
  return affected(end) == 1;
}

std::optional<std::int64_t> add_token(soci::session& sql, const std::string& token_hash,
                                      domain::UserId user_id, const std::string& name, base::Instant now) {
  const Int user = user_id.value();
  const Int at = to_column(now);
  soci::statement insert = (sql.prepare << "INSERT INTO api_tokens (token_hash, user_id, name, created_at) "
                                           "SELECT :hash, id, :name, :at FROM users WHERE id = :user",
                            use(token_hash), use(name), use(at), use(user));
  insert.execute(true);
  if (affected(insert) == 0) return std::nullopt;
  return last_id(sql, "api_tokens");
}

std::optional<app::ApiToken> token(soci::session& sql, const std::string& token_hash) {
  return first_of(select_tokens(sql, "WHERE t.token_hash = :hash",
                                [&](soci::statement& s) { s.exchange(use(token_hash)); }));
}

void note_token_use(soci::session& sql, std::int64_t token_id, base::Instant now) {
  const Int id = token_id;
  const Int at = to_column(now);
  sql << "UPDATE api_tokens SET last_used_at = :at WHERE id = :id AND coalesce(last_used_at, 0) < :at2",
      use(at), use(id), use(at);
}

std::vector<app::ApiToken> tokens(soci::session& sql) {
  return select_tokens(sql, "", [](soci::statement&) {});
}

std::optional<app::ApiToken> remove_token(soci::session& sql, std::int64_t token_id) {
  const Int id = token_id;
  auto found =
      first_of(select_tokens(sql, "WHERE t.id = :id", [&](soci::statement& s) { s.exchange(use(id)); }));
  sql << "DELETE FROM api_tokens WHERE id = :id", use(id);
  return found;
}

void end_sessions(soci::session& sql, domain::UserId user_id) {
  const Int user = user_id.value();
  sql << "DELETE FROM sessions WHERE user_id = :user", use(user);
}

void remove_tokens(soci::session& sql, domain::UserId user_id) {
  const Int user = user_id.value();
  sql << "DELETE FROM api_tokens WHERE user_id = :user", use(user);
}

}  // namespace sms_notifier::storage::sessions_sql
