#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/ports/settings.h"
#include "app/watch/monitor.h"
#include "support/fake_provider.h"
#include "support/memory_store.h"
#include "support/recording_sink.h"
#include "support/virtual_loop.h"

namespace sms_notifier::test_support {

/// Chance that always says the least: no jitter, no spread.
class NoChance final : public app::Random {
 public:
  std::uint64_t next() override { return 0; }
};

/// The production engine on virtual time over the in-memory store, with one account that has two numbers.
class Engine {
 public:
  static constexpr const char* email = "owner@clinic.example";
  static constexpr const char* did = "5550100199";
  static constexpr const char* other_did = "5550100100";

  /// `wall`: Toronto wall clock at the start.
  explicit Engine(const std::string& wall = "2026-09-15 12:00:00", app::MonitorOptions options = {});

  domain::ProfileId add_profile(domain::ProfileForm form);
  /// As typed by an owner: threshold 10 s, everything else usual.
  static domain::ProfileForm form(const std::string& did_of_profile = did);
  void run_profile(domain::ProfileId id) { set_running(id, true); }
  void stop_profile(domain::ProfileId id) { set_running(id, false); }

  /// Starts the service (again, after kill()).
  void start();
  /// The process dies at once: nothing that was under way goes on.
  void kill();
  /// What begins a stop.
  void ask_to_stop() { monitor_->stop(); }
  void stop();
  void run_for(base::Duration duration) { loop->run_for(duration); }
  void run_until(const std::string& wall);

  /// A row that is listed from now on; its date is `ago` before now, by the provider's clock.
  FakeRow& call(const std::string& unique_id, const std::string& callerid,
                base::Duration ago = std::chrono::seconds{5}, const std::string& to = did);
  FakeRow& row(const std::string& unique_id);
  std::string wall_now() const { return domain::to_string(zone->wall_time(loop->now())); }

  /// The recorded decision's code for the call that has this leg first; empty when it was not recorded.
  std::string decision(const std::string& unique_id);
  /// The state of that call's reply; empty when it has none.
  std::string reply_state(const std::string& unique_id);
  std::vector<app::CallRecord> calls();
  /// The owner orders that call's text, to go out within a quarter of an hour.
  app::OrderOutcome order(const std::string& unique_id);
  /// The owner sends a test text with the profile's message to that phone.
  app::OrderOutcome send_test_text(domain::ProfileId profile, const std::string& phone);
  std::size_t texts() const { return provider->delivered.size(); }

  std::unique_ptr<domain::TimeZone> zone;
  std::unique_ptr<VirtualLoop> loop;
  std::unique_ptr<FakeProvider> provider;
  MemoryStore store;
  RecordingSink events;
  NoChance chance;
  app::MonitorOptions options;

 private:
  void set_running(domain::ProfileId id, bool running);

  std::unique_ptr<app::Monitor> monitor_;
};

}  // namespace sms_notifier::test_support
