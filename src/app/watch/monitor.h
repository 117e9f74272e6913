#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "app/engine_state.h"
#include "app/health/state_news.h"
#include "app/health/texting_means.h"
#include "app/pause.h"
#include "app/task_group.h"
#include "app/texts/caller_words.h"
#include "app/texts/deliveries.h"
#include "app/texts/looks.h"
#include "app/texts/trust.h"
#include "app/watch/account_watch.h"

namespace sms_notifier::app {

/// The whole watch over all accounts: reads the settings, keeps one AccountWatch per account with running
/// profiles, goes on with the replies that an earlier process left, and follows changes that others make to
/// the settings. Lives on one loop.
class Monitor {
 public:
  Monitor(EnginePorts ports, MonitorOptions options);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Takes over the ledger: nothing is believed to be running, what was being sent is unknown. Throws when
  /// the database cannot be used.
  base::task<> start();
  /// Works until stop() is called and everything under way has ended.
  base::task<> run();
  /// No new polls and no new claims; questions under way end at once, texts may still end within the shutdown
  /// grace. Call on the loop.
  void stop();
  bool stopping() const { return engine_.stopping; }
  /// The time by VoIP.ms' clock, where it is known, and nothing while it is unsure. Call on the loop.
  std::optional<base::Instant> now() const {
    const bool unknown = engine_.clock_unsure() || engine_.clock_unheard();
    return unknown ? std::nullopt : std::optional(engine_.now());
  }

 private:
  base::task<> attend_to_replies(Scope scope);
  base::task<> reload(SettingsChanges changes);
  void follow(const Roster& before);
  void note_new_settings(const domain::Profile& before, const domain::Profile& now);
  void start_watch(domain::AccountId account, base::Duration first_delay);
  base::task<> watch(domain::AccountId account, base::Duration first_delay);
  void note_held_texts();
  base::task<> save_health();
  base::task<> tell_of_states();

  TaskGroup tasks_;
  EngineState engine_;
  CallerWords words_;
  Looks looks_;
  Trust trust_;
  TextingMeans means_;
  Deliveries deliveries_;
  Pauses pauses_;
  std::map<domain::AccountId, std::unique_ptr<AccountWatch>> watches_;
  std::int64_t version_ = 0;
  base::Monotonic good_polls_due_{};
  base::Monotonic states_due_{};
  StateNews state_news_;
  base::Monotonic grace_ends_{};
};

}  // namespace sms_notifier::app
