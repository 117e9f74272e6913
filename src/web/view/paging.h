#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/form.h"

namespace sms_notifier::web {

/// Rows on a page, and rows that an export reads at once.
constexpr std::size_t page_rows = 50;
constexpr std::size_t export_rows = 1000;

/// A whole number in a URL; nothing when it is none.
inline std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The query with one field set anew; an empty value takes the field out.
inline std::string with_field(const http::Fields& query, std::string_view name, std::string_view value) {
  std::string text;
  const auto append = [&](std::string_view key, std::string_view field) {
    text += (text.empty() ? "?" : "&") + http::url_encode(key) + "=" + http::url_encode(field);
  };
  for (const auto& [key, field] : query)
    if (key != name && key != "lang" && !field.empty()) append(key, field);
  if (!value.empty()) append(name, value);
  return text;
}

}  // namespace sms_notifier::web
