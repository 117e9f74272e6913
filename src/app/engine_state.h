#pragma once

#include <map>
#include <string>

#include "app/events.h"
#include "app/ports/clock.h"
#include "app/ports/ledger.h"
#include "app/ports/provider.h"
#include "app/ports/random.h"
#include "app/ports/settings.h"
#include "app/ports/spawner.h"
#include "app/watch/monitor_options.h"
#include "app/watch/roster.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// The world, as the use cases see it.
struct EnginePorts {
  Clock& clock;
  Random& random;
  Spawner& spawner;
  Provider& provider;
  Ledger& ledger;
  Settings& settings;
  EventSink& events;
  const domain::TimeZone& zone;
};

/// What the tasks of one monitor share. All of it belongs to the monitor's loop.
struct EngineState {
  EnginePorts ports;
  MonitorOptions options;
  Roster roster;
  bool stopping = false;
  bool storage_troubled = false;
  /// A commit may have reserved replies of which nobody was told: somebody must look for them.
  bool replies_unattended = false;
  std::map<domain::AccountId, base::Monotonic> next_turn;  ///< of texts and questions about them

  void tell(const Event& event) const { ports.events.on(event, ports.clock.now()); }

  /// Said once when the database begins to fail, and once when it works again.
  void storage_failed(const std::string& detail) {
    if (!storage_troubled) tell(StorageTroubled{detail});
    storage_troubled = true;
    replies_unattended = true;
  }
  void storage_worked() {
    if (storage_troubled) tell(StorageHealed{});
    storage_troubled = false;
  }
};

}  // namespace sms_notifier::app
