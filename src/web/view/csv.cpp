#include "web/view/csv.h"

namespace sms_notifier::web {
namespace {

constexpr std::string_view formula_starts = "=+-@\t\r";

std::string csv_field(const std::string& text) {
  std::string field = text;
  if (!field.empty() && formula_starts.find(field.front()) != std::string_view::npos) field.insert(0, "'");
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (&field == &fields.front() ? "" : ",") + csv_field(field);
  return line + "\r\n";
}

std::string file_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_' || c == '@';
    name += plain ? c : '_';
  }
  return name;
}

}  // namespace sms_notifier::web
