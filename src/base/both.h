#pragma once

#include <tuple>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/task.h"

namespace sms_notifier::base {

/// Runs two coroutines at once, on the loop of the caller, to the end of both. When one throws, the other is
/// cancelled where it waits for Asio.
template <class A, class B>
task<std::tuple<A, B>> both(task<A> a, task<B> b) {
  using namespace boost::asio::experimental::awaitable_operators;
  task<std::tuple<A, B>> ends = std::move(a) && std::move(b);
  co_return co_await std::move(ends);
}

}  // namespace sms_notifier::base
