#include "domain/typed.h"

#include "domain/characters.h"
#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

bool is_blank(char32_t code) {
  return code == 0x85 || code == 0xA0 || code == 0x1680 || is_between(code, 0x2000, 0x200A) ||
         code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_dash(char32_t code) {
  return is_between(code, 0x2010, 0x2015) || code == 0x2043 || code == 0x2212 || code == 0xFE58 ||
         code == 0xFE63;
}

}  // namespace

std::string as_typed(std::string_view utf8) {
  std::string typed;
  typed.reserve(utf8.size());
  while (!utf8.empty()) {
    const CharacterSpan span = first_character(utf8);
    const std::string_view character = utf8.substr(0, span.bytes);
    const char32_t code = span.sound ? half_width(code_point(character)) : 0;
    utf8.remove_prefix(span.bytes);
    if (is_blank(code)) {
      typed += ' ';
    } else if (is_dash(code)) {
      typed += '-';
    } else if (code != 0 && code < 0x80) {
      typed += static_cast<char>(code);
    } else if (!is_invisible(code)) {
      typed += character;
    }
  }
  return typed;
}

std::optional<PhoneNumber> typed_number(std::string_view text) {
  const std::string typed = as_typed(text);
  std::string_view number = trimmed(typed);
  for (const std::string_view scheme : {"tel:", "sms:", "callto:"})
    if (lower_case(number.substr(0, scheme.size())) == scheme) number = trimmed(number.substr(scheme.size()));
  // `(+1) 555-123-4567`
  if (number.starts_with("(+")) number.remove_prefix(1);
  return PhoneNumber::parse(number);
}

std::optional<Did> typed_did(std::string_view text) {
  const auto number = typed_number(text);
  if (!number) return std::nullopt;
  return Did(*number);
}

std::string typed_email(std::string_view text) {
  return std::string(trimmed(as_typed(text)));
}

}  // namespace sms_notifier::domain
