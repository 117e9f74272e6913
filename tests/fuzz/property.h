#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace sms_notifier::fuzz {

/// Ends the run with the input that broke a property.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", property);
  std::abort();
}

/// Whether a text fits on one line of a log.
inline bool is_one_short_line(std::string_view text, std::size_t bytes_max) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return text.size() <= bytes_max;
}

}  // namespace sms_notifier::fuzz
