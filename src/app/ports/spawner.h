#pragma once

#include "base/task.h"

namespace sms_notifier::app {

/// Starts coroutines on the caller's loop. The task must end by itself and must not throw: an exception that
/// leaves it ends the process, because what it left undone cannot be known.
class Spawner {
 public:
  virtual ~Spawner() = default;
  virtual void spawn(base::task<> work) = 0;
};

}  // namespace sms_notifier::app
