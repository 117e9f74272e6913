#pragma once

#include <string_view>

#include "base/secret.h"

namespace sms_notifier::platform {

/// Whether this is the password of a hash that Werkzeug wrote, as an earlier service kept them:
/// `pbkdf2:sha256:ITERATIONS$SALT$HEX` or `scrypt:N:R:P$SALT$HEX`. False for any other text, and for
/// parameters that would take more than about a second or 64 MiB: the database is not trusted to keep this
/// thread busy.
bool verify_werkzeug_hash(const base::Secret& password, std::string_view hash);

}  // namespace sms_notifier::platform
