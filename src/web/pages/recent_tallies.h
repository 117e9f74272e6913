#pragma once

#include <optional>
#include <vector>

#include "app/ports/call_history.h"
#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::web {

/// The calls of the last days by hour, for charts. Counting a month of calls takes long, and what is long
/// over hardly changes: hours that were over two hours ago are counted again once a minute, younger ones each
/// time. Belongs to the web loop.
class RecentTallies {
 public:
  RecentTallies(app::CallHistory& ledger, base::Duration period) : history_(ledger), period_(period) {}

  base::task<std::vector<app::HourTally>> until(base::Instant now);

 private:
  app::CallHistory& history_;
  const base::Duration period_;

  std::optional<base::Instant> counted_at_;
  base::Instant young_since_;        ///< the start of an hour
  std::vector<app::HourTally> old_;  ///< of the hours before that, as of counted_at_
};

}  // namespace sms_notifier::web
