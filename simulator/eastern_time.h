#pragma once

#include "base/time.h"
#include "domain/wall_time.h"

namespace sms_notifier::simulator {

/// What the clock on a wall in Toronto shows, daylight saving time included: the provider's own clock.
domain::WallTime eastern_wall_time(base::Instant instant);

}  // namespace sms_notifier::simulator
