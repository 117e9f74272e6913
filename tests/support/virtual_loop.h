#pragma once

#include <map>
#include <memory>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include "app/ports/clock.h"
#include "app/ports/spawner.h"
#include "base/time.h"

namespace sms_notifier::test_support {

/// A day like any other, for what may happen on any.
inline const base::Instant some_day{std::chrono::hours{24 * 20'000}};

/// A loop on virtual time: runs what is ready, then jumps to the next timer. One thread, no waiting,
/// repeatable.
class VirtualLoop final : public app::Clock, public app::Spawner {
 public:
  explicit VirtualLoop(base::Instant now = some_day) : started_at_(now), now_(now) {}
  ~VirtualLoop() override { abandon(); }

  base::Instant now() const override { return now_; }
  base::Monotonic monotonic() const override { return monotonic_; }
  /// What now() would be had nobody ever set the wall clock.
  base::Instant true_now() const { return started_at_ + monotonic_.time_since_epoch(); }
  std::unique_ptr<app::Timer> make_timer() override;
  void spawn(base::task<> work) override;

  /// Lets this much time pass, with everything that happens in it.
  void run_for(base::Duration duration);
  void run_until(base::Instant instant) { run_for(instant - now_); }
  /// The wall clock jumps, as when its owner sets it; the monotonic one does not.
  void jump_wall_clock(base::Duration by) { now_ += by; }
  void set_wall_clock_right() { now_ = true_now(); }
  /// The machine sleeps: both clocks go on, and nothing runs.
  void sleep(base::Duration duration) {
    now_ += duration;
    monotonic_ += duration;
  }
  /// Nothing runs any more, and run_for() returns where it is, until abandon().
  void halt() { halted_ = true; }
  bool halted() const { return halted_; }

  /// Every coroutine that waits ends here and now, in the middle of what it was doing.
  void abandon();

 private:
  class VirtualTimer;
  struct Wait {
    VirtualTimer* timer;
    boost::asio::any_completion_handler<void()> resume;
    boost::asio::cancellation_slot cancelled;
  };
  using Waiting = std::multimap<base::Monotonic, Wait>;
  void run_ready();
  void fire(Waiting::iterator entry);

  base::Instant started_at_;
  base::Instant now_;
  base::Monotonic monotonic_{};
  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>(1);
  Waiting waiting_;
  bool halted_ = false;
};

}  // namespace sms_notifier::test_support
