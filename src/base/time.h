#pragma once

#include <chrono>
#include <compare>

namespace sms_notifier::base {

/// A point in UTC, in microseconds since 1970. What the databases store.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// Tag of a clock that never jumps: for waiting and for measuring, never for saying when something was.
struct MonotonicClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};
using Monotonic = MonotonicClock::time_point;

/// Seconds to the fraction, for figures shown to people and machines.
constexpr double to_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace sms_notifier::base
