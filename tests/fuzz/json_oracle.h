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

/// A second opinion on an answer, by a parser that shares nothing with the one under test: the object that
/// the whole text is, or nothing.
inline std::optional<boost::json::object> object_in(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = 2000;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error == boost::json::error::exponent_overflow)
    value = boost::json::parse(with_short_exponents(text), error, {}, options);
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
  return http::Reply{status, std::move(body)};
}

}  // namespace sms_notifier::fuzz
