#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sms_notifier::web {

/// Stands before the first line, so that a spreadsheet reads the file as UTF-8.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// One line of CSV with its line break (RFC 4180). What a spreadsheet would take for a formula, also
/// one that parts cells at `;`, gets an apostrophe before it.
std::string csv_line(const std::vector<std::string>& fields);

/// A file name that no header and no file system chokes on: letters, digits, `.`, `-`, `_` and `@` stay.
std::string file_name(std::string_view text);

}  // namespace sms_notifier::web
