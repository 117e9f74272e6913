#include "voipms/cdr_rows.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "voipms/characters.h"
#include "voipms/fingerprint.h"
#include "voipms/repair.h"

namespace sms_notifier::voipms {
namespace {

namespace ondemand = simdjson::ondemand;
using std::string_view;

constexpr std::size_t word_bytes_max = 60;
constexpr std::size_t key_bytes_max = 40;
constexpr std::size_t unreadable_told_max = 20;

/// What a row says, before anything is allocated for it. The views end with the next row.
struct CdrFields {
  string_view unique_id;
  string_view date;
  string_view callerid;
  string_view destination;
  string_view destination_type;
  string_view description;
  string_view disposition;
  string_view seconds;
  string_view odd;  ///< name of the first field that is neither text nor a number; it is left empty
};

/// From good to bad.
enum class FieldState {
  Readable,
  Odd,      ///< neither text nor a number
  Mangled,  ///< text that must be repaired before it can be read
  Broken    ///< the answer cannot be read any further
};

/// A number's digits, or nothing for null.
FieldState read_other(simdjson::simdjson_result<ondemand::value>& found, string_view& text) {
  ondemand::json_type type;
  if (found.type().get(type)) return FieldState::Broken;
  if (type == ondemand::json_type::null) return FieldState::Readable;
  string_view token;
  if (type != ondemand::json_type::number || found.raw_json_token().get(token)) return FieldState::Odd;
  text = without_ends(token);
  return consists_of(text, "0123456789+-.eE") ? FieldState::Readable : FieldState::Odd;
}

/// Text, or a number's digits; nothing for null.
FieldState read_text(simdjson::simdjson_result<ondemand::value> found, string_view& text) {
  const simdjson::error_code error = found.get_string().get(text);
  if (error == simdjson::SUCCESS || error == simdjson::NO_SUCH_FIELD) return FieldState::Readable;
  if (error == simdjson::INCORRECT_TYPE) return read_other(found, text);
  return error == simdjson::STRING_ERROR ? FieldState::Mangled : FieldState::Broken;
}

/// Reads a row's fields, in the order in which the provider writes them, so that each is found where the last
/// one ended; in another order they are found, too. Each is read once: the parser has room for no more. A
/// broken answer is left alone at once: the parser must not be used any further.
FieldState read_row(ondemand::object& object, CdrFields& row) {
  auto worst = FieldState::Readable;
  const auto can_go_on = [&](const char* name, string_view& text) {
    const FieldState state = read_text(object[name], text);
    if (state == FieldState::Odd) {
      text = {};
      if (row.odd.empty()) row.odd = name;
    }
    worst = std::max(worst, state);
    return state != FieldState::Broken;
  };
  (void)(can_go_on("date", row.date) && can_go_on("callerid", row.callerid) &&
         can_go_on("destination", row.destination) && can_go_on("description", row.description) &&
         can_go_on("disposition", row.disposition) && can_go_on("seconds", row.seconds) &&
         can_go_on("uniqueid", row.unique_id) && can_go_on("destination_type", row.destination_type));
  return worst;
}

/// Whole seconds; a fraction is dropped. `12`, `12.0` and `1.2e1` are the same number.
std::optional<std::chrono::seconds> parse_seconds(string_view text) {
  constexpr double longest = 7 * 24 * 3600;
  text = without_ends(text);
  double seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= 0 && seconds <= longest)) return std::nullopt;
  return std::chrono::seconds{static_cast<int>(seconds)};
}

bool says_unanswered(domain::Disposition disposition) {
  return disposition == domain::Disposition::NoAnswer || disposition == domain::Disposition::Busy ||
         disposition == domain::Disposition::Failed;
}

/// The row, or what is wrong with it.
base::Result<domain::CdrRow, domain::Key> to_row(const CdrFields& view) {
  const auto date = domain::parse_wall_time(view.date);
  if (!date) return "its date cannot be read"_key;
  const auto disposition = domain::parse_disposition(view.disposition);
  auto seconds = parse_seconds(view.seconds);
  // A call that was not answered lasted no time; of any other the rules must know how long it was.
  const bool no_length = view.seconds.empty() && view.odd != "seconds";
  if (!seconds &&
      (says_unanswered(disposition) || (no_length && disposition != domain::Disposition::Answered)))
    seconds.emplace(0);
  if (!seconds) return "its length in seconds cannot be read"_key;

  domain::CdrRow row;
  row.unique_id = domain::storable(view.unique_id);
  row.date = *date;
  row.caller = domain::parse_caller_id(view.callerid);
  row.destination = domain::storable(view.destination);
  row.destination_type = domain::storable(view.destination_type);
  row.description = domain::storable(view.description);
  row.disposition = disposition;
  row.seconds = *seconds;
  return row;
}

