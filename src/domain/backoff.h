#pragma once

#include "base/time.h"

namespace sms_notifier::domain {

/// Doubling waits with an upper end.
struct Backoff {
  base::Duration first;
  base::Duration last;

  /// The wait after the n-th failure in a row (n from 1).
  base::Duration after(int failures) const;
};

/// A trouble that ends by itself is over for us within a minute of its end.
constexpr Backoff poll_backoff{std::chrono::seconds{5}, std::chrono::seconds{45}};
/// Where asking often is what makes it worse.
constexpr Backoff busy_backoff{std::chrono::seconds{20}, std::chrono::seconds{45}};
/// For troubles that only the owner can mend: wrong password, API off, address refused.
constexpr Backoff slow_probing{std::chrono::minutes{1}, std::chrono::minutes{5}};
/// Of texts that certainly were not sent: they go within half a minute of the end of what kept them.
constexpr Backoff send_backoff{std::chrono::seconds{5}, std::chrono::seconds{20}};

}  // namespace sms_notifier::domain
