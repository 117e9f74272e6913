#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "app/events.h"
#include "app/monitor.h"
#include "http/server.h"
#include "platform/asio_clock.h"
#include "platform/random.h"
#include "server/provider_stack.h"
#include "server/workbench.h"
#include "storage/sqlite_store.h"
#include "telemetry/log_keeper.h"
#include "telemetry/log_lines.h"

namespace sms_notifier::server {

/// The running service. Threads: the caller's drives the bench's loop (polls, sends, the log); `web` answers
/// HTTP; the store has threads of its own.
class Service {
 public:
  /// Takes the service's lock and listens. `listener`, if any, is told of every event.
  explicit Service(Workbench& bench, app::EventSink* listener = nullptr);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Where it answers: `http://127.0.0.1:8000`.
  std::string url() const;
  /// Works until SIGINT or SIGTERM. Throws when the database cannot be used at the start.
  void run();

 private:
  base::task<> work();

  Workbench& bench_;
  storage::ServiceLock lock_;
  platform::AsioClock clock_;
  platform::AsioSpawner spawner_;
  platform::SeededRandom random_;
  ProviderStack provider_;
  telemetry::LogLines lines_;
  telemetry::LogKeeper keeper_;
  telemetry::EventFan events_;
  app::Monitor monitor_;

  std::atomic<bool> started_{false};
  http::Server web_;
  std::thread web_thread_;
};

}  // namespace sms_notifier::server
