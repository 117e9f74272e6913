#pragma once

#include <memory>

#include "app/ports/token_mint.h"

namespace sms_notifier::platform {

/// The system's chance; BLAKE2b hashes.
std::unique_ptr<app::TokenMint> make_token_mint();

}  // namespace sms_notifier::platform
