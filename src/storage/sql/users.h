#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/users.h"

namespace soci {
class session;
}

/// People who may log in, as SQL. Each function runs inside a transaction that its caller begins and ends.
namespace sms_notifier::storage::users_sql {

bool add_user(soci::session& sql, const std::string& name, const std::string& password_hash,
              base::Instant at);
bool add_first_user(soci::session& sql, const std::string& name, const std::string& password_hash,
                    base::Instant at);
/// Ends the user's sessions.
void set_password(soci::session& sql, domain::UserId user, const std::string& password_hash);
void upgrade_hash(soci::session& sql, domain::UserId user, const std::string& old_hash,
                  const std::string& new_hash);
/// Ends the user's sessions and API tokens, too. False for the last user, who stays.
bool remove_unless_last(soci::session& sql, domain::UserId user);
std::optional<app::User> user(soci::session& sql, const std::string& name);
std::vector<app::User> users(soci::session& sql);

}  // namespace sms_notifier::storage::users_sql