/// Collects the rows of one answer.
class CdrCollector {
 public:
  CdrCollector(app::CdrRowFilter& filter, ondemand::parser& row_parser)
      : filter_(filter), row_parser_(row_parser) {}

  /// False when the answer cannot be read any further.
  bool take(ondemand::value value) {
    ++answer_.rows_listed;
    CdrFields view;
    ondemand::object object;
    const auto error = value.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      tell(view, "it is not an object"_key);
      return true;
    }
    if (error) return false;
    string_view written;
    if (object.raw_json().get(written)) return false;
    // The parser counts what stands before the next token as part of the row.
    if (!filter_.wants(fingerprint_of(without_ends(written)))) return true;

    if (object.reset().error()) return false;
    const FieldState fields = read_row(object, view);
    if (fields == FieldState::Broken) return false;
    if (fields == FieldState::Mangled && !read_repaired(written, view)) {
      tell(view, "its text is broken"_key);
      return true;
    }
    auto row = to_row(view);
    if (!row) {
      tell(view, row.error());
      return true;
    }
    tell_oddities(view, row.value());
    answer_.rows.push_back(std::move(row).value());
    return true;
  }

  app::CdrAnswer done() {
    if (untold_ == 1) answer_.unreadable.push_back("and one more row"_key);
    if (untold_ > 1) answer_.unreadable.push_back({"and {} more rows"_key, untold_});
    return std::move(answer_);
  }

 private:
  /// A row in which a string is no text as it stands. The views end with the next row.
  bool read_repaired(string_view written, CdrFields& view) {
    view = {};
    row_ = simdjson::padded_string(repaired(written));
    ondemand::document document;
    ondemand::object object;
    if (row_parser_.iterate(row_).get(document) || document.get_object().get(object)) return false;
    return read_row(object, view) < FieldState::Mangled;
  }

  /// What is told about a row that was read all the same.
  void tell_oddities(const CdrFields& view, const domain::CdrRow& row) {
    const auto quoted = [](string_view word) { return domain::one_line(word, word_bytes_max); };
    if (!view.odd.empty()) {
      tell_odd(about_row(view, domain::Sentence("its {} is neither text nor a number"_key, view.odd)));
    } else if (!view.seconds.empty() && !parse_seconds(view.seconds)) {
      tell_odd(about_row(view, "its length in seconds cannot be read"_key));
    }
    // Words are told without the row: once, however many rows have them.
    if (row.disposition == domain::Disposition::Other && !view.disposition.empty())
      tell_odd({"the disposition \"{}\" is not known: talk time decides"_key, quoted(view.disposition)});
    if (domain::direction_of(row.destination_type) == domain::Direction::Unknown)
      tell_odd({"the destination type \"{}\" is not known: the number that was called decides"_key,
                quoted(row.destination_type)});
  }
  void tell(const CdrFields& view, domain::Key problem) {
    if (answer_.unreadable.size() >= unreadable_told_max) {
      ++untold_;
      return;
    }
    answer_.unreadable.push_back(about_row(view, problem));
  }

  void tell_odd(domain::Sentence sentence) {
    const bool told = std::find(answer_.odd.begin(), answer_.odd.end(), sentence) != answer_.odd.end();
    if (!told && answer_.odd.size() < unreadable_told_max) answer_.odd.push_back(std::move(sentence));
  }

  domain::Sentence about_row(const CdrFields& view, domain::Sentence what) const {
    const std::size_t number = answer_.rows_listed;
    const std::string key = domain::one_line(view.unique_id, key_bytes_max);
    if (key.empty()) return {"row {}: {}"_key, number, std::move(what)};
    return {"row {} (uniqueid {}): {}"_key, number, key, std::move(what)};
  }

  app::CdrRowFilter& filter_;
  ondemand::parser& row_parser_;
  simdjson::padded_string row_;  ///< the row that was repaired last
  app::CdrAnswer answer_;
  std::size_t untold_ = 0;
};

/// Every row of a list, or the one bare object that stands for a list of one. False when it cannot be read to
/// its end.
bool collect_rows(ondemand::value list, CdrCollector& collector) {
  ondemand::json_type type;
  if (list.type().get(type)) return false;
  if (type == ondemand::json_type::object) return collector.take(list);
  ondemand::array array;
  if (list.get_array().get(array)) return false;
  for (simdjson::simdjson_result<ondemand::value> element : array) {
    ondemand::value row;
    if (element.get(row) || !collector.take(row)) return false;
  }
  return true;
}

}  // namespace

std::optional<app::CdrAnswer> read_rows(ondemand::value list, app::CdrRowFilter& filter,
                                        ondemand::parser& row_parser) {
  CdrCollector collector(filter, row_parser);
  if (!collect_rows(list, collector)) return std::nullopt;
  return collector.done();
}

}  // namespace sms_notifier::voipms
