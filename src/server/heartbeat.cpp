#include "server/heartbeat.h"

#include <utility>

namespace sms_notifier::server {

Heartbeat::Heartbeat(app::Clock& clock, std::function<void()> on_beat)
    : clock_(clock), on_beat_(std::move(on_beat)), pauses_(clock), last_beat_(clock.monotonic()) {}

base::task<> Heartbeat::run() {
  while (!stopped_) {
    last_beat_ = clock_.monotonic();
    on_beat_();
    co_await pauses_.for_duration(interval);
  }
}

void Heartbeat::stop() {
  stopped_ = true;
  pauses_.end_all();
}

bool Heartbeat::alive() const {
  return clock_.monotonic() - last_beat_.load() <= silence_max;
}

}  // namespace sms_notifier::server
