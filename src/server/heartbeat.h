#pragma once

#include <atomic>
#include <functional>

#include "app/pause.h"
#include "app/ports/clock.h"

namespace sms_notifier::server {

/// Shows that a loop still turns. Belongs to that loop, but for alive().
class Heartbeat {
 public:
  /// A loop that has not beaten for so long hangs.
  static constexpr base::Duration silence_max = std::chrono::seconds{10};
  static constexpr base::Duration interval = std::chrono::seconds{1};

  /// `on_beat` is called with each beat.
  Heartbeat(app::Clock& clock, std::function<void()> on_beat);

  /// Beats until stop().
  base::task<> run();
  void stop();

  /// Whether the last beat is young enough. May be asked from any thread.
  bool alive() const;

 private:
  app::Clock& clock_;
  const std::function<void()> on_beat_;
  app::Pauses pauses_;
  bool stopped_ = false;
  std::atomic<base::Monotonic> last_beat_;
};

}  // namespace sms_notifier::server
