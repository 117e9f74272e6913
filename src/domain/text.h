#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sms_notifier::domain {

/// Without white space at either end.
std::string_view trimmed(std::string_view text);
std::string lower_case(std::string_view text);

/// The text's words as a reader hears them: lower-case ASCII letters and digits without accents, whatever
/// their width; marks that cannot be seen and apostrophes are left out, and everything else stands between
/// words
/// (`Don’t  STÖP!` gives `dont`, `stop`). A letter of another alphabet is `?`.
std::vector<std::string> plain_words(std::string_view utf8);

/// The number with zeros in front where it has fewer digits than `width`.
void append_digits(std::string& text, unsigned number, std::size_t width);

/// Characters of UTF-8 text. Each byte that is no part of a character counts as one.
std::size_t character_count(std::string_view utf8);
bool is_valid_utf8(std::string_view text);

/// How much of a text's beginning makes one character. Bytes that make none are counted as far as they could
/// have been the beginning of one, so that a character that was cut is one fault, not three.
struct CharacterSpan {
  std::size_t bytes;
  bool sound;  ///< well-formed UTF-8
};
/// The text must not be empty.
CharacterSpan first_character(std::string_view text);

/// Stands for what is no character.
constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Foreign text made fit to be stored: what is not UTF-8 becomes U+FFFD, and so do control characters, NUL
/// among them.
std::string storable(std::string_view text);
/// The same with white space (tab, line feed, carriage return) kept as it is.
std::string storable_lines(std::string_view text);

/// Foreign text made fit for one line: control characters become spaces, runs of spaces are folded, ends
/// trimmed, and what is longer than `bytes_max` is cut between two characters and ends in `…`.
std::string one_line(std::string_view utf8, std::size_t bytes_max);

}  // namespace sms_notifier::domain
