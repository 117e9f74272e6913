#include "domain/dollars.h"

namespace sms_notifier::domain {
namespace {

constexpr std::int64_t millionths_per_dollar = 1'000'000;
constexpr std::size_t dollar_digits_max = 12;
constexpr std::size_t decimals_max = 6;

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

}  // namespace

std::optional<Dollars> parse_dollars(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || whole.size() > dollar_digits_max || !all_digits(whole) || !all_digits(decimals))
    return std::nullopt;
  std::string millionths(decimals.substr(0, decimals_max));
  millionths.resize(decimals_max, '0');
  const std::int64_t amount = number(whole) * millionths_per_dollar + number(millionths);
  return Dollars{negative ? -amount : amount};
}

std::string to_string(Dollars amount) {
  const std::int64_t size = amount.millionths < 0 ? -amount.millionths : amount.millionths;
  std::string decimals = std::to_string(size % millionths_per_dollar);
  decimals.insert(0, decimals_max - decimals.size(), '0');
  while (decimals.size() > 2 && decimals.ends_with('0')) decimals.pop_back();
  return (amount.millionths < 0 ? "-$" : "$") + std::to_string(size / millionths_per_dollar) + "." + decimals;
}

}  // namespace sms_notifier::domain
