#pragma once

#include <concepts>
#include <string>
#include <utility>
#include <variant>

#include "base/ensure.h"

namespace sms_notifier::base {

/// What is wrong and what to do about it, in a sentence that can be shown to the person who caused it.
struct Error {
  std::string message;
};

/// A value, or why there is none. For outcomes that the caller must weigh (std::expected is C++23).
template <class T, class E = Error>
class Result {
 public:
  /// A failure that says nothing: what a callback is given beside an exception.
  Result() requires std::default_initializable<E> : state_(std::in_place_index<1>) {}
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    ensure(ok(), "value() of a failed result");
    return std::get<0>(state_);
  }
  T&& value() && {
    ensure(ok(), "value() of a failed result");
    return std::get<0>(std::move(state_));
  }
  const E& error() const {
    ensure(!ok(), "error() of a good result");
    return std::get<1>(state_);
  }

  const T& operator*() const& { return value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> state_;
};

}  // namespace sms_notifier::base
