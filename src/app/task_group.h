#pragma once

#include <cstddef>
#include <set>

#include "app/ports/clock.h"
#include "app/ports/spawner.h"

namespace sms_notifier::app {

/// Tasks that end before what they use: the owner of what they use starts them here, and waits here for their
/// end. Belongs to one loop.
class TaskGroup final : public Spawner {
 public:
  TaskGroup(Clock& clock, Spawner& spawner) : clock_(clock), spawner_(spawner) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(base::task<> work) override;
  std::size_t size() const { return running_; }

  /// Returns true when every task has ended, also those that were started meanwhile; false when `deadline`
  /// comes first.
  base::task<bool> drain(base::Monotonic deadline);
  /// Returns when every task has ended.
  base::task<> drain();

 private:
  base::task<> run(base::task<> work);

  Clock& clock_;
  Spawner& spawner_;
  std::size_t running_ = 0;
  std::set<Timer*> waiting_;
};

}  // namespace sms_notifier::app
