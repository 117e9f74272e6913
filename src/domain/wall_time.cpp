#include "domain/wall_time.h"

#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

/// Reads exactly `width` digits at `at`.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::chrono::year_month_day date_of(WallTime wall) {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(wall.time)};
}

std::string iso_date(std::chrono::year_month_day date) {
  std::string text;
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_digits(text += '-', static_cast<unsigned>(date.month()), 2);
  append_digits(text += '-', static_cast<unsigned>(date.day()), 2);
  return text;
}

std::chrono::hh_mm_ss<std::chrono::seconds> time_of_day(WallTime wall) {
  return std::chrono::hh_mm_ss{wall.time - std::chrono::floor<std::chrono::days>(wall.time)};
}

}  // namespace

std::optional<WallTime> parse_wall_time(std::string_view text) {
  constexpr std::string_view shape = "dddd-dd-dd dd:dd:dd";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != 'd' && text[i] != shape[i]) return std::nullopt;
  }
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  const auto second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return WallTime{std::chrono::local_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
                  std::chrono::seconds{*second}};
}

std::string to_string(WallTime wall) {
  const auto time = time_of_day(wall);
  std::string text = iso_date(date_of(wall));
  append_digits(text += ' ', static_cast<unsigned>(time.hours().count()), 2);
  append_digits(text += ':', static_cast<unsigned>(time.minutes().count()), 2);
  append_digits(text += ':', static_cast<unsigned>(time.seconds().count()), 2);
  return text;
}

std::string to_string(Day day) {
  return iso_date(std::chrono::year_month_day{day});
}

Day day_of(WallTime wall) {
  return Day{std::chrono::floor<std::chrono::days>(wall.time).time_since_epoch()};
}

base::Instant resolve(TimeZone::Instants candidates, base::Instant first_seen) {
  constexpr base::Duration clock_slack =
      std::chrono::minutes{2};  // the provider's clock may run ahead of ours
  return candidates.later <= first_seen + clock_slack ? candidates.later : candidates.earlier;
}

}  // namespace sms_notifier::domain
