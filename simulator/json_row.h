#pragma once

#include <string>
#include <string_view>

namespace sms_notifier::simulator {

/// Writes one JSON object the way the provider does: every value a string, or, where the account is set so,
/// what looks like a number as a number.
class JsonRow {
 public:
  explicit JsonRow(bool numbers) : numbers_(numbers) {}

  /// A value that may look like a number.
  JsonRow& value(std::string_view name, std::string_view text);
  /// Free text: always a string.
  JsonRow& text(std::string_view name, std::string_view text);
  /// JSON, as it is.
  JsonRow& raw(std::string_view name, std::string_view json);

  std::string take();

 private:
  const bool numbers_;
  std::string out_ = "{";
};

/// Text in quotes, escaped.
std::string json_quoted(std::string_view text);

}  // namespace sms_notifier::simulator
