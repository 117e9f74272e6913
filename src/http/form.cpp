#include "http/form.h"

#include <algorithm>
#include <cstddef>

#include "base/ensure.h"
#include "http/hex.h"

namespace sms_notifier::http {
namespace {

constexpr std::size_t parts_max = 1000;
constexpr std::string_view line_break = "\r\n";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A parameter of a header such as `form-data; name="to"`; nothing when absent or its quotes do not close.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at != std::string_view::npos) {
    ++at;
    const auto equals = header.find('=', at);
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = trimmed(header.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      ++at;
      while (at < header.size() && header[at] != '"') {
        // Only a quote and a backslash are escaped: some clients send the path of a file as it is.
        if (header[at] == '\\' && at + 1 < header.size() && (header[at + 1] == '"' || header[at + 1] == '\\'))
          ++at;
        value += header[at++];
      }
      if (at >= header.size()) return std::nullopt;
      at = header.find(';', at);
    } else {
      const auto end = header.find(';', at);
      value = trimmed(header.substr(at, end == std::string_view::npos ? end : end - at));
      at = end;
    }
    if (same_word(name, wanted)) return value;
  }
  return std::nullopt;
}

/// The field's name out of a part's header lines.
std::optional<std::string> part_name(std::string_view lines) {
  while (!lines.empty()) {
    const auto end = lines.find(line_break);
    const std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + line_break.size());
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && same_word(trimmed(line.substr(0, colon)), "content-disposition"))
      return parameter(line.substr(colon + 1), "name");
  }
  return std::nullopt;
}

}  // namespace

std::string url_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
               hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string url_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += digits[byte / 16];
      encoded += digits[byte % 16];
    }
  }
  return encoded;
}

Fields parse_urlencoded(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    fields.emplace_back(url_decode(pair.substr(0, equals)), url_decode(value));
  }
  return fields;
}

std::optional<Fields> parse_multipart(std::string_view content_type, std::string_view body) {
  if (!same_word(trimmed(content_type.substr(0, content_type.find(';'))), "multipart/form-data"))
    return std::nullopt;
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty()) return std::nullopt;
  const std::string delimiter = "--" + *boundary;
  const std::string part_end = std::string(line_break) + delimiter;

  // The first delimiter may follow a preamble, which is not read.
  if (!body.starts_with(delimiter)) {
    const auto first = body.find(part_end);
    if (first == std::string_view::npos) return std::nullopt;
    body.remove_prefix(first + line_break.size());
  }
  body.remove_prefix(delimiter.size());

  Fields fields;
  while (!body.starts_with("--")) {
    // Blanks may pad a delimiter's line.
    body.remove_prefix(std::min(body.find_first_not_of(" \t"), body.size()));
    if (!body.starts_with(line_break) || fields.size() == parts_max) return std::nullopt;
    // The line break stays in front, so that a part without any header line is found, too.
    const auto header_end = body.find("\r\n\r\n");
    if (header_end == std::string_view::npos) return std::nullopt;
    const auto name =
        part_name(body.substr(line_break.size(), header_end == 0 ? 0 : header_end - line_break.size()));
    body.remove_prefix(header_end + 2 * line_break.size());
    const auto value_end = body.find(part_end);
    if (!name || value_end == std::string_view::npos) return std::nullopt;
    fields.emplace_back(*name, std::string(body.substr(0, value_end)));
    body.remove_prefix(value_end + part_end.size());
  }
  return fields;
}

std::string write_multipart(std::span<const std::pair<std::string, base::Secret>> fields,
                            std::string_view boundary) {
  constexpr std::string_view dashes = "--";
  constexpr std::string_view before_name = "\r\nContent-Disposition: form-data; name=\"";
  constexpr std::string_view after_name = "\"\r\n\r\n";
  const std::size_t end_bytes = 2 * dashes.size() + boundary.size() + line_break.size();
  std::size_t bytes = end_bytes;
  for (const auto& [name, value] : fields)
    bytes += end_bytes + before_name.size() + name.size() + after_name.size() + value.reveal().size();

  std::string body;
  body.reserve(bytes);
  for (const auto& [name, value] : fields) {
    base::ensure(name.find_first_of("\"\\\r\n") == std::string::npos, "a form field's name is a plain word");
    body.append(dashes).append(boundary).append(before_name).append(name).append(after_name);
    body.append(value.reveal()).append(line_break);
  }
  body.append(dashes).append(boundary).append(dashes).append(line_break);
  return body;
}

std::optional<std::string_view> field(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& entry) { return entry.first == name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

}  // namespace sms_notifier::http
