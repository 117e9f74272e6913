#pragma once

#include <optional>
#include <string>

#include "base/secret.h"
#include "base/task.h"

namespace sms_notifier::app {

/// Hashes passwords without holding up the loop: the work is done elsewhere, a few at a time. Callable from
/// any loop; returns on the caller's loop.
class PasswordDesk {
 public:
  virtual ~PasswordDesk() = default;
  /// Nothing when too many are waiting already.
  virtual base::task<std::optional<std::string>> hash(base::Secret password) = 0;

  /// Strangers do not get all the places of those who wait, so that a flood of log-ins keeps out no person
  /// who has a session, or sits at a device that has logged in before.
  enum class Asker { Stranger, Known };
  enum class Verdict { Right, RightButOldHash, Wrong, Busy };
  /// Whether the password has this hash. Takes the same time when there is no hash (no user of that name).
  /// RightButOldHash: the hash should be made anew. Busy: too many are waiting already.
  virtual base::task<Verdict> verify(Asker asker, base::Secret password, std::optional<std::string> hash) = 0;

  /// From now on nothing is hashed: what waits, and what comes, is answered as if too many were waiting.
  virtual void close() = 0;
};

}  // namespace sms_notifier::app
