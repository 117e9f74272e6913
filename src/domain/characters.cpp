#include "domain/characters.h"

#include <cstdint>

namespace sms_notifier::domain {

char32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) return byte(0);
  char32_t code = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return code;
}

bool is_invisible(char32_t code) {
  return code == 0xAD || code == 0x61C || code == 0x180E || code == 0xFEFF ||
         is_between(code, 0x200B, 0x200F) || is_between(code, 0x202A, 0x202E) ||
         is_between(code, 0x2060, 0x206F) || is_between(code, 0xFE00, 0xFE0F);
}

char32_t half_width(char32_t code) {
  constexpr char32_t distance = 0xFF01 - '!';
  return is_between(code, 0xFF01, 0xFF5E) ? code - distance : code;
}

}  // namespace sms_notifier::domain
