#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/sessions.h"

namespace soci {
class session;
}

/// Sessions of browsers and tokens of programs, as SQL. Each function runs inside a transaction that its
/// caller begins and ends.
namespace sms_notifier::storage::sessions_sql {

/// Its id; nothing when the user is gone.
std::optional<std::int64_t> add_session(soci::session& sql, const std::string& token_hash,
                                        domain::UserId user, base::Instant now, const std::string& address,
                                        const std::string& browser, const app::SessionLimits& limits);
std::optional<app::Session> session(soci::session& sql, const std::string& token_hash, base::Instant now,
                                    const app::SessionLimits& limits);
void touch_session(soci::session& sql, std::int64_t id, base::Instant now);
std::vector<app::Session> sessions_of(soci::session& sql, domain::UserId user, base::Instant now,
                                      const app::SessionLimits& limits);
bool end_session(soci::session& sql, domain::UserId user, std::int64_t id);

/// Its id; nothing when the user is gone.
std::optional<std::int64_t> add_token(soci::session& sql, const std::string& token_hash, domain::UserId user,
                                      const std::string& name, base::Instant now);
std::optional<app::ApiToken> token(soci::session& sql, const std::string& token_hash);
void note_token_use(soci::session& sql, std::int64_t id, base::Instant now);
std::vector<app::ApiToken> tokens(soci::session& sql);
std::optional<app::ApiToken> remove_token(soci::session& sql, std::int64_t id);

void end_sessions(soci::session& sql, domain::UserId user);
void remove_tokens(soci::session& sql, domain::UserId user);

}  // namespace sms_notifier::storage::sessions_sql
