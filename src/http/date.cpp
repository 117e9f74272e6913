#include "http/date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace sms_notifier::http {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Of two or four digits that are known to be there.
unsigned number(std::string_view digits) {
  unsigned value = 0;
  for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
  return value;
}

}  // namespace

std::optional<base::Instant> parse_date(std::string_view text) {
  constexpr std::string_view shape = "www, dd mmm dddd dd:dd:dd GMT";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'w' || shape[i] == 'm') continue;
    if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return std::nullopt;
  }
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(number(text.substr(12, 4)))},
                                        std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
                                        std::chrono::day{number(text.substr(5, 2))}};
  const unsigned hour = number(text.substr(17, 2));
  const unsigned minute = number(text.substr(20, 2));
  const unsigned second = number(text.substr(23, 2));
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const base::Instant instant = std::chrono::sys_days{day} + std::chrono::hours{hour} +
                                std::chrono::minutes{minute} + std::chrono::seconds{second};
  if (to_date(std::chrono::sys_days{day}).substr(0, 3) != text.substr(0, 3)) return std::nullopt;
  return instant;
}

std::string to_date(base::Instant instant) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(instant));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), length};
}

}  // namespace sms_notifier::http
