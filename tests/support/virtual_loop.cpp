#include "support/virtual_loop.h"

#include <exception>
#include <optional>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::test_support {

class VirtualLoop::VirtualTimer final : public app::Timer {
 public:
  explicit VirtualTimer(VirtualLoop& loop) : loop_(loop) {}

  base::task<> wait_until(base::Monotonic due) override {
    if (!woken_) {
      co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
          [this, due](auto resume) {
            auto cancelled = boost::asio::get_associated_cancellation_slot(resume);
            entry_ = loop_.waiting_.emplace(due, Wait{this, std::move(resume), cancelled});
            if (cancelled.is_connected())
              cancelled.assign([this](boost::asio::cancellation_type) { loop_.fire(*entry_); });
          },
          boost::asio::use_awaitable);
    }
    woken_ = false;
  }

  void wake() override {
    woken_ = true;
    if (entry_) loop_.fire(*entry_);
  }

  std::optional<Waiting::iterator> entry_;  ///< set while it waits

 private:
  VirtualLoop& loop_;
  bool woken_ = false;
};

std::unique_ptr<app::Timer> VirtualLoop::make_timer() {
  return std::make_unique<VirtualTimer>(*this);
}

void VirtualLoop::spawn(base::task<> work) {
  boost::asio::co_spawn(*context_, std::move(work), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

void VirtualLoop::fire(Waiting::iterator entry) {
  entry->second.timer->entry_.reset();
  entry->second.cancelled.clear();
  auto resume = std::move(entry->second.resume);
  waiting_.erase(entry);
  boost::asio::post(*context_, std::move(resume));
}

void VirtualLoop::run_ready() {
  context_->restart();
  while (!halted_ && context_->poll_one() > 0) {
  }
}

void VirtualLoop::run_for(base::Duration duration) {
  const base::Monotonic end = monotonic_ + duration;
  run_ready();
  while (!halted_ && !waiting_.empty() && waiting_.begin()->first <= end) {
    const base::Monotonic due = waiting_.begin()->first;
    if (due > monotonic_) {
      now_ += due - monotonic_;
      monotonic_ = due;
    }
    fire(waiting_.begin());
    run_ready();
  }
  if (halted_ || monotonic_ >= end) return;
  now_ += end - monotonic_;
  monotonic_ = end;
}

void VirtualLoop::abandon() {
  {
    // A coroutine that ends here may hold timers that others wait on; taking all handlers first keeps the map
    // whole.
    const Waiting ended = std::move(waiting_);
    waiting_.clear();
  }
  context_ = std::make_unique<boost::asio::io_context>(1);  // with the old one goes what was ready to run
  halted_ = false;
}

}  // namespace sms_notifier::test_support
