#include "app/task_group.h"

#include <memory>
#include <utility>

namespace sms_notifier::app {

void TaskGroup::spawn(base::task<> work) {
  ++running_;
  spawner_.spawn(run(std::move(work)));
}

base::task<> TaskGroup::run(base::task<> work) {
  co_await std::move(work);
  if (--running_ > 0) co_return;
  for (Timer* timer : waiting_) timer->wake();
}

base::task<bool> TaskGroup::drain(base::Monotonic deadline) {
  const std::unique_ptr<Timer> timer = clock_.make_timer();
  waiting_.insert(timer.get());
  while (running_ > 0 && clock_.monotonic() < deadline) co_await timer->wait_until(deadline);
  waiting_.erase(timer.get());
  co_return running_ == 0;
}

base::task<> TaskGroup::drain() {
  for (bool ended = false; !ended;) {
    const base::Monotonic look_again = clock_.monotonic() + std::chrono::hours{1};
    ended = co_await drain(look_again);
  }
}

}  // namespace sms_notifier::app
