#include "domain/text.h"

#include <algorithm>
#include <cstdint>

namespace sms_notifier::domain {
namespace {

/// Length of the well-formed UTF-8 character that starts the text; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    if (!continues(1) || !continues(2)) return 0;
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool too_large = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || too_large ? 0 : 4;
  }
  return 0;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

std::size_t character_count(std::string_view utf8) {
  std::size_t count = 0;
  while (!utf8.empty()) {
    utf8.remove_prefix(std::max<std::size_t>(character_length(utf8), 1));
    ++count;
  }
  return count;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string one_line(std::string_view utf8, std::size_t bytes_max) {
  std::string line;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    // U+0080 to U+009F are control characters, too; they are C2 80 to C2 9F in UTF-8.
    const bool long_control =
        byte == 0xC2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xA0;
    if (long_control) ++i;
    if (long_control || byte <= 0x20 || byte == 0x7F) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      line += utf8[i];
    }
    if (line.size() > bytes_max) break;
  }

  if (line.size() > bytes_max) {
    std::size_t cut = bytes_max;
    while (cut > 0 && continues_character(line[cut])) --cut;
    line.resize(cut);
    line += "…";
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace sms_notifier::domain
