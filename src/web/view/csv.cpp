#include "web/view/csv.h"

#include <algorithm>
#include <iterator>

namespace sms_notifier::web {
namespace {

constexpr std::string_view formula_starts = "=+-@";
/// Where a spreadsheet begins a cell, whatever it takes for the separator: ours are commas, but one that is
/// set to French parts at `;`. A quote may stand before the cell's text or be taken for its end.
constexpr std::string_view cell_starts = ",;\t\r\n\"|";
/// The wide forms of the same signs, which some spreadsheets take, too.
constexpr std::string_view wide_formula_starts[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

bool starts_formula(std::string_view text) {
  if (formula_starts.find(text.front()) != std::string_view::npos) return true;
  return std::any_of(std::begin(wide_formula_starts), std::end(wide_formula_starts),
                     [&](std::string_view wide) { return text.starts_with(wide); });
}

/// How many bytes at the text's beginning are a blank, behind which a spreadsheet may still find a formula.
std::size_t blank_at(std::string_view text) {
  for (const std::string_view blank : {" ", "\u00A0", "\uFEFF"})
    if (text.starts_with(blank)) return blank.size();
  return 0;
}

/// The text with an apostrophe wherever a cell would begin with a formula.
std::string disarmed(std::string_view text) {
  std::string safe;
  bool at_cell_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    // A tab or a carriage return in front would hide the formula behind it.
    const bool hides_formula = at == 0 && (rest.front() == '\t' || rest.front() == '\r');
    if (hides_formula || (at_cell_start && starts_formula(rest))) safe += '\'';
    const std::size_t blank = at_cell_start ? blank_at(rest) : 0;
    const std::string_view taken = rest.substr(0, std::max<std::size_t>(blank, 1));
    if (blank == 0) at_cell_start = cell_starts.find(rest.front()) != std::string_view::npos;
    safe += taken;
    at += taken.size();
  }
  return safe;
}

std::string csv_field(const std::string& text) {
  std::string field = disarmed(text);
  if (field.find_first_of(",;\"\r\n\t") == std::string::npos) return field;
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
