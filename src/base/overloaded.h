#pragma once

#include <concepts>

namespace sms_notifier::base {

/// The lambdas of one std::visit, one per alternative: the compiler names the alternative that was forgotten.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

/// For one lambda of several alternatives that are named: `[](const one_of<Heard, Seen> auto&) {}`.
template <class T, class... Alternatives>
concept one_of = (std::same_as<T, Alternatives> || ...);

}  // namespace sms_notifier::base
