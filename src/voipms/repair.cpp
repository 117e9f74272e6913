#include "voipms/repair.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "domain/text.h"
#include "voipms/characters.h"

namespace sms_notifier::voipms {
namespace {

using std::string_view;

constexpr string_view replacement_escape = "\\ufffd";

/// A whole number with more digits than parsers take.
bool is_huge(string_view token) {
  constexpr std::size_t digits_max = 18;
  if (token.starts_with('-')) token.remove_prefix(1);
  return token.size() > digits_max && token.front() != '0' &&
         std::all_of(token.begin(), token.end(), is_digit);
}

bool take_digits(string_view& token) {
  const string_view before = token;
  while (!token.empty() && is_digit(token.front())) token.remove_prefix(1);
  return token.size() < before.size();
}

/// Whether JSON lets a number be written so: no zeros in front, digits on both sides of a point and at the
/// end.
bool is_number(string_view token) {
  if (token.starts_with('-')) token.remove_prefix(1);
  if (token.starts_with('0')) {
    token.remove_prefix(1);
  } else if (!take_digits(token)) {
    return false;
  }
  if (token.starts_with('.')) {
    token.remove_prefix(1);
    if (!take_digits(token)) return false;
  }
  if (token.starts_with('e') || token.starts_with('E')) {
    token.remove_prefix(1);
    if (token.starts_with('+') || token.starts_with('-')) token.remove_prefix(1);
    if (!take_digits(token)) return false;
  }
  return token.empty();
}

/// A number that lies beyond all that parsers can hold.
bool is_out_of_range(string_view token) {
  if (!is_number(token)) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
  return error == std::errc::result_out_of_range && end == token.data() + token.size();
}

/// The UTF-16 unit that an escape such as `\ud83d` names.
std::optional<std::uint32_t> unit_of(string_view text) {
  constexpr std::size_t escape_bytes = 6;
  constexpr string_view hex = "0123456789abcdef";
  if (!text.starts_with("\\u") || text.size() < escape_bytes) return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = 2; i < escape_bytes; ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'F' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    const auto digit = hex.find(c);
    if (digit == string_view::npos) return std::nullopt;
    unit = unit * hex.size() + static_cast<std::uint32_t>(digit);
  }
  return unit;
}

bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

class Repair {
 public:
  explicit Repair(string_view json) : rest_(json) {
    constexpr string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    repaired_.reserve(rest_.size() + 64);
  }

  std::string done() {
    while (!rest_.empty()) {
      if (rest_.front() == '"') {
        copy(1);
        string();
      } else {
        token();
      }
    }
    return std::move(repaired_);
  }

 private:
  void copy(std::size_t bytes) {
    repaired_ += rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
  }
  void replace(std::size_t bytes, string_view by) {
    repaired_ += by;
    rest_.remove_prefix(bytes);
  }

  /// Structure and white space, byte by byte, or a value that is no string.
  void token() {
    const std::size_t length = std::min(rest_.find_first_of("\" \t\r\n,:{}[]"), rest_.size());
    const string_view value = rest_.substr(0, length);
    if (length == 0) {
      copy(1);
    } else if (is_huge(value) && !stands_for_a_name(length)) {
      replace(length, "\"" + std::string(value) + "\"");
    } else if (is_out_of_range(value) && !stands_for_a_name(length)) {
      replace(length, "null");
    } else {
      copy(length);
    }
  }

  /// Whether a colon follows these bytes: as a string they would be a name. Asked only of numbers, so that a
  /// stretch of white space is not looked through again and again.
  bool stands_for_a_name(std::size_t bytes) const {
    const std::size_t next = rest_.find_first_not_of(" \t\r\n", bytes);
    return next != string_view::npos && rest_[next] == ':';
  }

  /// To the end of the string, whose opening quotation mark has been copied.
  void string() {
    while (!rest_.empty()) {
      const auto first = static_cast<unsigned char>(rest_.front());
      if (first == '"') {
        copy(1);
        return;
      }
      if (first == '\\') {
        escape();
      } else if (first < 0x20) {
        constexpr string_view hex = "0123456789abcdef";
        replace(1, std::string("\\u00") + hex[first >> 4U] + hex[first & 0xFU]);
      } else {
        const domain::CharacterSpan span = domain::first_character(rest_);
        if (span.sound) {
          copy(span.bytes);
        } else {
          replace(span.bytes, domain::replacement_character);
        }
      }
    }
  }

  void escape() {
    constexpr std::size_t unit_bytes = 6;
    if (const auto unit = unit_of(rest_)) {
      const auto next = unit_of(rest_.substr(unit_bytes));
      if (is_high_surrogate(*unit) && next && is_low_surrogate(*next)) {
        copy(2 * unit_bytes);
      } else if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
        replace(unit_bytes, replacement_escape);
      } else {
        copy(unit_bytes);
      }
    } else if (rest_.size() > 1 && string_view("\"\\/bfnrt").find(rest_[1]) != string_view::npos) {
      copy(2);
    } else if (rest_.starts_with("\\u")) {
      replace(2, replacement_escape);  // an escape that was cut
    } else {
      replace(1, "\\\\");
    }
  }

  string_view rest_;
  std::string repaired_;
};

}  // namespace

std::string repaired(string_view json) {
  return Repair(json).done();
}

}  // namespace sms_notifier::voipms
