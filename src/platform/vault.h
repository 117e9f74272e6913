#pragma once

#include <memory>
#include <string>

#include "app/ports/vault.h"

namespace sms_notifier::platform {

/// A new key, as text for a key file or for SMS_NOTIFIER_SECRET_KEY.
base::Secret make_vault_key();
/// XChaCha20-Poly1305 (libsodium secretbox) under the key. Throws std::runtime_error with what is wrong when
/// the key is not one that make_vault_key() gives.
std::unique_ptr<app::Vault> make_vault(const base::Secret& key);

/// argon2id at libsodium's interactive cost: about a tenth of a second and 64 MiB. Verifies Werkzeug's
/// hashes, too.
std::unique_ptr<app::PasswordHasher> make_password_hasher();

}  // namespace sms_notifier::platform
