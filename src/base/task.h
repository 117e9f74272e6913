#pragma once

#include <boost/asio/awaitable.hpp>

namespace sms_notifier::base {

/// A coroutine that waits on ports. The one place where app/ and domain/ meet Asio.
template <class T = void>
using task = boost::asio::awaitable<T>;

}  // namespace sms_notifier::base
