#include "support/virtual_loop.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::test_support {

/// Waits on an Asio timer that never expires by itself; the loop cancels it when its virtual time has come.
class VirtualLoop::VirtualTimer final : public app::Timer {
 public:
  explicit VirtualTimer(VirtualLoop& loop) : loop_(loop), timer_(loop.context_) {}
  ~VirtualTimer() override { forget(); }

  base::task<> wait_until(base::Monotonic due) override {
    if (!woken_) {
      const auto entry = loop_.due_.emplace(due, this);
      waiting_ = true;
      entry_ = entry;
      timer_.expires_at(boost::asio::steady_timer::time_point::max());
      boost::system::error_code cancelled;
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
      forget();
    }
    woken_ = false;
  }

  void wake() override {
    woken_ = true;
    fire();
  }

  void fire() {
    forget();
    timer_.cancel();
  }

 private:
  void forget() {
    if (waiting_) loop_.due_.erase(entry_);
    waiting_ = false;
  }

  VirtualLoop& loop_;
  boost::asio::steady_timer timer_;
  std::multimap<base::Monotonic, VirtualTimer*>::iterator entry_;
  bool waiting_ = false;
  bool woken_ = false;
};

std::unique_ptr<app::Timer> VirtualLoop::make_timer() {
  return std::make_unique<VirtualTimer>(*this);
}

void VirtualLoop::spawn(base::task<> work) {
  boost::asio::co_spawn(context_, std::move(work), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void VirtualLoop::run_ready() {
  context_.restart();
  while (context_.poll() > 0) {
  }
}

void VirtualLoop::run_for(base::Duration duration) {
  const base::Monotonic end = monotonic_ + duration;
  run_ready();
  while (!due_.empty() && due_.begin()->first <= end) {
    const auto [due, timer] = *due_.begin();
    if (due > monotonic_) {
      now_ += due - monotonic_;
      monotonic_ = due;
    }
    timer->fire();
    run_ready();
  }
  now_ += end - monotonic_;
  monotonic_ = end;
}

}  // namespace sms_notifier::test_support
