#pragma once

#include <memory>

#include "app/ports/password_desk.h"
#include "app/ports/vault.h"

namespace sms_notifier::platform {

/// Hashes on a thread of its own, `slow`, one password at a time: each takes a tenth of a second and 64 MiB.
std::unique_ptr<app::PasswordDesk> make_password_thread(std::unique_ptr<app::PasswordHasher> hasher);

}  // namespace sms_notifier::platform
