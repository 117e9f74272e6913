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
#include "voipms/cdr_rows.h"
#include "voipms/characters.h"
#include "voipms/fingerprint.h"
#include "voipms/repair.h"
#include "voipms/status_table.h"

namespace sms_notifier::voipms {
namespace {

namespace dom = simdjson::dom;
namespace ondemand = simdjson::ondemand;
using app::Trouble;
using app::TroubleKind;
using domain::Sentence;
using domain::Value;
using std::string_view;

constexpr std::size_t word_bytes_max = 60;
constexpr std::size_t message_bytes_max = 200;
constexpr std::size_t provider_id_bytes_max = 64;

// What an answer looks like, in words that hold nothing of a page from elsewhere.

/// `error code: 522`: what Cloudflare answers in plain text (docs/provider/transport.md, "Answers").
bool is_cloudflare_code(string_view body) {
  constexpr string_view prefix = "error code: ";
  constexpr std::size_t digits_max = 5;
  if (!body.starts_with(prefix)) return false;
  body.remove_prefix(prefix.size());
  return !body.empty() && body.size() <= digits_max && std::all_of(body.begin(), body.end(), is_digit);
}

Value shape_of(string_view body) {
  body = without_ends(body);
  if (body.empty()) return "an empty answer"_key;
  if (is_cloudflare_code(body)) return "\"" + std::string(body) + "\"";
  if (body.starts_with("<?xml") || body.starts_with("<SOAP")) return "an XML answer"_key;
  if (body.front() == '<') return "an HTML page"_key;
  if (body.front() == '{') return "JSON that is cut off or broken"_key;
  return "an answer that is not VoIP.ms' JSON"_key;
}

Sentence with_status(const http::ReceivedResponse& reply, Value said) {
  return {"HTTP {}, {}"_key, reply.status, std::move(said)};
}

Sentence described(const http::ReceivedResponse& reply) {
  return with_status(reply, shape_of(reply.body));
}

/// The provider's own words, with the HTTP status where it is not the usual one.
Sentence words_of(const http::ReceivedResponse& reply, string_view status, string_view message) {
  std::string words = domain::one_line(status, word_bytes_max);
  if (const std::string said = domain::one_line(message, message_bytes_max); !said.empty())
    words += ": " + said;
  constexpr int usual = 200;
  if (reply.status == usual) return Sentence::as_written(std::move(words));
  return with_status(reply, words);
}

/// Why there is no answer.
Sentence words_of(const http::Failure& failure) {
  if (failure.kind == http::Failure::Kind::TooLong) return "the answer is too long"_key;
  if (failure.kind == http::Failure::Kind::Aborted) return "the service stopped"_key;
  return Sentence::as_written(domain::one_line(failure.detail, message_bytes_max));
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
  return {too_long ? TroubleKind::UnreadableAnswer : TroubleKind::Unreachable, words_of(failure)};
}

Trouble unreadable(const http::ReceivedResponse& reply) {
  constexpr int too_many_requests = 429;
  return {reply.status == too_many_requests ? TroubleKind::TooManyRequests : TroubleKind::UnreadableAnswer,
          described(reply)};
}

Trouble unreadable(const http::ReceivedResponse& reply, Sentence why) {
  return {TroubleKind::UnreadableAnswer, with_status(reply, std::move(why))};
}

/// The trouble of an answer whose status is neither a success nor the method's own way to say "none".
Trouble trouble_of(const http::ReceivedResponse& reply, const StatusMeaning& meaning, string_view message) {
  return {meaning.trouble, words_of(reply, meaning.word, message)};
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
      if (!is_success(reply)) return unreadable(reply, "although its status is success"_key);
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
  if (!is_success(reply)) return unreadable(reply, "although its status is success"_key);

  ondemand::value list;
  if (root.find_field_unordered("cdr").get(list))
    return unreadable(reply, "status success without a list of calls"_key);
  std::optional<app::CdrAnswer> calls = read_rows(list, filter, state_->one_row);
  if (!calls) return unreadable(reply);
  return std::move(*calls);
}

app::SubmitOutcome AnswerReader::sent(const http::Outcome& outcome, domain::MessageKind kind) {
  if (const auto* failure = std::get_if<http::Failure>(&outcome)) {
    if (failure->kind == http::Failure::Kind::Withdrawn)
      return app::NotSent{{TroubleKind::HeldUp, "nothing was sent"_key}};
    if (failure->may_have_been_sent) return app::Unconfirmed{{"no answer: {}"_key, words_of(*failure)}};
    return app::NotSent{{TroubleKind::Unreachable, words_of(*failure)}};
  }

  const auto& reply = std::get<http::ReceivedResponse>(outcome);
  const auto answer = may_be_the_provider(reply) ? state_->parse(reply) : std::nullopt;
  // A page, a 502 or a 52x may come from the edge while the provider is still at work; its own 500 is an end.
  constexpr int own_error = 500;
  if (!answer) return app::Unconfirmed{described(reply), reply.status == own_error};
  const StatusMeaning meaning = meaning_of(answer->status);
  const Sentence words = words_of(reply, answer->status, answer->message);
  switch (meaning.send) {
    case SendMeaning::Accepted: {
      const auto id = id_of(only_member(answer->root, kind == domain::MessageKind::Sms ? "sms" : "mms"));
      if (!is_success(reply)) return app::Unconfirmed{words, true};
      if (!id) return app::Unconfirmed{{"{}, without an id"_key, words}, true};
      return app::Accepted{*id};
    }
    case SendMeaning::Rejected:
      return app::Rejected{words};
    case SendMeaning::NotSent:
      return app::NotSent{{meaning.trouble, words}};
    case SendMeaning::Unconfirmed:
      break;
  }
  return app::Unconfirmed{words, true};
}

app::Answer<std::vector<app::ListedText>> AnswerReader::texts(const http::Outcome& outcome) {
  const auto answer = state_->read(outcome, ReadMeaning::NoTexts);
  if (!answer) return answer.error();
  std::vector<app::ListedText> texts;
  if (!*answer) return texts;

  const auto& reply = std::get<http::ReceivedResponse>(outcome);
  const auto list = member((*answer)->root, "sms");  // of getMMS, too (docs/provider/texts.md, "Listing")
  const auto rows = list ? rows_of(*list) : std::nullopt;
  if (!rows) return unreadable(reply, "status success without a list of texts"_key);
  texts.reserve(rows->size());
  for (const dom::element& row : *rows) {
    dom::object fields;
    if (row.get(fields)) return unreadable(reply, "a row of the list of texts is not an object"_key);
    constexpr string_view sent = "0";
    const bool received = text_member(fields, "type").value_or(std::string(sent)) != sent;
    const auto id = id_of(member(fields, "id"));
    const auto date = domain::parse_wall_time(text_member(fields, "date").value_or(""));
    // What strangers wrote need not be sound, and must not hide what we sent.
    if (received && (!id || !date)) continue;
    if (!id) return unreadable(reply, "a row of the list of texts has no id"_key);
    if (!date) return unreadable(reply, {"the date of text {} cannot be read"_key, *id});
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
    return unreadable(std::get<http::ReceivedResponse>(outcome), "status success without an address"_key);
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
    return unreadable(std::get<http::ReceivedResponse>(outcome), "status success without a balance"_key);
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
    return unreadable(std::get<http::ReceivedResponse>(outcome),
                      "status success without a list of numbers"_key);
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
