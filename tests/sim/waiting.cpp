#include "sim/waiting.h"

#include <memory>
#include <optional>

#include "base/ensure.h"
#include "platform/time_zone.h"
#include "sim/installation.h"

namespace sms_notifier::sim {
namespace {

using simulator::Fault;
using simulator::FaultKind;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int callers = 50;
constexpr base::Duration outage = minutes{10};

/// What happens for ten minutes. Nothing: the service does not run.
struct Outage {
  std::string_view name;
  std::optional<Fault> fault;
};

std::vector<Outage> outages() {
  Fault away;
  away.kind = FaultKind::HttpError;
  Fault no_funds;
  no_funds.kind = FaultKind::Status;
  no_funds.method = "sendSMS";
  no_funds.status = "non_sufficient_funds";
  Fault without_effect;
  without_effect.kind = FaultKind::HttpError;
  without_effect.method = "sendSMS";
  return {{"the service was stopped", std::nullopt},
          {"VoIP.ms answered nothing but HTTP 500", away},
          {"VoIP.ms took no texts for want of funds", no_funds},
          {"VoIP.ms answered texts with HTTP 500, without effect", without_effect}};
}

Waited wait_after(const Outage& kind, base::Duration latency) {
  const auto zone = platform::load_time_zone("America/Toronto");
  test_support::VirtualLoop loop(zone->instants(*domain::parse_wall_time("2026-06-16 10:00:00")).earlier);
  Verdict verdict(loop);
  const Business business = plain_business(1, latency);
  simulator::World world({business.accounts, 1, {}, {}});
  Installation installation(world, loop, *zone, verdict, std::make_unique<MemoryStorage>(), {}, 1);
  installation.add_profiles(business.profiles);
  installation.start();
  loop.run_for(minutes{20});

  if (kind.fault) {
    world.add_fault(*kind.fault);
  } else {
    loop.abandon();
    installation.die();
  }
  for (int n = 0; n < callers; ++n) {
    loop.run_for(outage / callers);
    miss_call(world, business.accounts.front(), 5'556'000'000LL + n, loop.now());
  }
  world.clear_faults();
  if (!kind.fault) installation.start();
  const base::Instant over = loop.now();
  loop.run_for(minutes{20});
  const auto texts = world.delivered(loop.now());
  base::ensure(texts.size() == callers && !verdict.broken(), "each caller is texted once");
  loop.abandon();
  return {kind.name, latency, texts.front().accepted_at - over, texts.back().accepted_at - over};
}

}  // namespace

std::vector<Waited> wait_after_outages() {
  std::vector<Waited> waited;
  for (const Outage& kind : outages())
    for (const base::Duration latency :
         {base::Duration(std::chrono::milliseconds{200}), base::Duration(seconds{9})})
      waited.push_back(wait_after(kind, latency));
  return waited;
}

}  // namespace sms_notifier::sim
