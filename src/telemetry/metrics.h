#pragma once

#include <memory>
#include <string>

#include "app/events.h"
#include "app/health/profile_states.h"

namespace sms_notifier::telemetry {

/// Events counted, for Prometheus. May be used from any thread.
class Metrics final : public app::EventSink {
 public:
  Metrics();
  ~Metrics() override;
  void on(const app::Event& event, base::Instant at) noexcept override;
  /// How many profiles are in which state now.
  void show(const app::StateTally& states);
  /// Everything counted so far, in Prometheus' text format.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sms_notifier::telemetry
