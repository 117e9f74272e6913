#pragma once

#include <functional>
#include <string>

#include "app/pause.h"
#include "app/ports/clock.h"
#include "app/ports/random.h"
#include "app/ports/retention.h"

namespace sms_notifier::app {

/// The `retention` keys of the configuration, in months; 0: for ever.
struct RetentionOptions {
  int keep_months = 25;
  int audit_months = 25;
};

/// The least months: by then the provider lists none of those calls and texts any more
/// (docs/provider/calls.md).
constexpr int retention_months_min = 4;
constexpr int retention_months_max = 1200;

/// No profile's cooldown is as long.
constexpr std::chrono::days contacts_kept_min{366};

RetentionCuts retention_cuts(const RetentionOptions& options, base::Instant now);

/// How a day's work ended.
struct RetentionReport {
  int erased = 0;
  std::string trouble;  ///< why it is not done; empty when it is
};

/// Once a day, in small steps with pauses, old records lose what they say of people. Belongs to one loop.
class Retention {
 public:
  using Now = std::function<std::optional<base::Instant>()>;
  using Tell = std::function<void(const RetentionReport&)>;

  /// `now` tells the time, and nothing while it is unsure: then nothing is erased. `tell` hears of every day
  /// on which something was erased or failed.
  Retention(OldRecords& records, Clock& clock, Random& random, RetentionOptions options, Now now, Tell tell);

  /// Ends soon after stop(). Never throws: what fails is told and tried again.
  base::task<> run();
  void stop();

 private:
  base::task<RetentionReport> erase_all(base::Instant now);

  OldRecords& records_;
  Random& random_;
  const RetentionOptions options_;
  const Now now_;
  const Tell tell_;
  Pauses pauses_;
  bool stopping_ = false;
};

}  // namespace sms_notifier::app
