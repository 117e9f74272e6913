#include "domain/opening_hours.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"
#include "domain/sentence.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<int> day_index(std::string_view name) {
  const auto found = std::find(day_names.begin(), day_names.end(), name);
  if (found == day_names.end()) return std::nullopt;
  return static_cast<int>(found - day_names.begin());
}

std::optional<minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const minutes value{(text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 + (text[4] - '0')};
  if (text[3] > '5' || value > std::chrono::hours{24}) return std::nullopt;
  return value;
}

std::string clock_text(minutes value) {
  return in_english(ClockTime{value});
}

/// The part before the separator, which is taken off the text.
std::string_view take(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return part;
}

}  // namespace

std::optional<OpeningHours> OpeningHours::parse(std::string_view text) {
  OpeningHours hours;
  while (!text.empty()) {
    std::string_view part = take(text, ',');
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);

    std::string_view clocks = part;
    std::string_view days = take(clocks, ' ');
    const auto first_day = day_index(take(days, '-'));
    const auto last_day = days.empty() ? first_day : day_index(days);
    const auto opens = parse_clock(take(clocks, '-'));
    const auto closes = parse_clock(clocks);
    if (!first_day || !last_day || !opens || !closes) return std::nullopt;
    if (*first_day > *last_day || *opens >= *closes) return std::nullopt;
    hours.spans_.push_back({*first_day, *last_day, *opens, *closes});
  }
  if (hours.spans_.empty()) return std::nullopt;
  return hours;
}

bool OpeningHours::open_at(WallTime wall) const {
  const auto midnight = std::chrono::floor<std::chrono::days>(wall.time);
  const int day = static_cast<int>(std::chrono::weekday{midnight}.iso_encoding()) - 1;
  const auto clock = wall.time - midnight;
  return std::any_of(spans_.begin(), spans_.end(), [&](const Span& span) {
    return day >= span.first_day && day <= span.last_day && clock >= span.opens && clock < span.closes;
  });
}

WallTime OpeningHours::opens_after(WallTime wall) const {
  const auto midnight = std::chrono::floor<std::chrono::days>(wall.time);
  std::optional<WallTime> next;
  for (int ahead = 0; ahead <= 7; ++ahead) {
    const auto date = midnight + std::chrono::days{ahead};
    const int day = static_cast<int>(std::chrono::weekday{date}.iso_encoding()) - 1;
    for (const Span& span : spans_) {
      const WallTime opens{date + span.opens};
      if (day < span.first_day || day > span.last_day || opens <= wall) continue;
      if (!next || opens < *next) next = opens;
    }
    if (next) return *next;
  }
  base::ensure(false, "opening hours that never open");
  return wall;
}

std::string OpeningHours::to_string() const {
  std::string text;
  for (const Span& span : spans_) {
    if (!text.empty()) text += ", ";
    text += day_names[static_cast<std::size_t>(span.first_day)];
    if (span.last_day != span.first_day) {
      text += '-';
      text += day_names[static_cast<std::size_t>(span.last_day)];
    }
    text += ' ' + clock_text(span.opens) + '-' + clock_text(span.closes);
  }
  return text;
}

}  // namespace sms_notifier::domain
