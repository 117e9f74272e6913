#pragma once

#include <string_view>

namespace sms_notifier::domain {

/// The code point of a text that is one sound character.
char32_t code_point(std::string_view character);

inline bool is_between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

/// Marks that only steer how a text is shown.
bool is_invisible(char32_t code);

/// The ASCII character of a full-width one; others as they are.
char32_t half_width(char32_t code);

}  // namespace sms_notifier::domain
