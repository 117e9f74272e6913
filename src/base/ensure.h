#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sms_notifier::base {

/// Thrown when something that must hold does not: a bug in this program, never bad input.
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Checks an invariant in every build. Input is never checked with this.
inline void ensure(bool holds, std::string_view what,
                   std::source_location where = std::source_location::current()) {
  if (holds) [[likely]]
    return;
  throw BrokenInvariant(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " +
                        std::string(what));
}

}  // namespace sms_notifier::base
