#include "domain/phone_number.h"

#include <algorithm>

#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string unquoted(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return storable(trimmed(text));
}

constexpr std::string_view number_marks = " -.()";

/// Area codes of other countries under +1. Those of United States territories are not among them.
constexpr std::array<std::string_view, 21> other_countries{"242", "246", "264", "268", "284", "345", "441",
                                                           "473", "649", "658", "664", "721", "758", "767",
                                                           "784", "809", "829", "849", "868", "869", "876"};

constexpr std::array<std::string_view, 7> toll_free{"800", "833", "844", "855", "866", "877", "888"};

/// Premium calls, and codes of no place: carriers' services, governments, machines, personal numbers.
constexpr std::array<std::string_view, 22> special{"456", "500", "521", "522", "523", "524", "525", "526",
                                                   "527", "528", "529", "533", "544", "566", "577", "588",
                                                   "600", "622", "700", "710", "900", "976"};

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// Area codes that the plan keeps free: N11 for services, and N9X, 37X and 96X for its own growth.
bool is_reserved(std::string_view area) {
  return area.ends_with("11") || area[1] == '9' || area.starts_with("37") || area.starts_with("96");
}

/// `5555555555`, `2345678901`, `9876543210`: what is typed where a number must be.
bool is_padding(std::string_view digits) {
  constexpr int base = 10;
  for (const int step : {0, 1, base - 1}) {
    const auto breaks = std::adjacent_find(
        digits.begin(), digits.end(), [&](char a, char b) { return (a - '0' + step) % base != b - '0'; });
    if (breaks == digits.end()) return true;
  }
  return false;
}

/// What stands for a number that is withheld, in the words of telephone switches.
constexpr std::array<std::string_view, 36> words_for_withheld{
    "restricted",     "anonymous",     "unavailable",   "unknown",       "private",       "blocked",
    "withheld",       "nocallerid",    "outofarea",     "notavailable",  "unidentified",  "hidden",
    "unlisted",       "confidential",  "confidentiel",  "inconnu",       "masque",        "anonyme",
    "nonumber",       "privatecaller", "privatenumber", "privatename",   "privatecall",   "unknowncaller",
    "unknownnumber",  "unknownname",   "unknowncall",   "blockedcaller", "blockednumber", "blockedcall",
    "restrictedcall", "anonymouscall", "nocallername",  "numeroprive",   "numeromasque",  "nondisponible"};

char key_of(char letter) {
  constexpr std::string_view keys = "22233344455566677778889999";
  return keys[static_cast<std::size_t>(letter - 'a')];
}

/// Whether the digits are the keys of the word's letters.
bool spell(std::string_view digits, std::string_view word) {
  return std::equal(word.begin(), word.end(), digits.begin(), digits.end(),
                    [](char letter, char digit) { return key_of(letter) == digit; });
}

/// Whether ten digits spell such a word. Of a short word, or its first letters, that may be chance.
bool spells_withheld(std::string_view ten_digits) {
  constexpr std::size_t letters_min = 9;
  return std::any_of(words_for_withheld.begin(), words_for_withheld.end(), [&](std::string_view word) {
    const std::size_t letters = std::min(word.size(), ten_digits.size());
    return letters >= letters_min && spell(ten_digits.substr(0, letters), word.substr(0, letters));
  });
}

/// The same where the name says so, too.
bool spells_withheld(std::string_view ten_digits, std::string_view name) {
  constexpr std::size_t letters_telling = 6;
  const bool number_says_so =
      std::any_of(words_for_withheld.begin(), words_for_withheld.end(), [&](std::string_view word) {
        return spell(ten_digits.substr(0, letters_telling), word.substr(0, letters_telling));
      });
  if (!number_says_so) return false;
  std::string letters;
  for (const std::string& word : plain_words(name)) letters += word;
  return std::any_of(words_for_withheld.begin(), words_for_withheld.end(),
                     [&](std::string_view word) { return letters.find(word) != std::string::npos; });
}

