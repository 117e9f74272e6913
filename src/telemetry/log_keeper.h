#pragma once

#include <deque>
#include <vector>

#include "app/events.h"
#include "app/pause.h"
#include "app/ports/clock.h"
#include "app/ports/log_book.h"
#include "app/task_group.h"
#include "domain/wall_time.h"

namespace sms_notifier::telemetry {

/// Writes events to the log book, in their order and without making the sender wait. Belongs to the loop on
/// which the events happen.
class LogKeeper final : public app::EventSink {
 public:
  LogKeeper(app::LogBook& book, app::Clock& clock, app::Spawner& spawner, const domain::TimeZone& zone)
      : book_(book), zone_(zone), pauses_(clock), tasks_(clock, spawner) {}

  void on(const app::Event& event, base::Instant at) noexcept override;
  /// Writes what is left, once. Nothing may be told afterwards.
  base::task<> finish();

 private:
  base::task<> write_all();
  base::task<bool> write_some();

  app::LogBook& book_;
  const domain::TimeZone& zone_;
  app::Pauses pauses_;
  app::TaskGroup tasks_;
  std::deque<app::LogRow> waiting_;
  std::size_t lost_ = 0;
  bool finishing_ = false;
};

/// Tells several sinks, in order.
class EventFan final : public app::EventSink {
 public:
  explicit EventFan(std::vector<app::EventSink*> sinks) : sinks_(std::move(sinks)) {}
  void on(const app::Event& event, base::Instant at) noexcept override {
    for (app::EventSink* sink : sinks_) sink->on(event, at);
  }

 private:
  std::vector<app::EventSink*> sinks_;
};

}  // namespace sms_notifier::telemetry
