#pragma once

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.h"

namespace sms_notifier::test_support {

namespace detail {

/// A database thread may still be leaving post() when the task it has answered is over already: the loop
/// stays.
inline boost::asio::io_context& loop() {
  static thread_local boost::asio::io_context of_thread{1};
  of_thread.restart();
  return of_thread;
}

}  // namespace detail

/// Runs a task to its end on a loop of its own; its exception is thrown here.
template <class T>
T run_task(base::task<T> work) {
  boost::asio::io_context& loop = detail::loop();
  T result{};
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, T value) {
    failure = error;
    result = std::move(value);
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return result;
}

inline void run_task(base::task<> work) {
  boost::asio::io_context& loop = detail::loop();
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error) { failure = error; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sms_notifier::test_support
