#include "domain/backoff.h"

#include <algorithm>

namespace sms_notifier::domain {

base::Duration Backoff::after(int failures) const {
  constexpr int doublings_max = 20;  // far beyond `last`, far below an overflow
  const int doublings = std::clamp(failures - 1, 0, doublings_max);
  return std::min(last, first * (std::int64_t{1} << doublings));
}

}  // namespace sms_notifier::domain
