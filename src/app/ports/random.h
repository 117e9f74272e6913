#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace sms_notifier::app {

/// Chance, passed in, so that a run can be repeated from its seed. Belongs to one loop; not thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  /// Evenly spread in [0, end).
  base::Duration below(base::Duration end) {
    return base::Duration{static_cast<std::int64_t>(
        next() % static_cast<std::uint64_t>(std::max<std::int64_t>(end.count(), 1)))};
  }
};

}  // namespace sms_notifier::app
