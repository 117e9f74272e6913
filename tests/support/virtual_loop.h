#pragma once

#include <map>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "app/ports/clock.h"
#include "app/ports/spawner.h"
#include "base/time.h"

namespace sms_notifier::test_support {

/// A loop on virtual time: runs what is ready, then jumps to the next timer. One thread, no waiting,
/// repeatable.
class VirtualLoop final : public app::Clock, public app::Spawner {
 public:
  explicit VirtualLoop(base::Instant now) : now_(now) {}

  base::Instant now() const override { return now_; }
  base::Monotonic monotonic() const override { return monotonic_; }
  std::unique_ptr<app::Timer> make_timer() override;
  void spawn(base::task<> work) override;

  /// Lets this much time pass, with everything that happens in it.
  void run_for(base::Duration duration);
  void run_until(base::Instant instant) { run_for(instant - now_); }
  /// The wall clock jumps, as when somebody sets it; the monotonic one does not.
  void jump_wall_clock(base::Duration by) { now_ += by; }

  boost::asio::io_context& context() { return context_; }

 private:
  class VirtualTimer;
  void run_ready();

  boost::asio::io_context context_{1};
  base::Instant now_;
  base::Monotonic monotonic_{};
  std::multimap<base::Monotonic, VirtualTimer*> due_;
};

}  // namespace sms_notifier::test_support
