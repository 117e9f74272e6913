#pragma once

#include <string>

#include "app/ports/token_mint.h"
#include "app/ports/vault.h"
#include "base/time.h"
#include "web/site/visit.h"

namespace sms_notifier::web {

/// Which of the devices that have logged in under this name the visitor sits at; empty when none. The vault
/// has sealed the cookie, so that it holds after a restart and no visitor can make one. It opens nothing: it
/// only keeps the wrong passwords that others try from holding this device up.
std::string known_device(const app::Vault& vault, const app::TokenMint& mint, const Visit& visit,
                         const std::string& name, base::Instant now);

/// `Set-Cookie` for a device that has just logged in under this name; with a count of its own.
std::string device_cookie(const app::Vault& vault, app::TokenMint& mint, const Visit& visit,
                          const std::string& name, base::Instant now);

}  // namespace sms_notifier::web
