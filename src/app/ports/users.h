#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_trail.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"

namespace sms_notifier::app {

struct User {
  domain::UserId id;
  std::string name;
  std::string password_hash;
  base::Instant created_at;
};

/// People who may log in. Passwords come hashed. Names are one whatever the case. Each change is one
/// transaction, with the audit row of its act when it did what it says.
class Users {
 public:
  virtual ~Users() = default;
  /// False when the name is taken.
  virtual base::task<bool> add_user(std::string name, std::string password_hash, Act act) = 0;
  /// The same, only as long as there is no user at all: of many at once exactly one gets true.
  virtual base::task<bool> add_first_user(std::string name, std::string password_hash, Act act) = 0;
  /// Ends the user's sessions. False when there is no such user.
  virtual base::task<bool> set_password(std::string name, std::string password_hash, Act act) = 0;
  /// The same password under a better hash: sessions live on. Does nothing when the hash is not `old_hash` by
  /// now.
  virtual base::task<> upgrade_hash(domain::UserId user, std::string old_hash, std::string new_hash) = 0;

  enum class RemoveResult { Done, NoSuchUser, LastUser };
  /// Ends the user's sessions and API tokens, too.
  virtual base::task<RemoveResult> remove_user(std::string name, Act act) = 0;
  virtual base::task<std::optional<User>> user(std::string name) = 0;
  /// By name.
  virtual base::task<std::vector<User>> users() = 0;
};

}  // namespace sms_notifier::app
