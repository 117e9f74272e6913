#pragma once

#include "app/ports/clock.h"
#include "app/ports/spawner.h"

namespace boost::asio {
class io_context;
}

namespace sms_notifier::platform {

/// Real time; its timers belong to the loop.
class AsioClock final : public app::Clock {
 public:
  explicit AsioClock(boost::asio::io_context& loop) : loop_(loop) {}
  base::Instant now() const override;
  base::Monotonic monotonic() const override;
  std::unique_ptr<app::Timer> make_timer() override;

 private:
  boost::asio::io_context& loop_;
};

class AsioSpawner final : public app::Spawner {
 public:
  explicit AsioSpawner(boost::asio::io_context& loop) : loop_(loop) {}
  void spawn(base::task<> work) override;

 private:
  boost::asio::io_context& loop_;
};

}  // namespace sms_notifier::platform
