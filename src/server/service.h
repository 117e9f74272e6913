#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "app/events.h"
#include "app/ports/password_desk.h"
#include "app/ports/token_mint.h"
#include "app/task_group.h"
#include "app/upkeep/retention.h"
#include "app/watch/monitor.h"
#include "http/server.h"
#include "platform/asio_clock.h"
#include "platform/random.h"
#include "server/database_probe.h"
#include "server/heartbeat.h"
#include "server/provider_stack.h"
#include "server/service_manager.h"
#include "server/workbench.h"
#include "storage/service_lock.h"
#include "storage/sqlite/store.h"
#include "telemetry/log_keeper.h"
#include "telemetry/log_lines.h"
#include "telemetry/metrics.h"
#include "web/site/site.h"

namespace sms_notifier::server {

/// Hands events over to the web loop, where the pages hear of them.
class EventBridge final : public app::EventSink {
 public:
  EventBridge(boost::asio::io_context& web_loop, web::Site& site) : web_loop_(web_loop), site_(site) {}
  void on(const app::Event& event, base::Instant at) noexcept override;

 private:
  boost::asio::io_context& web_loop_;
  web::Site& site_;
};

/// The running service. Threads: the caller's drives the bench's loop (polls, sends, the log keeper); `web`
/// answers HTTP; `slow` hashes passwords; the store and the writers of lines have threads of their own. When
/// it ends, every task on its two loops has ended before what the task uses.
class Service {
 public:
  /// Takes the service's lock and listens. `listener`, if any, is told of every event.
  explicit Service(Workbench& bench, app::EventSink* listener = nullptr);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Where it answers: `http://127.0.0.1:8000`.
  std::string url() const;
  /// Where the first user is made, as long as there is none.
  std::string setup_url() const;
  /// Works until SIGINT or SIGTERM; returns at once when one of them came already. Throws when the database
  /// cannot be used at the start, and ends by itself, throwing, when it was exchanged under it.
  void run();

 private:
  base::task<> work();
  void stop();
  void tell(const app::RetentionReport& report);
  void look_after_database();
  base::task<web::Readiness> readiness();
  base::task<app::StateTally> look_at_states();
  base::task<std::string> metrics_text();
  /// Begins the end of everything on the web loop, and then of the loop, unless that has begun.
  void wind_up_web();
  /// Lets the answers under way go out, within the shutdown grace.
  base::task<> end_web();

  Workbench& bench_;
  boost::asio::io_context web_loop_{1};
  storage::ServiceLock lock_;
  platform::AsioClock clock_;
  platform::AsioSpawner spawner_;
  platform::SeededRandom random_;
  ProviderStack provider_;
  telemetry::LogLines lines_;
  ServiceManager manager_;
  telemetry::LogKeeper keeper_;
  telemetry::Metrics metrics_;

  // Of the web loop.
  std::atomic<bool> started_{false};
  std::atomic<bool> web_ending_{false};
  platform::AsioClock web_clock_;
  platform::AsioSpawner web_spawner_;
  DatabaseProbe probe_;
  ProviderStack web_provider_;
  std::unique_ptr<app::PasswordDesk> passwords_;
  std::unique_ptr<app::TokenMint> mint_;
  web::Site site_;

  EventBridge bridge_;
  telemetry::EventFan events_;
  app::Monitor monitor_;
  bool damage_told_ = false;
  std::string database_exchanged_;  ///< what happened to its files; empty: nothing
  Heartbeat heart_;
  app::TaskGroup tasks_;  ///< of the main loop, but for the monitor's and the keeper's
  app::Retention retention_;
  http::Server web_;
  std::thread web_thread_;
};

}  // namespace sms_notifier::server
