#include "web/view/csv.h"

#include <algorithm>
#include <iterator>

namespace sms_notifier::web {
namespace {

constexpr std::string_view formula_starts = "=+-@";
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

bool needs_quotes(char c) {
  return c == ',' || c == ';' || c == '"' || c == '\r' || c == '\n' || c == '\t';
}

/// Whether a spreadsheet may begin a cell behind it, whatever it takes for the separator: ours are commas,
/// but one that is set to French parts at `;`. A quote may stand before the cell's text or be taken for its
/// end.
bool may_part_cells(char c) {
  return needs_quotes(c) || c == '|';
}

/// The text with an apostrophe wherever a cell would begin with a formula.
std::string disarmed(std::string_view text) {
  std::string safe;
  // A tab or a carriage return in front would hide the formula behind it.
  if (text.starts_with('\t') || text.starts_with('\r')) safe += '\'';
  bool at_cell_start = true;
  while (!text.empty()) {
    std::size_t taken = at_cell_start ? blank_at(text) : 0;
    if (taken == 0) {
      if (at_cell_start && starts_formula(text)) safe += '\'';
      const auto end = std::find_if(text.begin(), text.end(), may_part_cells);
      at_cell_start = end != text.end();
      taken = static_cast<std::size_t>(end - text.begin()) + (at_cell_start ? 1 : 0);
    }
    safe += text.substr(0, taken);
    text.remove_prefix(taken);
  }
  return safe;
}

/// Nearly all fields are: an export of a million rows has ten million of them.
bool is_written_as_it_is(std::string_view text) {
  return text.empty() || (!starts_formula(text) && blank_at(text) == 0 &&
                          std::none_of(text.begin(), text.end(), may_part_cells));
}

void append_field(std::string& line, std::string_view text) {
  if (is_written_as_it_is(text)) {
    line += text;
    return;
  }
  const std::string field = disarmed(text);
  if (std::none_of(field.begin(), field.end(), needs_quotes)) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    append_field(line, field);
  }
  return line += "\r\n";
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
