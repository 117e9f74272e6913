#pragma once

#include <exception>

namespace sms_notifier::storage {

/// What a transaction had read was changed by another worker before it wrote. Undone and run again, it sees
/// the change and decides anew.
class Raced final : public std::exception {
 public:
  const char* what() const noexcept override {
    return "another worker changed the same rows at the same time";
  }
};

/// Times that a transaction is run before the race is told as a failure.
constexpr int races_max = 10;

}  // namespace sms_notifier::storage
