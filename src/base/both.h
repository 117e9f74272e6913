#pragma once

#include <exception>
#include <optional>
#include <tuple>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/task.h"

namespace sms_notifier::base {

/// What a coroutine came to.
template <class T>
struct Ended {
  std::optional<T> value;
  std::exception_ptr failure;
};

template <class T>
task<> run_to_its_end(task<T> work, Ended<T>& ended) {
  try {
    ended.value.emplace(co_await std::move(work));
  } catch (...) {
    ended.failure = std::current_exception();
  }
}

/// Runs two coroutines at once, on the loop of the caller, to the end of both; then throws what one of them
/// threw. Neither is cancelled: what waits is waited for.
template <class A, class B>
task<std::tuple<A, B>> both(task<A> a, task<B> b) {
  using namespace boost::asio::experimental::awaitable_operators;
  Ended<A> first;
  Ended<B> second;
  task<> ends = run_to_its_end(std::move(a), first) && run_to_its_end(std::move(b), second);
  co_await std::move(ends);
  for (const std::exception_ptr& failure : {first.failure, second.failure})
    if (failure) std::rethrow_exception(failure);
  co_return std::tuple<A, B>{std::move(*first.value), std::move(*second.value)};
}

}  // namespace sms_notifier::base
