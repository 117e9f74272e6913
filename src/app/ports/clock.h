#pragma once

#include <memory>

#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::app {

/// A wait that can be cut short. Belongs to the loop that made it; not thread-safe.
class Timer {
 public:
  virtual ~Timer() = default;
  /// Returns at `due`, or as soon as wake() is called; at once if wake() was called since the last wait.
  virtual base::task<> wait_until(base::Monotonic due) = 0;
  virtual void wake() = 0;
};

/// Time, passed in. now() may jump, monotonic() never does. Reading is allowed from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::Instant now() const = 0;
  virtual base::Monotonic monotonic() const = 0;
  /// A timer on the caller's loop.
  virtual std::unique_ptr<Timer> make_timer() = 0;
};

}  // namespace sms_notifier::app
