#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sms_notifier::domain {

/// Without white space at either end.
std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);

/// Characters of UTF-8 text. Each byte that is no part of a character counts as one.
std::size_t character_count(std::string_view utf8);
bool is_valid_utf8(std::string_view text);

}  // namespace sms_notifier::domain
