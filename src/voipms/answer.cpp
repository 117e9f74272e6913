#include "voipms/answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <simdjson.h>

#include "domain/sentences.h"
#include "domain/text.h"
#include "voipms/fingerprint.h"
#include "voipms/repair.h"
#include "voipms/status_table.h"

namespace sms_notifier::voipms {
namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;
using app::Trouble;
using app::TroubleKind;
using std::string_view;

constexpr std::size_t word_bytes_max = 60;
constexpr std::size_t message_bytes_max = 200;
constexpr std::size_t key_bytes_max = 40;
constexpr std::size_t unreadable_told_max = 20;
constexpr std::size_t provider_id_bytes_max = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(string_view text, string_view allowed) {
  return text.find_first_not_of(allowed) == string_view::npos;
}

// What an answer looks like, in words that hold nothing of a page from elsewhere.

/// `error code: 522`: what Cloudflare answers in plain text (docs/provider/transport.md, "Answers").
bool is_cloudflare_code(string_view body) {
  constexpr string_view prefix = "error code: ";
  constexpr std::size_t digits_max = 5;
  if (!body.starts_with(prefix)) return false;
  body.remove_prefix(prefix.size());
  return !body.empty() && body.size() <= digits_max && std::all_of(body.begin(), body.end(), is_digit);
}

string_view without_ends(string_view text) {
  constexpr string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

std::string shape_of(string_view body) {
  body = without_ends(body);
  if (body.empty()) return "an empty answer";
  if (is_cloudflare_code(body)) return "\"" + std::string(body) + "\"";
  if (body.starts_with("<?xml") || body.starts_with("<SOAP")) return "an XML answer";
  if (body.front() == '<') return "an HTML page";
  if (body.front() == '{') return "JSON that is cut off or broken";
  return "an answer that is not the provider's JSON";
}

std::string http_status(const http::ReceivedResponse& reply) {
  return "HTTP " + std::to_string(reply.status);
}

/// Where the HTTP status is the usual one it says nothing.
std::string unless_usual(const http::ReceivedResponse& reply) {
  return reply.status == 200 ? std::string() : http_status(reply) + ", ";
}

std::string described(const http::ReceivedResponse& reply) {
  return http_status(reply) + ", " + shape_of(reply.body);
}

std::string in_words(string_view status, string_view message) {
  std::string words = domain::one_line(status, word_bytes_max);
  if (const std::string said = domain::one_line(message, message_bytes_max); !said.empty())
    words += ": " + said;
  return words;
}

bool is_success(const http::ReceivedResponse& reply) {
  return reply.status >= 200 && reply.status < 300;
}
/// Whether the provider itself may be speaking: its own errors come with 200, and a few clients saw them with
/// 4xx.
bool may_be_the_provider(const http::ReceivedResponse& reply) {
  return is_success(reply) || (reply.status >= 400 && reply.status < 500);
}

// Common to all that only read.

Trouble trouble_of(const http::Failure& failure) {
  const bool too_long = failure.kind == http::Failure::Kind::TooLong;
  return {too_long ? TroubleKind::UnreadableAnswer : TroubleKind::Unreachable,
          domain::one_line(failure.detail, message_bytes_max)};
}

Trouble unreadable(const http::ReceivedResponse& reply) {
  constexpr int too_many_requests = 429;
  return {reply.status == too_many_requests ? TroubleKind::TooManyRequests : TroubleKind::UnreadableAnswer,
          described(reply)};
}

Trouble unreadable(const http::ReceivedResponse& reply, string_view why) {
  return {TroubleKind::UnreadableAnswer, http_status(reply) + ", " + std::string(why)};
}

/// The trouble of an answer whose status is neither a success nor the method's own way to say "none".
Trouble trouble_of(const http::ReceivedResponse& reply, const StatusMeaning& meaning, string_view message) {
  return {meaning.trouble, unless_usual(reply) + in_words(meaning.word, message)};
}

// Values of the whole-document parser, for all answers but the long ones.

/// Text, or a number's digits. Nothing for null and for what is neither.
std::optional<std::string> text_of(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::STRING:
      return std::string(value.get_string().value_unsafe());
    case dom::element_type::INT64:
      return std::to_string(value.get_int64().value_unsafe());
    case dom::element_type::UINT64:
      return std::to_string(value.get_uint64().value_unsafe());
    case dom::element_type::DOUBLE: {
      std::array<char, 32> digits{};
      const double number = value.get_double().value_unsafe();
      const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
      return std::string(digits.data(), written.ptr);
    }
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT:
    case dom::element_type::BOOL:
    case dom::element_type::NULL_VALUE:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<dom::element> member(const dom::object& object, string_view name) {
  dom::element value;
  if (object.at_key(name).get(value)) return std::nullopt;
  return value;
}

/// The same where much depends on it: an answer that says a thing twice says nothing.
std::optional<dom::element> only_member(const dom::object& object, string_view name) {
  std::optional<dom::element> only;
  for (const dom::key_value_pair& field : object) {
    if (field.key != name) continue;
    if (only) return std::nullopt;
    only = field.value;
  }
  return only;
}

/// A text member; nothing where it is absent, null or no text.
std::optional<std::string> text_member(const dom::object& object, string_view name) {
  const auto value = member(object, name);
  return value ? text_of(*value) : std::nullopt;
}

/// The same for what is shown or stored; empty where there is none.
std::string storable_member(const dom::object& object, string_view name) {
  return domain::storable(text_member(object, name).value_or(""));
}

/// `1`, `"1"`, `"yes"` and `true` all occur (docs/provider/account.md, "Fields of a number").
bool flag_member(const dom::object& object, string_view name) {
  const auto value = member(object, name);
  if (!value) return false;
  if (bool flag = false; !value->get_bool().get(flag)) return flag;
  const std::string text = text_of(*value).value_or("");
  return text == "1" || text == "yes" || text == "true";
}

/// The rows of a list, or the one bare object that stands for a list of one. Nothing when it is neither.
std::optional<std::vector<dom::element>> rows_of(const dom::element& list) {
  if (list.is_object()) return std::vector{list};
  dom::array array;
  if (list.get_array().get(array)) return std::nullopt;
  return std::vector<dom::element>(array.begin(), array.end());
}

/// An answer that was parsed whole. Valid until the next one is parsed.
struct WholeAnswer {
  dom::object root;
  string_view status;
  string_view message;
};

// Rows of getCDR.

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

/// As text_of().
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

/// The id of a text: the provider's are whole numbers, and 0 is what it writes when there is none.
std::optional<std::string> id_of(const std::optional<dom::element>& value) {
  if (!value || value->type() == dom::element_type::DOUBLE) return std::nullopt;
  auto id = text_of(*value);
  const bool names_a_text =
      id && !id->empty() && id->size() <= provider_id_bytes_max && !consists_of(*id, "0") &&
      std::all_of(id->begin(), id->end(), [](char c) { return is_digit(c) || is_letter(c); });
  return names_a_text ? id : std::nullopt;
}

}  // namespace

struct AnswerReader::State {
  /// The parsers read up to 64 bytes past the end. Bodies of http::Client have room for that; others are
  /// copied.
  simdjson::padded_string_view padded(const std::string& body) {
    if (body.capacity() - body.size() >= simdjson::SIMDJSON_PADDING)
      return simdjson::padded_string_view(body);
    copy = body;
    copy.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(copy);
  }

  /// The body with its odd values made harmless, for a parser that refused it; nothing when there are none.
  std::optional<simdjson::padded_string_view> padded_and_repaired(const std::string& body) {
    std::string better = repaired(body);
    if (better == body) return std::nullopt;
    copy = std::move(better);
    copy.reserve(copy.size() + simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(copy);
  }

  bool parse_object(simdjson::padded_string_view body, dom::object& root) {
    return !whole.parse(body.data(), body.size(), /*realloc_if_needed=*/false).get(root);
  }

  /// Parses an answer whole; nothing when it is not an object with exactly one `status`, which is text.
  std::optional<WholeAnswer> parse(const http::ReceivedResponse& reply) {
    WholeAnswer answer;
    if (!parse_object(padded(reply.body), answer.root)) {
      const auto better = padded_and_repaired(reply.body);
      if (!better || !parse_object(*better, answer.root)) return std::nullopt;
    }
    const auto status = only_member(answer.root, "status");
    if (!status || status->get(answer.status)) return std::nullopt;
    if (answer.root.at_key("message").get(answer.message)) answer.message = {};
    return answer;
  }

  /// Common to all methods that read: the parsed answer of a success, nothing where there is nothing, or the
  /// trouble.
  app::Answer<std::optional<WholeAnswer>> read(const http::Outcome& outcome, ReadMeaning none) {
    if (const auto* failure = std::get_if<http::Failure>(&outcome)) return trouble_of(*failure);
    const auto& reply = std::get<http::ReceivedResponse>(outcome);
    auto answer = may_be_the_provider(reply) ? parse(reply) : std::nullopt;
    if (!answer) return unreadable(reply);
    const StatusMeaning meaning = meaning_of(answer->status);
    if (meaning.read == ReadMeaning::Success) {
      if (!is_success(reply)) return unreadable(reply, "although its status is success");
      return answer;
    }
    if (meaning.read == none) return std::optional<WholeAnswer>();
    return trouble_of(reply, meaning, answer->message);
  }

  /// An answer that is to be read row by row. Valid until the next one is begun.
  struct BegunAnswer {
    ondemand::document document;
    ondemand::object root;
    string_view status;
  };

  bool begin(simdjson::padded_string_view body, BegunAnswer& answer) {
    return !on_demand.iterate(body).get(answer.document) && !answer.document.get_object().get(answer.root) &&
           !answer.root.find_field_unordered("status").get_string().get(answer.status);
  }

  /// False when it is not an object with a `status`, which is text.
  bool begin(const std::string& body, BegunAnswer& answer) {
    if (begin(padded(body), answer)) return true;
    const auto better = padded_and_repaired(body);
    return better && begin(*better, answer);
  }

  dom::parser whole;
  ondemand::parser on_demand;
  ondemand::parser one_row;
  std::string copy;
};

AnswerReader::AnswerReader() : state_(std::make_unique<State>()) {}
AnswerReader::~AnswerReader() = default;

app::Answer<app::CdrAnswer> AnswerReader::calls(const http::Outcome& outcome, app::CdrRowFilter& filter) {
  if (const auto* failure = std::get_if<http::Failure>(&outcome)) return trouble_of(*failure);
  const auto& reply = std::get<http::ReceivedResponse>(outcome);
  if (!may_be_the_provider(reply)) return unreadable(reply);
  if (is_success(reply) && filter.is_as_before(fingerprint_of(reply.body))) {
    app::CdrAnswer nothing_new;
    nothing_new.as_before = true;
    return nothing_new;
  }

  State::BegunAnswer answer;
  if (!state_->begin(reply.body, answer)) return unreadable(reply);
  ondemand::object& root = answer.root;

  const StatusMeaning meaning = meaning_of(answer.status);
  if (meaning.read == ReadMeaning::NoCalls) return app::CdrAnswer{};
  if (meaning.read != ReadMeaning::Success) {
    string_view message;
    if (root.find_field_unordered("message").get_string().get(message)) message = {};
    return trouble_of(reply, meaning, message);
  }
  if (!is_success(reply)) return unreadable(reply, "although its status is success");

  ondemand::value list;
  if (root.find_field_unordered("cdr").get(list))
    return unreadable(reply, "status success without a list of calls");
  CdrCollector collector(filter, state_->one_row);
  if (!collect_rows(list, collector)) return unreadable(reply);
  return collector.done();
}

app::SubmitOutcome AnswerReader::sent(const http::Outcome& outcome, domain::MessageKind kind) {
  if (const auto* failure = std::get_if<http::Failure>(&outcome)) {
    const std::string words = domain::one_line(failure->detail, message_bytes_max);
    if (failure->may_have_been_sent) return app::Unconfirmed{"no answer: " + words};
    return app::NotSent{{TroubleKind::Unreachable, words}};
  }

  const auto& reply = std::get<http::ReceivedResponse>(outcome);
  const auto answer = may_be_the_provider(reply) ? state_->parse(reply) : std::nullopt;
  if (!answer) return app::Unconfirmed{described(reply)};
  const StatusMeaning meaning = meaning_of(answer->status);
  const std::string words = unless_usual(reply) + in_words(answer->status, answer->message);
  switch (meaning.send) {
    case SendMeaning::Accepted: {
      const auto id = id_of(only_member(answer->root, kind == domain::MessageKind::Sms ? "sms" : "mms"));
      if (!is_success(reply)) return app::Unconfirmed{words};
      if (!id) return app::Unconfirmed{words + ", without an id"};
      return app::Accepted{*id};
    }
    case SendMeaning::Rejected:
      return app::Rejected{words};
    case SendMeaning::NotSent:
      return app::NotSent{{meaning.trouble, words}};
    case SendMeaning::Unconfirmed:
      return app::Unconfirmed{words};
  }
  return app::Unconfirmed{words};
}

app::Answer<std::vector<app::ListedText>> AnswerReader::texts(const http::Outcome& outcome) {
  const auto answer = state_->read(outcome, ReadMeaning::NoTexts);
  if (!answer) return answer.error();
  std::vector<app::ListedText> texts;
  if (!*answer) return texts;

  const auto& reply = std::get<http::ReceivedResponse>(outcome);
  const auto list = member((*answer)->root, "sms");  // of getMMS, too (docs/provider/texts.md, "Listing")
  const auto rows = list ? rows_of(*list) : std::nullopt;
  if (!rows) return unreadable(reply, "status success without a list of texts");
  texts.reserve(rows->size());
  for (const dom::element& row : *rows) {
    dom::object fields;
    if (row.get(fields)) return unreadable(reply, "a row of the list of texts is not an object");
    constexpr string_view sent = "0";
    const bool received = text_member(fields, "type").value_or(std::string(sent)) != sent;
    const auto id = id_of(member(fields, "id"));
    const auto date = domain::parse_wall_time(text_member(fields, "date").value_or(""));
    // What strangers wrote need not be sound, and must not hide what we sent.
    if (received && (!id || !date)) continue;
    if (!id) return unreadable(reply, "a row of the list of texts has no id");
    if (!date) return unreadable(reply, "the date of text " + *id + " cannot be read");
    texts.push_back({received, *id, *date,
                     domain::PhoneNumber::parse(text_member(fields, "did").value_or("")),
                     domain::PhoneNumber::parse(text_member(fields, "contact").value_or("")),
                     domain::storable_lines(text_member(fields, "message").value_or(""))});
  }
  return texts;
}

app::Answer<std::string> AnswerReader::ip(const http::Outcome& outcome) {
  const auto answer = state_->read(outcome, ReadMeaning::Success);
  if (!answer) return answer.error();
  constexpr std::size_t address_bytes_max = 45;
  const std::string address = text_member((*answer)->root, "ip").value_or("");
  if (address.empty() || address.size() > address_bytes_max ||
      !consists_of(address, "0123456789abcdefABCDEF.:")) {
    return unreadable(std::get<http::ReceivedResponse>(outcome), "status success without an address");
  }
  return address;
}

app::Answer<std::string> AnswerReader::balance(const http::Outcome& outcome) {
  const auto answer = state_->read(outcome, ReadMeaning::Success);
  if (!answer) return answer.error();
  // An object by the documents; some clients have seen the bare amount (docs/provider/account.md, "What
  // set-up asks").
  constexpr std::size_t amount_bytes_max = 32;
  std::string amount;
  if (const auto balance = member((*answer)->root, "balance")) {
    dom::object parts;
    amount = (balance->get(parts) ? text_of(*balance) : text_member(parts, "current_balance")).value_or("");
  }
  if (amount.empty() || amount.size() > amount_bytes_max || !consists_of(amount, "0123456789.-")) {
    return unreadable(std::get<http::ReceivedResponse>(outcome), "status success without a balance");
  }
  return amount;
}

app::Answer<std::vector<app::DidInfo>> AnswerReader::dids(const http::Outcome& outcome) {
  const auto answer = state_->read(outcome, ReadMeaning::NoDids);
  if (!answer) return answer.error();
  std::vector<app::DidInfo> dids;
  if (!*answer) return dids;

  const auto list = member((*answer)->root, "dids");
  const auto rows = list ? rows_of(*list) : std::nullopt;
  if (!rows)
    return unreadable(std::get<http::ReceivedResponse>(outcome), "status success without a list of numbers");
  dids.reserve(rows->size());
  for (const dom::element& row : *rows) {
    dom::object fields;
    if (row.get(fields)) continue;
    const auto did = domain::Did::parse(text_member(fields, "did").value_or(""));
    if (!did) continue;
    dids.push_back({.did = *did,
                    .description = storable_member(fields, "description"),
                    .sms_available = flag_member(fields, "sms_available"),
                    .sms_enabled = flag_member(fields, "sms_enabled"),
                    .mms_available = flag_member(fields, "mms_available"),
                    .routing = storable_member(fields, "routing"),
                    .failover_noanswer = storable_member(fields, "failover_noanswer"),
                    .voicemail = storable_member(fields, "voicemail")});
  }
  return dids;
}

}  // namespace sms_notifier::voipms
