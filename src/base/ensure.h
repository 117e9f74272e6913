#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace sms_notifier::base {

/// Thrown when something that must hold does not: a bug in this program, never bad input.
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Checks an invariant in every build. Input is never checked with this. (clang 14 has no
/// std::source_location.)
inline void ensure(bool holds, std::string_view what, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  if (holds) [[likely]]
    return;
  throw BrokenInvariant(std::string(file) + ":" + std::to_string(line) + ": " + std::string(what));
}

}  // namespace sms_notifier::base
