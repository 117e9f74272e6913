#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "app/ports/clock.h"
#include "http/server.h"

namespace sms_notifier::web {

/// Tells open pages that something has changed, as server-sent events; the pages then ask for themselves
/// again. Belongs to the web loop.
class Live {
 public:
  explicit Live(app::Clock& clock) : clock_(clock) {}

  /// Pages that listen at once, at most.
  static constexpr std::size_t listeners_max = 1000;
  bool full() const { return timers_.size() >= listeners_max; }

  void changed();
  /// Ends all, which must have ended before this goes; for the end of the service.
  void close();
  /// Tells one page until it goes away, until close(), or until `allowed` says no, which is asked every few
  /// seconds.
  base::task<> tell(http::BodyWriter& page, std::function<base::task<bool>()> allowed);

 private:
  app::Clock& clock_;
  std::set<app::Timer*> timers_;
  std::uint64_t changes_ = 0;
  bool closed_ = false;
};

}  // namespace sms_notifier::web
