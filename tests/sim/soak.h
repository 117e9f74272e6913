#pragma once

#include <vector>

namespace sms_notifier::sim {

/// Resident memory of this process in MB at the end of each simulated hour, while the production engine
/// watches so many accounts over SQLite and some of them are called. What the simulated provider holds is in
/// it, too.
std::vector<double> soak(int accounts, int hours, int calls_per_hour);

}  // namespace sms_notifier::sim
