#pragma once

namespace sms_notifier::base {

/// The lambdas of one std::visit, one per alternative: the compiler names the alternative that was forgotten.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

}  // namespace sms_notifier::base
