#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace sms_notifier::app {

/// Encrypts what the database must not show. Pure; may be called from any thread.
class Vault {
 public:
  virtual ~Vault() = default;
  /// Text that only the same key opens; different each time.
  virtual std::string seal(const base::Secret& secret) const = 0;
  /// Nothing when it was sealed with another key or was changed.
  virtual std::optional<base::Secret> open(std::string_view sealed) const = 0;
};

/// Hashes log-in passwords (argon2id). Slow on purpose: never on an event loop.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  virtual std::string hash(const base::Secret& password) const = 0;
  /// Also verifies the hashes that Werkzeug writes, which an imported database holds. False for text that is
  /// no hash and for hashes that would take absurdly long.
  virtual bool verify(const base::Secret& password, std::string_view hash) const = 0;
  /// Whether hash() would give a better one: true for anything that is not argon2id at today's cost.
  virtual bool needs_upgrade(std::string_view hash) const = 0;
};

}  // namespace sms_notifier::app
