#pragma once

#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "http/client.h"

namespace sms_notifier::fuzz {

/// The same JSON with no more than three digits in an exponent: the oracle refuses longer ones even of zero,
/// which the grammar allows.
inline std::string with_short_exponents(std::string_view text) {
  constexpr std::size_t digits_max = 3;
  std::string shortened;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    shortened += c;
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\' && i + 1 < text.size()) shortened += text[++i];
    if (in_string || (c != 'e' && c != 'E') || i == 0 ||
        !std::isdigit(static_cast<unsigned char>(text[i - 1])))
      continue;
    if (i + 1 < text.size() && (text[i + 1] == '+' || text[i + 1] == '-')) shortened += text[++i];
    for (std::size_t n = 0; i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])); ++n)
      if (++i; n < digits_max) shortened += text[i];
  }
  return shortened;
}

/// The same JSON with every odd character of a string replaced by a question mark: what is not ASCII, control
/// characters, surrogates, and escapes that are none. Names and words that matter have none of these.
inline std::string with_plain_strings(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string plain;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"') in_string = !in_string;
    if (!in_string || (c != '\\' && c >= 0x20 && c < 0x80)) {
      plain += text[i];
    } else if (c != '\\') {
      plain += '?';
    } else if (i + 1 < text.size() &&
               std::string_view("\"\\/bfnrt").find(text[i + 1]) != std::string_view::npos) {
      plain += text.substr(i++, 2);
    } else if (i + 1 < text.size() && text[i + 1] == 'u') {
      const std::string_view digits = text.substr(i + 2, 4);
      const bool hex =
          digits.size() == 4 && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
      const bool surrogate = hex && (digits[0] == 'd' || digits[0] == 'D') && digits[1] > '7';
      plain += hex && !surrogate ? std::string(text.substr(i, 6)) : "?";
      i += hex ? 5 : 1;
    } else {
      plain += "\\\\";
    }
  }
  return plain;
}

/// A second opinion on an answer, by a parser that shares nothing with the one under test: the object that
/// the whole text is, or nothing.
inline std::optional<boost::json::object> object_in(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = 2000;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error) value = boost::json::parse(with_short_exponents(with_plain_strings(text)), error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return value.as_object();
}

/// The text of a member; nothing when there is no such member or when it is not a string.
inline std::optional<std::string> string_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

/// The same, where a whole number may stand for its digits.
inline std::optional<std::string> digits_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value && value->is_int64()) return std::to_string(value->as_int64());
  if (value && value->is_uint64()) return std::to_string(value->as_uint64());
  return string_in(object, name);
}

inline http::Outcome answered(std::string body, int status = 200) {
  body.reserve(body.size() + 64);
  return http::ReceivedResponse{status, std::move(body)};
}

}  // namespace sms_notifier::fuzz