/// Digits that are not a number of the plan, as people write them; nothing when this is no number at all.
std::optional<std::string> other_number(std::string_view text) {
  constexpr std::size_t digits_min = 2;
  constexpr std::size_t digits_max = 15;  // of any country
  constexpr std::size_t with_country_code_min = 11;
  text = trimmed(text);
  bool international = text.starts_with('+');
  if (international) text.remove_prefix(1);
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (number_marks.find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (!international && digits.size() >= with_country_code_min) {
    // How other countries are dialled; no country's code starts with 0.
    for (const std::string_view prefix : {"", "011", "00"}) {
      if (!digits.starts_with(prefix) || digits[prefix.size()] == '0') continue;
      digits.erase(0, prefix.size());
      international = true;
      break;
    }
  }
  if (digits.size() < digits_min || digits.size() > digits_max) return std::nullopt;
  if (digits.find_first_not_of('0') == std::string::npos) return std::nullopt;
  return (international ? "+" : "") + digits;
}

}  // namespace

std::optional<PhoneNumber> PhoneNumber::parse(std::string_view text) {
  text = trimmed(text);
  // After a plus sign comes a country code: `+5551234567` is in Brazil.
  const bool international = text.starts_with('+');
  if (international) text.remove_prefix(1);

  constexpr std::size_t digits_max = 11;
  std::array<char, digits_max> digits{};
  std::size_t count = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      if (count == digits_max) return std::nullopt;
      digits[count++] = c;
    } else if (number_marks.find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }

  const bool with_country_code = count == 11 && digits[0] == '1';
  if (!with_country_code && (international || count != 10)) return std::nullopt;

  std::array<char, 10> national{};
  std::copy_n(digits.begin() + (with_country_code ? 1 : 0), national.size(), national.begin());
  // The exchange is not checked: the provider's own documents and customers' test calls use 555-123-4567.
  if (national[0] < '2') return std::nullopt;
  return PhoneNumber(national);
}

std::string PhoneNumber::formatted() const {
  const std::string text(digits());
  return text.substr(0, 3) + "-" + text.substr(3, 3) + "-" + text.substr(6);
}

std::string PhoneNumber::masked() const {
  const std::string text(digits());
  return text.substr(0, 3) + "•••" + text.substr(6);
}

std::optional<Did> Did::parse(std::string_view text) {
  const auto number = PhoneNumber::parse(text);
  if (!number) return std::nullopt;
  return Did(*number);
}

bool can_be_texted(const PhoneNumber& number) {
  const std::string_view digits = number.digits();
  const std::string_view area = digits.substr(0, 3);
  return !is_reserved(area) && !contains(other_countries, area) && !contains(toll_free, area) &&
         !contains(special, area) && !is_padding(digits) && !spells_withheld(digits);
}

bool CallerId::withheld() const {
  // Ten digits are only kept as other digits when they spell it.
  return !number && (other.empty() || PhoneNumber::parse(other));
}

std::string CallerId::digits() const {
  return number ? std::string(number->digits()) : other;
}

std::string CallerId::shown() const {
  if (withheld()) return {};
  return number ? number->formatted() : other;
}

std::string CallerId::masked() const {
  if (withheld()) return {};
  constexpr std::size_t shown_at_start = 3;
  return number ? number->masked() : other.substr(0, shown_at_start) + "•••";
}

CallerId caller_of(std::string_view digits, std::string name) {
  auto number = PhoneNumber::parse(digits);
  if (!number) {
    std::string other = other_number(digits).value_or("");
    if (other.starts_with('+')) number = PhoneNumber::parse(other);  // 011 1 555 123 4567
    if (!number) return {std::nullopt, std::move(name), std::move(other)};
  }
  if (spells_withheld(number->digits(), name))
    return {std::nullopt, std::move(name), std::string(number->digits())};
  return {number, std::move(name)};
}

CallerId parse_caller_id(std::string_view text) {
  const auto opening = text.rfind('<');
  if (opening == std::string_view::npos) {
    const std::string whole = unquoted(text);
    CallerId caller = caller_of(whole, {});
    if (!caller.number && caller.other.empty()) caller.name = whole;
    return caller;
  }
  const auto closing = text.find('>', opening);
  const auto inside =
      text.substr(opening + 1, closing == std::string_view::npos ? closing : closing - opening - 1);
  return caller_of(inside, unquoted(text.substr(0, opening)));
}

bool can_be_texted(const CallerId& caller) {
  return caller.number && can_be_texted(*caller.number);
}

}  // namespace sms_notifier::domain
