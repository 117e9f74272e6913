#include "domain/sentence.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/overloaded.h"
#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::domain {

Sentence Sentence::as_written(std::string text) {
  Sentence sentence;
  sentence.text_ = std::move(text);
  return sentence;
}

Sentence Sentence::stored(std::string key, std::vector<Value> values) {
  Sentence sentence;
  sentence.text_ = std::move(key);
  sentence.values_ = std::move(values);
  sentence.is_ours_ = true;
  return sentence;
}

bool operator==(const Sentence& a, const Sentence& b) {
  return a.text_ == b.text_ && a.is_ours_ == b.is_ours_ && a.values_ == b.values_;
}

bool operator==(const Value& a, const Value& b) {
  return a.kind == b.kind;
}

Value::Value(std::string_view text) : kind(one_line(text, value_bytes_max)) {}

ClockTime clock_time(WallTime wall) {
  const auto midnight = std::chrono::floor<std::chrono::days>(wall.time);
  return {std::chrono::floor<std::chrono::minutes>(wall.time - midnight)};
}

Key weekday_name(WallTime wall) {
  constexpr std::array names{"Sunday"_key,   "Monday"_key, "Tuesday"_key, "Wednesday"_key,
                             "Thursday"_key, "Friday"_key, "Saturday"_key};
  return names[std::chrono::weekday{day_of(wall)}.c_encoding()];
}

std::string in_english(const Sentence& sentence) {
  if (!sentence.is_ours()) return sentence.text();
  constexpr auto say = base::overloaded{
      [](const std::string& text) { return text; },
      [](std::int64_t number) { return std::to_string(number); },
      [](Dollars dollars) { return to_string(dollars); },
      [](const auto& value) { return in_english(value); },
  };
  return put_values(sentence.text(), sentence.values(),
                    [&](const Value& value) { return std::visit(say, value.kind); });
}

std::string in_english(const ClockTime& time) {
  const auto minutes = static_cast<unsigned>(time.since_midnight.count());
  std::string text;
  append_digits(text, minutes / 60, 2);
  append_digits(text += ':', minutes % 60, 2);
  return text;
}

std::string in_english(const Seconds& seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", std::max(0.0, base::to_seconds(seconds.duration)));
  return text;
}

}  // namespace sms_notifier::domain
