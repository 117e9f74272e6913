#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace sms_notifier::base {

/// A value with a name of its own, so that an account id cannot be passed where a profile id belongs.
template <class Tag, class T>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}

  constexpr const T& value() const { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

  template <class H>
  friend H AbslHashValue(H state, const Strong& strong) {
    return H::combine(std::move(state), strong.value_);
  }

 private:
  T value_{};
};

}  // namespace sms_notifier::base

template <class Tag, class T>
struct std::hash<sms_notifier::base::Strong<Tag, T>> {
  std::size_t operator()(const sms_notifier::base::Strong<Tag, T>& strong) const noexcept {
    return std::hash<T>{}(strong.value());
  }
};
