#include "platform/asio_clock.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::platform {
namespace {

class AsioTimer final : public app::Timer {
 public:
  explicit AsioTimer(boost::asio::io_context& loop) : timer_(loop) {}

  base::task<> wait_until(base::Monotonic due) override {
    if (!woken_) {
      timer_.expires_at(std::chrono::steady_clock::time_point(due.time_since_epoch()));
      boost::system::error_code cancelled;
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
    woken_ = false;
  }

  void wake() override {
    woken_ = true;
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  bool woken_ = false;
};

}  // namespace

base::Instant AsioClock::now() const {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

base::Monotonic AsioClock::monotonic() const {
  return base::Monotonic{
      std::chrono::floor<base::Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

std::unique_ptr<app::Timer> AsioClock::make_timer() {
  return std::make_unique<AsioTimer>(loop_);
}

void AsioSpawner::spawn(base::task<> work) {
  boost::asio::co_spawn(loop_, std::move(work), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

}  // namespace sms_notifier::platform
