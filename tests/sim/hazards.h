#pragma once

#include <optional>

#include "base/task.h"
#include "sim/chance.h"
#include "support/virtual_loop.h"

namespace sms_notifier::sim {

/// What may happen to the process whenever it touches the world: it dies, the machine sleeps, the disk is
/// full.
class Hazards {
 public:
  Hazards(test_support::VirtualLoop& loop, std::uint64_t seed) : loop_(loop), chance_(seed, "hazards") {}

  /// The process dies at the n-th touch from now on (n from 1).
  void die_at_touch(int n) { touches_left_ = n; }
  void forget_death() { touches_left_.reset(); }
  /// The machine sleeps 15 s to 10 min at the n-th touch from now on.
  void sleep_at_touch(int n) { touches_to_sleep_ = n; }
  /// The time, whatever the machine's clock says.
  base::Instant true_now() const { return loop_.true_now(); }
  /// Nothing happens any more.
  void heal() {
    forget_death();
    touches_to_sleep_.reset();
    disk_full = false;
    connection_refused = 0;
    loop_.set_wall_clock_right();
  }

  base::Instant woke_at{};  ///< after the machine's last sleep
  bool disk_full = false;
  double connection_refused = 0;  ///< share of requests that do not get as far as the network

  /// Before and after each touch. Returns never when the process dies here.
  base::task<> touch();
  /// Before a write and after it. Throws when the disk is full: before the commit, now and then only after
  /// it.
  base::task<> before_write() { return touch_disk(0.8); }
  base::task<> after_write() { return touch_disk(1); }
  bool refuses_connection() { return chance_.happens(connection_refused); }

 private:
  base::task<> touch_disk(double failing);

  test_support::VirtualLoop& loop_;
  Chance chance_;
  std::optional<int> touches_left_;
  std::optional<int> touches_to_sleep_;
};

}  // namespace sms_notifier::sim
