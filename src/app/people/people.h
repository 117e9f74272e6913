#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace sms_notifier::app {

/// The name as it is stored. Errors say what is allowed.
base::Result<std::string> check_user_name(const std::string& typed);
/// What is wrong with a new password; nothing when it will do.
std::optional<base::Error> check_new_password(const base::Secret& password);

}  // namespace sms_notifier::app
