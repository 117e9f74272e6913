#pragma once

#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::app {

/// People who may log in. Passwords come hashed.
class Users {
 public:
  virtual ~Users() = default;
  /// False when the name is taken (whatever the case).
  virtual base::task<bool> add_user(std::string name, std::string password_hash, base::Instant at) = 0;
  /// False when there is no such user.
  virtual base::task<bool> set_password(std::string name, std::string password_hash) = 0;

  enum class RemoveResult { Done, NoSuchUser, LastUser };
  virtual base::task<RemoveResult> remove_user(std::string name) = 0;
  /// By name.
  virtual base::task<std::vector<std::string>> user_names() = 0;
};

}  // namespace sms_notifier::app
