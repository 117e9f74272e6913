#include "sim/hazards.h"

#include <memory>
#include <stdexcept>

namespace sms_notifier::sim {
namespace {

bool is_due(std::optional<int>& countdown) {
  if (!countdown || --*countdown > 0) return false;
  countdown.reset();
  return true;
}

}  // namespace

base::task<> Hazards::touch() {
  if (is_due(touches_to_sleep_)) {
    loop_.sleep(chance_.between(std::chrono::seconds{15}, std::chrono::minutes{10}));
    woke_at = loop_.true_now();
  }
  if (!is_due(touches_left_)) co_return;
  loop_.halt();
  const std::unique_ptr<app::Timer> never = loop_.make_timer();
  co_await never->wait_until(base::Monotonic::max());
}

base::task<> Hazards::touch_disk(double failing) {
  co_await touch();
  if (disk_full && chance_.happens(failing)) throw std::runtime_error("database or disk is full");
}

}  // namespace sms_notifier::sim
