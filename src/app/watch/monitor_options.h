#pragma once

#include "base/time.h"
#include "domain/reconcile.h"

namespace sms_notifier::app {

/// The `monitor`, `reconcile` and `limits` keys of the configuration (docs/operating.md, "Settings").
struct MonitorOptions {
  base::Duration poll_interval = std::chrono::seconds{10};
  /// How often the settings are looked at for changes, and how soon a change of health is saved.
  base::Duration settings_interval = std::chrono::milliseconds{250};
  base::Duration reply_window = std::chrono::seconds{180};
  base::Duration catch_up = std::chrono::minutes{15};
  bool resume = true;
  base::Duration shutdown_grace = std::chrono::seconds{5};
  domain::ReconcileWaits reconcile{std::chrono::seconds{240}, std::chrono::seconds{30}};
  bool always_look = false;  ///< at the provider's list, before every text
  int texts_per_day = 100;
  /// The zone of the settings shows the time that VoIP.ms' records are known to be dated by, Toronto's
  /// (docs/provider/calls.md, "Time zone"). Any other one has to prove itself.
  bool usual_record_zone = true;
};

}  // namespace sms_notifier::app
