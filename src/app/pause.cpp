#include "app/pause.h"

#include <memory>

namespace sms_notifier::app {

base::task<> Pauses::until(base::Monotonic due) {
  if (ended_) co_return;
  const std::unique_ptr<Timer> timer = clock_.make_timer();
  waiting_.insert(timer.get());
  co_await timer->wait_until(due);
  waiting_.erase(timer.get());
}

void Pauses::end_all() {
  ended_ = true;
  for (Timer* timer : waiting_) timer->wake();
}

}  // namespace sms_notifier::app
