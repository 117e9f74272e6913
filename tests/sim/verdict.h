#pragma once

#include <optional>
#include <string>
#include <utility>

#include "support/virtual_loop.h"

namespace sms_notifier::sim {

/// The first promise that was broken. Exceptions would not do: the engine takes them for a failing database.
class Verdict {
 public:
  explicit Verdict(test_support::VirtualLoop& loop) : loop_(loop) {}

  /// Ends the run.
  void broken(std::string promise) {
    if (!broken_) broken_ = std::move(promise);
    loop_.halt();
  }
  const std::optional<std::string>& broken() const { return broken_; }

 private:
  test_support::VirtualLoop& loop_;
  std::optional<std::string> broken_;
};

}  // namespace sms_notifier::sim
