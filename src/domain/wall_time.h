#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sms_notifier::domain {

/// A calendar day as the provider counts it.
using Day = std::chrono::sys_days;

/// Date and time on a wall clock, whatever the zone. Its order is that of the clock face.
struct WallTime {
  std::chrono::local_seconds time;

  friend auto operator<=>(const WallTime&, const WallTime&) = default;
};

/// Reads `2026-09-12 14:03:10` (docs/provider/calls.md, "Row fields"). Impossible dates are none.
std::optional<WallTime> parse_wall_time(std::string_view text);
/// `2026-09-12 14:03:10`
std::string to_string(WallTime wall);
/// `2026-09-12`
std::string to_string(Day day);
Day day_of(WallTime wall);

/// The provider's zone: America/Toronto unless configured. Implementations are pure look-ups and may be
/// called from any thread.
class TimeZone {
 public:
  virtual ~TimeZone() = default;

  /// What the clock on the wall may have meant: the same instant twice on a normal day; two instants in the
  /// hour that comes twice in autumn; in the hour that spring skips, the instants by the rules before and
  /// after the change.
  struct Instants {
    base::Instant earlier;
    base::Instant later;
  };
  virtual Instants instants(WallTime wall) const = 0;
  virtual WallTime wall_time(base::Instant instant) const = 0;

  Day day_of(base::Instant instant) const { return domain::day_of(wall_time(instant)); }
  base::Instant begin_of(Day day) const {
    return instants({std::chrono::local_days{day.time_since_epoch()}}).earlier;
  }
};

/// When it really was. In the repeated hour the latest instant that is not after `first_seen`: a row cannot
/// be seen before its call (docs/provider/calls.md, "Time zone").
base::Instant resolve(TimeZone::Instants candidates, base::Instant first_seen);

}  // namespace sms_notifier::domain
