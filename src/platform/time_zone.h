#pragma once

#include <memory>
#include <string>

#include "domain/wall_time.h"

namespace sms_notifier::platform {

/// The system's rules for a zone such as `America/Toronto`. Throws std::runtime_error, with what to install,
/// when the system does not know it.
std::unique_ptr<domain::TimeZone> load_time_zone(const std::string& name);

}  // namespace sms_notifier::platform
