#include "sim/soak.h"

#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>

#include "base/ensure.h"
#include "platform/time_zone.h"
#include "sim/installation.h"

namespace sms_notifier::sim {
namespace {

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

}  // namespace

std::vector<double> soak(int accounts, int hours, int calls_per_hour) {
  const Business business = plain_business(accounts, std::chrono::milliseconds{200});
  const auto zone = platform::load_time_zone("America/Toronto");
  test_support::VirtualLoop loop(zone->instants(*domain::parse_wall_time("2026-06-16 08:00:00")).earlier);
  Verdict verdict(loop);
  simulator::World world({business.accounts, 1, {}, {}, 0});
  app::MonitorOptions options;
  options.settings_interval = std::chrono::seconds{2};
  Installation installation(world, loop, *zone, verdict, std::make_unique<SqliteStorage>(), options, 1);
  installation.add_profiles(business.profiles);
  installation.start();

  Chance chance(1, "soak");
  std::vector<double> resident;
  for (int hour = 0; hour < hours; ++hour) {
    if (calls_per_hour == 0) loop.run_for(std::chrono::hours{1});
    for (int n = 0; n < calls_per_hour; ++n) {
      loop.run_for(base::Duration(std::chrono::hours{1}) / calls_per_hour);
      miss_call(world, chance.one_of(business.accounts), 5'554'000'000LL + hour * calls_per_hour + n,
                loop.now());
    }
    base::ensure(!loop.halted() && installation.told.polls > 300L * accounts * hour,
                 "all accounts are polled");
    resident.push_back(resident_mb());
  }
  loop.abandon();
  return resident;
}

}  // namespace sms_notifier::sim
