#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/dollars.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// A sentence of ours without values, by its English. Made by `"..."_key` (domain/sentences.h), which knows
/// no sentence without French.
class Key {
 public:
  constexpr Key() = default;  ///< says nothing
  constexpr std::string_view english() const { return english_; }
  constexpr bool empty() const { return english_.empty(); }

  friend bool operator==(Key, Key) = default;

 private:
  friend struct KeyMaker;
  constexpr explicit Key(std::string_view english) : english_(english) {}

  std::string_view english_;
};

/// The same with `{}` in the places of as many values.
template <std::size_t values>
class Pattern {
 public:
  constexpr std::string_view english() const { return english_; }

 private:
  friend struct KeyMaker;
  constexpr explicit Pattern(std::string_view english) : english_(english) {}

  std::string_view english_;
};

/// `14:03`, or as the reader's language writes it.
struct ClockTime {
  std::chrono::minutes since_midnight{0};
  friend bool operator==(const ClockTime&, const ClockTime&) = default;
};
ClockTime clock_time(WallTime wall);
/// `Monday`
Key weekday_name(WallTime wall);
/// Seconds with one decimal, without their unit: `0.4`. Nothing is shorter than 0.
struct Seconds {
  base::Duration duration{0};
  friend bool operator==(const Seconds&, const Seconds&) = default;
};

struct Value;

/// What the program has to say to people: a key with values, put into words for each reader in the reader's
/// language. Or what was written elsewhere, and stays as it was written.
class Sentence {
 public:
  Sentence();  ///< says nothing
  Sentence(Key key);
  template <std::size_t count, class... Values>
  requires(sizeof...(Values) == count) Sentence(Pattern<count> pattern, Values&&... values);

  /// Not ours: an entry that another program wrote, or this one before sentences had keys.
  static Sentence as_written(std::string text);
  /// As it was stored: the key may be one that this version does not know.
  static Sentence stored(std::string key, std::vector<Value> values);

  bool empty() const { return text_.empty(); }
  bool is_ours() const { return is_ours_; }
  /// The key's English with `{}` in the places of the values, or the text as it was written.
  const std::string& text() const { return text_; }
  const std::vector<Value>& values() const { return values_; }

  friend bool operator==(const Sentence& a, const Sentence& b);

 private:
  std::string text_;
  std::vector<Value> values_;
  bool is_ours_ = false;
};

/// How much of a foreign text a sentence repeats, in bytes.
constexpr std::size_t value_bytes_max = 1000;

/// What stands in the place of `{}`.
struct Value {
  using Kinds = std::variant<std::string, std::int64_t, ClockTime, Seconds, Dollars, Sentence>;

  /// Names, numbers as they are dialled, what the provider says: one line, cut beyond value_bytes_max.
  Value(std::string_view text);
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) Value(Number number) : kind(static_cast<std::int64_t>(number)) {}
  Value(ClockTime time) : kind(time) {}
  Value(Seconds seconds) : kind(seconds) {}
  Value(Dollars dollars) : kind(dollars) {}
  Value(Sentence sentence) : kind(std::move(sentence)) {}
  Value(Key key) : kind(Sentence(key)) {}

  Kinds kind;

  friend bool operator==(const Value& a, const Value& b);
};

inline Sentence::Sentence() = default;
inline Sentence::Sentence(Key key) : text_(key.english()), is_ours_(!key.empty()) {}

template <std::size_t count, class... Values>
requires(sizeof...(Values) == count) Sentence::Sentence(Pattern<count> pattern, Values&&... values)
    : text_(pattern.english()), is_ours_(true) {
  values_.reserve(count);
  (values_.emplace_back(std::forward<Values>(values)), ...);
}

/// The sentence with its values, in English.
std::string in_english(const Sentence& sentence);
/// `14:03`
std::string in_english(const ClockTime& time);
/// `0.4`
std::string in_english(const Seconds& seconds);

/// The pattern with the values, as `say` puts each, in the places of `{}`; what has no place is left out.
template <class Say>
std::string put_values(std::string_view pattern, const std::vector<Value>& values, Say say) {
  constexpr std::string_view place = "{}";
  std::string told;
  for (const Value& value : values) {
    const auto at = pattern.find(place);
    if (at == std::string_view::npos) break;
    told.append(pattern.substr(0, at)).append(say(value));
    pattern.remove_prefix(at + place.size());
  }
  return told.append(pattern);
}

}  // namespace sms_notifier::domain
