#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

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

/// What parse_multipart() reads back, as the body of a request whose content type names the boundary. No
/// value may contain the boundary, and no name what would end its quotes or its line.
std::string write_multipart(std::span<const std::pair<std::string, base::Secret>> fields,
                            std::string_view boundary);

/// First field of that name; nothing when absent.
std::optional<std::string_view> field(const Fields& fields, std::string_view name);

}  // namespace sms_notifier::http
