#pragma once

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.h"

namespace sms_notifier::test_support {

/// Runs a task to its end on a loop of its own; its exception is thrown here.
template <class T>
T run_task(base::task<T> work) {
  boost::asio::io_context loop{1};
  T result{};
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
    failure = error;
    result = std::move(value);
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return result;
}

inline void run_task(base::task<> work) {
  boost::asio::io_context loop{1};
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error) { failure = error; });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sms_notifier::test_support
