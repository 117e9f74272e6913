#include "domain/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "domain/characters.h"

namespace sms_notifier::domain {
namespace {

/// What may follow the first byte of a character: how many more bytes, and which values the first of them can
/// have. This leaves out forms that are too long, surrogates, and what lies beyond U+10FFFF.
struct Lead {
  std::size_t more = 0;
  std::uint8_t lowest = 0x80;
  std::uint8_t highest = 0xBF;
};

std::optional<Lead> lead_of(std::uint8_t byte) {
  if (byte < 0x80) return Lead{};
  if (byte < 0xC2 || byte > 0xF4) return std::nullopt;
  if (byte < 0xE0) return Lead{1};
  if (byte < 0xF0) {
    if (byte == 0xE0) return Lead{2, 0xA0};
    if (byte == 0xED) return Lead{2, 0x80, 0x9F};
    return Lead{2};
  }
  if (byte == 0xF0) return Lead{3, 0x90};
  if (byte == 0xF4) return Lead{3, 0x80, 0x8F};
  return Lead{3};
}

/// Length of the well-formed UTF-8 character that starts the text; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const CharacterSpan span = first_character(text);
  return span.sound ? span.bytes : 0;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first < 0x20 || first == 0x7F) return true;
  // U+0080 to U+009F are control characters, too; they are C2 80 to C2 9F in UTF-8.
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

/// Apostrophes, combining accents, and marks that cannot be seen.
bool is_left_out(char32_t code) {
  return is_invisible(code) || code == '\'' || code == '`' || code == 0xB4 || code == 0x2018 ||
         code == 0x2019 || code == 0x2BC || is_between(code, 0x300, 0x36F);
}

/// What a character adds to a word; nothing when it stands between words.
std::string_view plain(char32_t code) {
  constexpr std::string_view ascii = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view from_c0 = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
  code = half_width(code);
  if (is_between(code, 'A', 'Z')) code += 'a' - 'A';
  if (code < 0x80) {
    const auto place = ascii.find(static_cast<char>(code));
    return place == std::string_view::npos ? std::string_view() : ascii.substr(place, 1);
  }
  if (is_between(code, 0xC0, 0xFF)) {
    const std::string_view letter = from_c0.substr(code - 0xC0, 1);
    return letter == " " ? std::string_view() : letter;
  }
  if (code == 0x152 || code == 0x153) return "oe";
  const bool letter_elsewhere =
      is_between(code, 0x100, 0x2FF) || is_between(code, 0x370, 0x1FFF) || is_between(code, 0x3040, 0xD7FF);
  return letter_elsewhere ? "?" : std::string_view();
}

bool is_plain_ascii(unsigned char byte) {
  return byte >= 0x20 && byte < 0x7F;
}

/// How far the text goes without control characters and anything beyond ASCII: nearly always to its end.
std::size_t plain_ascii_at_start(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_plain_ascii);
  return static_cast<std::size_t>(end - text.begin());
}

std::string storable_but_for(std::string_view text, std::string_view kept) {
  const std::size_t plain_bytes = plain_ascii_at_start(text);
  std::string storable(text.substr(0, plain_bytes));
  text.remove_prefix(plain_bytes);
  while (!text.empty()) {
    const CharacterSpan span = first_character(text);
    const std::string_view character = text.substr(0, span.bytes);
    const bool fit = span.sound && (!is_control(character) || kept.find(character) != std::string_view::npos);
    storable += fit ? character : replacement_character;
    text.remove_prefix(span.bytes);
  }
  return storable;
}

/// Whether one_line() would leave the text as it is: ASCII, with single spaces within.
bool is_plain_line(std::string_view text) {
  char before = ' ';
  for (const char c : text) {
    if (!is_plain_ascii(static_cast<unsigned char>(c)) || (c == ' ' && before == ' ')) return false;
    before = c;
  }
  return before != ' ';
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

std::vector<std::string> plain_words(std::string_view utf8) {
  std::vector<std::string> words;
  bool in_word = false;
  while (!utf8.empty()) {
    const CharacterSpan span = first_character(utf8);
    const char32_t code = span.sound ? code_point(utf8.substr(0, span.bytes)) : U' ';
    utf8.remove_prefix(span.bytes);
    if (is_left_out(code)) continue;
    const std::string_view added = plain(code);
    if (!added.empty()) {
      if (!in_word) words.emplace_back();
      words.back() += added;
    }
    in_word = !added.empty();
  }
  return words;
}

void append_digits(std::string& text, unsigned number, std::size_t width) {
  std::array<char, 10> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  if (count < width) text.append(width - count, '0');
  text.append(digits.data(), count);
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

CharacterSpan first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto lead = lead_of(byte(0));
  if (!lead) return {1, false};
  for (std::size_t i = 1; i <= lead->more; ++i) {
    const std::uint8_t lowest = i == 1 ? lead->lowest : 0x80;
    const std::uint8_t highest = i == 1 ? lead->highest : 0xBF;
    if (i == text.size() || byte(i) < lowest || byte(i) > highest) return {i, false};
  }
  return {1 + lead->more, true};
}

std::string storable(std::string_view text) {
  return storable_but_for(text, {});
}

std::string storable_lines(std::string_view text) {
  return storable_but_for(text, "\t\r\n");
}

std::string one_line(std::string_view utf8, std::size_t bytes_max) {
  if (utf8.size() <= bytes_max && is_plain_line(utf8)) return std::string(utf8);
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
