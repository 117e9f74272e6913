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

/// Foreign text made fit for one line: control characters become spaces, runs of spaces are folded, ends
/// trimmed, and what is longer than `bytes_max` is cut between two characters and ends in `…`.
std::string one_line(std::string_view utf8, std::size_t bytes_max);

}  // namespace sms_notifier::domain
