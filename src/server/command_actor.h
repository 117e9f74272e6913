#pragma once

#include "app/ports/audit_trail.h"

namespace sms_notifier::server {

/// What the system's user who typed the command does now.
app::Act command_act();

}  // namespace sms_notifier::server
