#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "app/events.h"
#include "app/health/health_book.h"
#include "app/ports/call_book.h"
#include "app/ports/caller_book.h"
#include "app/ports/clock.h"
#include "app/ports/provider.h"
#include "app/ports/random.h"
#include "app/ports/reply_ledger.h"
#include "app/ports/scope.h"
#include "app/ports/settings.h"
#include "app/ports/spawner.h"
#include "app/turns.h"
#include "app/watch/monitor_options.h"
#include "app/watch/roster.h"
#include "domain/provider_clock.h"
#include "domain/reconcile.h"
#include "domain/record_zone.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// The world, as the use cases see it.
struct EnginePorts {
  Clock& clock;
  Random& random;
  Spawner& spawner;
  Provider& provider;
  CallBook& calls;
  ReplyLedger& replies;
  CallerBook& callers;
  Settings& settings;
  EventSink& events;
  const domain::TimeZone& zone;
};

/// A row of the provider's list that is a text of which no end is known, or may be it.
struct SeenRow {
  domain::SentText row;
  bool certain = false;
};

/// The call as events tell of it.
CallNote note_of(const OpenReply& reply);

/// What the tasks of one monitor share. All of it belongs to the monitor's loop.
struct EngineState {
  EnginePorts ports;
  MonitorOptions options;
  Roster roster;
  HealthBook health;
  bool stopping = false;
  bool storage_troubled = false;
  bool polled = false;  ///< an account, since the start
  /// Accounts whose ledger may hold open replies that no task works on: the monitor looks for them.
  std::optional<Scope> replies_unattended;
  /// Of replies that a task works on, whichever look showed it: what was seen once may have gone out.
  std::map<domain::ReplyId, SeenRow> seen_rows;
  /// When the latest text was sent that a list showed and that did not come from here, in other words than
  /// ours.
  std::map<domain::AccountId, base::Instant> texted_by_hand_at;
  Turns turns{ports.clock};
  domain::ProviderClock provider_clock;
  domain::RecordZone record_zone{options.usual_record_zone};
  std::optional<base::Duration> clock_told_ahead;  ///< while it is told that our clock is wrong

  domain::ClockReadings our_clocks() const { return {ports.clock.now(), ports.clock.monotonic()}; }
  /// The time by which everything is decided that depends on it (docs/decisions/0033-the-providers-clock.md):
  /// ours, or the provider's while ours is wrong. Not for what people are shown, nor for waiting.
  base::Instant now() const { return provider_clock.now(our_clocks()); }
  /// Our clock differs from the provider's by more than two minutes, or it is unsure. No second intent is
  /// made then.
  bool clock_disagrees() const {
    const domain::ClockStanding standing = provider_clock.standing(our_clocks());
    return standing == domain::ClockStanding::Apart || standing == domain::ClockStanding::Unsure;
  }
  /// The provider's answers confirm our clock.
  bool clock_is_right() const {
    return provider_clock.standing(our_clocks()) == domain::ClockStanding::Together;
  }
  /// now() may be wrong, until the next answer or the one after it: no call is decided.
  bool clock_unsure() const { return provider_clock.standing(our_clocks()) == domain::ClockStanding::Unsure; }
  /// Nothing has come from the provider since the start: our clock may be wrong without a sign of it.
  bool clock_unheard() const {
    return !polled && provider_clock.standing(our_clocks()) == domain::ClockStanding::Unheard;
  }
  /// A row that was not judged before: whether its date speaks for the zone of the settings.
  void judge_zone_by(const domain::CdrRow& row, bool appeared);
  /// The provider has told its time.
  void note_date(const domain::DatedAnswer& answer);

  void note_seen(domain::ReplyId reply, const domain::SentText& row, bool certain) {
    SeenRow& seen = seen_rows[reply];
    if (!seen.certain) seen = {row, certain};
  }

  void tell(const Event& event) const { ports.events.on(event, ports.clock.now()); }

  /// Said once when the database begins to fail, and once when it works again.
  void storage_failed(const std::string& detail) {
    if (!storage_troubled) tell(StorageTroubled{detail});
    storage_troubled = true;
    replies_unattended = Scope{};  // a commit that was not confirmed may have reserved replies
  }
  void leave_unattended(domain::AccountId account) {
    if (!replies_unattended) replies_unattended = Scope{std::set<domain::AccountId>{}};
    if (replies_unattended->only) replies_unattended->only->insert(account);
  }
  void storage_worked() {
    if (storage_troubled) tell(StorageHealed{});
    storage_troubled = false;
  }
};

}  // namespace sms_notifier::app
