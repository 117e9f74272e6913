#pragma once

#include <algorithm>
#include <cstddef>
#include <variant>
#include <vector>

#include "app/events.h"

namespace sms_notifier::test_support {

/// Keeps every event.
class RecordingSink final : public app::EventSink {
 public:
  void on(const app::Event& event, base::Instant) noexcept override { events.push_back(event); }

  template <class E>
  std::size_t count() const {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [](const app::Event& event) {
      return std::holds_alternative<E>(event);
    }));
  }
  template <class E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const app::Event& event : events) {
      if (const auto* e = std::get_if<E>(&event)) found.push_back(*e);
    }
    return found;
  }

  std::vector<app::Event> events;
};

}  // namespace sms_notifier::test_support
