#pragma once

#include "base/time.h"
#include "simulator/world.h"

namespace sms_notifier::simulator {

/// Gives each account this many answered calls between Eastern midnight and now: a mailbox to read for
/// benchmarks, with nothing to reply to.
void add_rows_of_today(World& world, int rows_per_account, base::Instant now);

}  // namespace sms_notifier::simulator
