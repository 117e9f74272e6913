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
  return std::string(trimmed(text));
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
    } else if (std::string_view(" -.()").find(c) == std::string_view::npos) {
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

CallerId parse_caller_id(std::string_view text) {
  const auto opening = text.rfind('<');
  if (opening == std::string_view::npos) {
    auto number = PhoneNumber::parse(unquoted(text));
    return {number, number ? std::string() : unquoted(text)};
  }
  const auto closing = text.find('>', opening);
  const auto inside =
      text.substr(opening + 1, closing == std::string_view::npos ? closing : closing - opening - 1);
  return {PhoneNumber::parse(inside), unquoted(text.substr(0, opening))};
}

}  // namespace sms_notifier::domain
