#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sms_notifier::http {

/// Names and values in the order sent.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// Undoes percent-encoding and `+`. A broken escape stays as it is.
std::string url_decode(std::string_view text);
std::string url_encode(std::string_view text);

/// Reads a query string or an urlencoded body.
Fields parse_urlencoded(std::string_view text);
/// Reads multipart/form-data; nothing when the content type has no boundary or the body is broken.
std::optional<Fields> parse_multipart(std::string_view content_type, std::string_view body);

/// First field of that name; nothing when absent.
std::optional<std::string_view> field(const Fields& fields, std::string_view name);

}  // namespace sms_notifier::http
