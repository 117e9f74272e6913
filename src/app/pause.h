#pragma once

#include <set>

#include "app/ports/clock.h"

namespace sms_notifier::app {

/// The waits of a group of tasks, so that all of them can be cut short at shutdown.
class Pauses {
 public:
  explicit Pauses(Clock& clock) : clock_(clock) {}

  /// Waits; returns early once end_all() was called.
  base::task<> until(base::Monotonic due);
  base::task<> for_duration(base::Duration duration) { return until(clock_.monotonic() + duration); }

  void end_all();
  bool ended() const { return ended_; }

 private:
  Clock& clock_;
  std::set<Timer*> waiting_;
  bool ended_ = false;
};

}  // namespace sms_notifier::app
