#include "storage/sql/sentences.h"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include "base/overloaded.h"
#include "storage/sql/rows.h"

namespace sms_notifier::storage {
namespace {

namespace json = boost::json;

constexpr const char* column = "a sentence";

json::array to_json(const std::vector<domain::Value>& values);

/// Text and numbers as they are; the rest is an object that names its kind.
json::value to_json(const domain::Value& value) {
  return std::visit(
      base::overloaded{
          [](const std::string& text) { return json::value(text); },
          [](std::int64_t number) { return json::value(number); },
          [](const domain::ClockTime& time) {
            return json::value(json::object{{"minutes_since_midnight", time.since_midnight.count()}});
          },
          [](const domain::Seconds& seconds) {
            return json::value(json::object{{"microseconds", seconds.duration.count()}});
          },
          [](domain::Dollars dollars) {
            return json::value(json::object{{"dollar_millionths", dollars.millionths}});
          },
          [](const domain::Sentence& sentence) {
            json::object object{{"text", sentence.text()}};
            if (sentence.is_ours()) object["values"] = to_json(sentence.values());
            return json::value(std::move(object));
          },
      },
      value.kind);
}

json::array to_json(const std::vector<domain::Value>& values) {
  json::array array;
  for (const domain::Value& value : values) array.push_back(to_json(value));
  return array;
}

std::vector<domain::Value> values_of(const json::value& array);

domain::Value value_of(const json::value& value) {
  if (value.is_string()) return std::string_view(value.as_string());
  if (value.is_int64()) return value.as_int64();
  const json::object& object = value.as_object();
  if (const json::value* minutes = object.if_contains("minutes_since_midnight"))
    return domain::ClockTime{std::chrono::minutes{minutes->as_int64()}};
  if (const json::value* micros = object.if_contains("microseconds"))
    return domain::Seconds{base::Duration{micros->as_int64()}};
  if (const json::value* millionths = object.if_contains("dollar_millionths"))
    return domain::Dollars{millionths->as_int64()};
  std::string text(object.at("text").as_string());
  const json::value* values = object.if_contains("values");
  if (values == nullptr) return domain::Sentence::as_written(std::move(text));
  return domain::Sentence::stored(std::move(text), values_of(*values));
}

std::vector<domain::Value> values_of(const json::value& array) {
  std::vector<domain::Value> values;
  for (const json::value& value : array.as_array()) values.push_back(value_of(value));
  return values;
}

}  // namespace

std::string values_column(const domain::Sentence& sentence) {
  return sentence.is_ours() ? json::serialize(to_json(sentence.values())) : std::string();
}

domain::Sentence sentence(std::string text, const std::string& values_column) {
  if (values_column.empty()) return domain::Sentence::as_written(std::move(text));
  std::optional<std::vector<domain::Value>> values;
  std::array<unsigned char, 1024> room;  // enough for nearly all: an export reads a hundred thousand of them
  json::monotonic_resource resource(room.data(), room.size());
  try {
    values = values_of(json::parse(values_column, &resource));
  } catch (const std::exception&) {
    // Whatever the library calls it, the column is damaged.
  }
  return domain::Sentence::stored(std::move(text), checked(std::move(values), column));
}

}  // namespace sms_notifier::storage
