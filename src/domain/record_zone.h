#pragma once

#include "base/time.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// Whether two zones show the same time on the wall for a year from `from` on: America/New_York is as good as
/// America/Toronto.
bool show_the_same_time(const TimeZone& one, const TimeZone& other, base::Instant from);

/// Whether call records are dated in the zone of the settings, by what they show themselves
/// (docs/decisions/0033-the-providers-clock.md).
///
/// The usual zone is believed until three rows in a row lie in the future. Any other one has to prove itself:
/// it is believed once two rows have appeared, one after the other, with a call that ended a moment ago, and
/// no longer after one that lies in the future.
class RecordZone {
 public:
  explicit RecordZone(bool usual) : usual_(usual), believed_(usual) {}

  /// A row that was not judged before. `began` and `ended`: its call, read in the zone of the settings.
  /// `appeared`: the list did not have it the last time it was read.
  void judge(base::Instant began, base::Instant ended, base::Instant now, bool appeared);
  bool believed() const { return believed_; }

 private:
  bool usual_;
  bool believed_;
  int for_it_ = 0;      ///< rows in a row that support the zone
  int against_it_ = 0;  ///< rows in a row that contradict it
};

}  // namespace sms_notifier::domain
