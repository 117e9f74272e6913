#include "simulator/json_row.h"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

namespace sms_notifier::simulator {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether the text is a JSON number as it stands; `05` and `1.` are not.
bool looks_like_number(std::string_view text) {
  const std::string_view whole = text.substr(0, text.find('.'));
  if (whole.empty() || !std::all_of(whole.begin(), whole.end(), is_digit)) return false;
  if (whole.size() > 1 && whole.front() == '0') return false;
  if (whole.size() == text.size()) return true;
  const std::string_view fraction = text.substr(whole.size() + 1);
  return !fraction.empty() && std::all_of(fraction.begin(), fraction.end(), is_digit);
}

}  // namespace

std::string json_quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text));
}

JsonRow& JsonRow::value(std::string_view name, std::string_view text) {
  if (numbers_ && looks_like_number(text)) return raw(name, text);
  return this->text(name, text);
}

JsonRow& JsonRow::text(std::string_view name, std::string_view text) {
  return raw(name, json_quoted(text));
}

JsonRow& JsonRow::raw(std::string_view name, std::string_view json) {
  if (out_.size() > 1) out_ += ',';
  out_.append("\"").append(name).append("\":").append(json);
  return *this;
}

std::string JsonRow::take() {
  out_ += '}';
  return std::exchange(out_, "{");
}

}  // namespace sms_notifier::simulator
