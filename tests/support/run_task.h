#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/task.h"

namespace sms_notifier::test_support {

namespace detail {

template <class T>
base::task<> keep(base::task<T> work, std::optional<T>& result) {
  result.emplace(co_await std::move(work));
}

inline void run(base::task<> work) {
  boost::asio::io_context loop{1};
  const auto keep_running = boost::asio::make_work_guard(loop);
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error) {
    failure = error;
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail

/// Runs a task to its end on a loop of its own; its exception is thrown here.
inline void run_task(base::task<> work) {
  detail::run(std::move(work));
}

template <class T>
T run_task(base::task<T> work) {
  std::optional<T> result;
  detail::run(detail::keep(std::move(work), result));
  return std::move(*result);
}

}  // namespace sms_notifier::test_support
