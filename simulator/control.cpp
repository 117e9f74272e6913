#include "simulator/control.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <absl/time/time.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "http/form.h"

namespace sms_notifier::simulator {
namespace {

namespace json = boost::json;

constexpr std::size_t calls_listed_default = 50;
constexpr std::int64_t milliseconds_max = 365LL * 24 * 3600 * 1000;

/// What is wrong with a request, for the test that sent it.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

base::Instant parse_instant(std::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, {text.data(), text.size()}, &time, &error))
    throw BadInput("\"" + std::string(text) + "\" is not a time such as 2026-01-31T12:00:00Z");
  return base::Instant{std::chrono::microseconds{absl::ToUnixMicros(time)}};
}

std::string format_instant(base::Instant instant) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", absl::FromUnixMicros(instant.time_since_epoch().count()),
                          absl::UTCTimeZone());
}

/// Reads an object field by field. Absent fields leave their target alone; an unknown field is
/// an error, because it is most likely misspelt.
class ObjectReader {
 public:
  explicit ObjectReader(const json::value& value) : object_(value.if_object()) {
    if (!object_) throw BadInput("expected a JSON object instead of " + json::serialize(value));
  }

  bool read(std::string_view name, std::string& target) {
    const json::value* value = find(name);
    if (!value) return false;
    const json::string* text = value->if_string();
    if (!text) throw BadInput(quoted(name) + " must be a string");
    target.assign(text->data(), text->size());
    return true;
  }
  bool read(std::string_view name, bool& target) {
    const json::value* value = find(name);
    if (!value) return false;
    const bool* flag = value->if_bool();
    if (!flag) throw BadInput(quoted(name) + " must be true or false");
    target = *flag;
    return true;
  }
  bool read(std::string_view name, double& target) {
    const json::value* value = find(name);
    if (!value) return false;
    if (!value->is_number()) throw BadInput(quoted(name) + " must be a number");
    target = value->to_number<double>();
    return true;
  }
  bool read(std::string_view name, std::chrono::seconds& target) {
    const auto count = whole_number(name, milliseconds_max / 1000);
    if (count) target = std::chrono::seconds{*count};
    return count.has_value();
  }
  bool read_milliseconds(std::string_view name, base::Duration& target) {
    const auto count = whole_number(name, milliseconds_max);
    if (count) target = std::chrono::milliseconds{*count};
    return count.has_value();
  }
  bool read(std::string_view name, std::optional<int>& target) {
    if (const json::value* value = find(name); value && value->is_null()) {
      target.reset();
      return true;
    }
    const auto count = whole_number(name, 1'000'000'000);
    if (count) target = static_cast<int>(*count);
    return count.has_value();
  }
  const json::array* array(std::string_view name) {
    const json::value* value = find(name);
    if (!value) return nullptr;
    if (!value->is_array()) throw BadInput(quoted(name) + " must be an array");
    return &value->get_array();
  }

  void finish() const {
    for (const auto& entry : *object_)
      if (!known_.contains(std::string_view(entry.key().data(), entry.key().size())))
        throw BadInput("unknown field " + json::serialize(entry.key()));
  }

 private:
  static std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

  const json::value* find(std::string_view name) {
    known_.emplace(name);
    return object_->if_contains({name.data(), name.size()});
  }
  std::optional<std::int64_t> whole_number(std::string_view name, std::int64_t max) {
    const json::value* value = find(name);
    if (!value) return std::nullopt;
    const std::int64_t* number = value->if_int64();
    if (!number || *number < 0 || *number > max)
      throw BadInput(quoted(name) + " must be a whole number from 0 to " + std::to_string(max));
    return *number;
  }

  const json::object* object_;
  std::set<std::string, std::less<>> known_;
};

json::value parse(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error);
  if (error) throw BadInput("the body is not JSON: " + error.message());
  return value;
}

/// A single object is a list of one.
template <class Read>
auto read_list(std::string_view body, Read read) {
  const json::value value = parse(body);
  std::vector<decltype(read(value))> list;
  if (const json::array* array = value.if_array()) {
    for (const json::value& entry : *array) list.push_back(read(entry));
  } else {
    list.push_back(read(value));
  }
  return list;
}

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw BadInput("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

Fault read_fault(const json::value& value) {
  ObjectReader reader(value);
  Fault fault{};
  std::string kind;
  reader.read("kind", kind);
  const auto known = fault_kind_from(kind);
  if (!known) throw BadInput("\"kind\" must be one of " + fault_words());
  fault.kind = *known;
  reader.read("account", fault.account);
  reader.read("method", fault.method);
  reader.read("count", fault.count);
  reader.read("probability", fault.probability);
  if (base::Duration delay{}; reader.read_milliseconds("delay_ms", delay)) fault.delay = delay;
  reader.read("status", fault.status);
  reader.read("http_status", fault.http_status);
  if (fault.http_status && (*fault.http_status < 200 || *fault.http_status > 999))
    throw BadInput("\"http_status\" must be from 200 to 999");
  reader.read("body", fault.body);
  if (std::string file; reader.read("file", file)) fault.body = read_file(file);
  if (std::optional<int> bytes; reader.read("bytes", bytes) && bytes)
    fault.bytes = static_cast<std::size_t>(*bytes);
  reader.read("acted", fault.acted);
  if (std::optional<int> most; reader.read("per_minute", most) && most) fault.per_minute = *most;
  reader.finish();
  const bool needs_status = fault.kind == FaultKind::Status || fault.kind == FaultKind::StatusAfter;
  if (needs_status && fault.status.empty()) throw BadInput("this kind of fault needs a \"status\"");
  return fault;
}

DidSettings read_did(const json::value& value) {
  DidSettings did;
  if (const json::string* digits = value.if_string()) {
    did.did.assign(digits->data(), digits->size());
    return did;
  }
  ObjectReader reader(value);
  reader.read("did", did.did);
  reader.read("description", did.description);
  reader.read("routing", did.routing);
  reader.read("failover_noanswer", did.failover_noanswer);
  reader.read("voicemail", did.voicemail);
  reader.read("sms_available", did.sms_available);
  reader.read("sms_enabled", did.sms_enabled);
  reader.read("mms_available", did.mms_available);
  reader.finish();
  return did;
}

struct AccountChange {
  AccountSettings settings;
  std::vector<Fault> faults;
};

AccountChange read_account(const World& world, const json::value& value) {
  ObjectReader reader(value);
  std::string email;
  reader.read("email", email);
  if (email.empty()) throw BadInput("an account needs an \"email\"");
  AccountChange change;
  AccountSettings& settings = change.settings;
  settings = world.account(email).value_or(AccountSettings{});
  settings.email = email;
  reader.read("password", settings.password);
  reader.read("number", settings.number);
  if (const json::array* dids = reader.array("dids")) {
    settings.dids.clear();
    for (const json::value& did : *dids) settings.dids.push_back(read_did(did));
  }
  reader.read("api_enabled", settings.api_enabled);
  reader.read("allowed_ip", settings.allowed_ip);
  reader.read("requests_per_minute", settings.requests_per_minute);
  reader.read("daily_limit", settings.daily_limit);
  reader.read("balance", settings.balance);
  reader.read("non_sufficient_funds", settings.non_sufficient_funds);
  if (const json::array* refused = reader.array("refused_numbers")) {
    settings.refused_numbers.clear();
    for (const json::value& number : *refused) {
      if (!number.is_string()) throw BadInput("\"refused_numbers\" must be strings");
      settings.refused_numbers.emplace_back(number.get_string());
    }
  }
  reader.read_milliseconds("latency_ms", settings.latency);
  reader.read_milliseconds("list_lag_ms", settings.list_lag);
  reader.read("numbers", settings.numbers);
  reader.read("bare_single_row", settings.bare_single_row);
  if (std::string echo; reader.read("echo", echo)) {
    if (echo == "none")
      settings.echo = Echo::Plain;
    else if (echo == "url")
      settings.echo = Echo::UrlEncoded;
    else if (echo == "php")
      settings.echo = Echo::PhpEscaped;
    else if (echo == "ascii")
      settings.echo = Echo::PlainAscii;
    else if (echo == "cut")
      settings.echo = Echo::Cut;
    else
      throw BadInput("\"echo\" must be none, url, php, ascii or cut");
  }
  if (const json::array* faults = reader.array("faults")) {
    for (const json::value& fault : *faults) {
      change.faults.push_back(read_fault(fault));
      change.faults.back().account = email;
    }
  }
  reader.finish();
  return change;
}

/// A request that names only a number means its account; one that names nothing means the first account there
/// is.
void complete(const World& world, std::string& account, std::string& did) {
  if (account.empty()) {
    const auto accounts = world.accounts();
    const auto owner = std::find_if(accounts.begin(), accounts.end(), [&](const AccountSettings& settings) {
      return did.empty() || std::any_of(settings.dids.begin(), settings.dids.end(),
                                        [&](const DidSettings& own) { return own.did == did; });
    });
    if (owner == accounts.end()) throw BadInput("no account has the number \"" + did + "\"");
    account = owner->email;
  }
  const auto settings = world.account(account);
  if (!settings) throw BadInput("there is no account \"" + account + "\"");
  if (did.empty()) {
    if (settings->dids.empty()) throw BadInput("\"" + account + "\" has no number: name a \"did\"");
    did = settings->dids.front().did;
  }
}

CallSpec read_call(const World& world, const json::value& value) {
  ObjectReader reader(value);
  CallSpec call;
  reader.read("account", call.account);
  reader.read("did", call.did);
  reader.read("caller", call.caller);
  reader.read("name", call.name);
  reader.read("seconds", call.seconds);
  reader.read("disposition", call.disposition);
  if (std::string at; reader.read("started_at", at)) call.started_at = parse_instant(at);
  reader.read_milliseconds("visible_in_ms", call.visible_in);
  reader.read("unique_id", call.unique_id);
  reader.read("destination_type", call.destination_type);
  reader.read("description", call.description);
  reader.read("account_field", call.account_field);
  reader.finish();
  complete(world, call.account, call.did);
  return call;
}

HandText read_text(const World& world, const json::value& value) {
  ObjectReader reader(value);
  HandText text;
  reader.read("account", text.account);
  reader.read("did", text.did);
  reader.read("from", text.contact);
  if (std::string to; reader.read("to", to)) {
    if (!text.contact.empty()) throw BadInput("a text has a \"from\" or a \"to\", not both");
    text.contact = to;
    text.to_caller = true;
  }
  reader.read("message", text.message);
  if (std::string kind; reader.read("kind", kind)) {
    if (kind != "sms" && kind != "mms") throw BadInput("\"kind\" must be sms or mms");
    text.kind = kind == "sms" ? TextKind::Sms : TextKind::Mms;
  }
  reader.finish();
  if (text.contact.empty()) throw BadInput("a text needs a \"from\" or a \"to\"");
  complete(world, text.account, text.did);
  return text;
}

json::object to_json(const CallView& call, base::Instant now) {
  return {{"account", call.account},           {"did", call.did},
          {"callerid", call.callerid},         {"disposition", call.disposition},
          {"seconds", call.seconds.count()},   {"started_at", format_instant(call.started_at)},
          {"visible", call.visible_at <= now}, {"unique_id", call.unique_id}};
}

json::object to_json(const DeliveredText& text) {
  const std::string_view kind = to_string(text.kind);
  return {{"id", text.id},
          {"kind", json::string_view(kind.data(), kind.size())},
          {"account", text.account},
          {"did", text.did},
          {"dst", text.dst},
          {"message", text.message},
          {"accepted_at", format_instant(text.accepted_at)},
          {"by_hand", text.by_hand}};
}

json::object to_json(const AccountSettings& settings) {
  json::array dids;
  for (const DidSettings& did : settings.dids) dids.emplace_back(did.did);
  return {
      {"email", settings.email}, {"dids", std::move(dids)}, {"latency_ms", settings.latency.count() / 1000}};
}

json::object to_json(std::string_view email, const RequestLog& log) {
  json::object counts;
  for (const auto& [method, count] : log.counts) counts[method] = count;
  json::array arrivals;
  for (const base::Instant arrival : log.get_cdr_arrivals)
    arrivals.emplace_back(arrival.time_since_epoch().count());
  return {{"account", json::string_view(email.data(), email.size())},
          {"counts", std::move(counts)},
          {"get_cdr_arrivals", std::move(arrivals)},
          {"secret_in_url", log.secrets_in_urls > 0}};
}

ControlAnswer answer(const json::value& value) {
  return {200, json::serialize(value) + "\n"};
}
ControlAnswer done() {
  return answer(json::object{{"status", "ok"}});
}
ControlAnswer error(int status, std::string_view text) {
  return {status,
          json::serialize(json::object{{"error", json::string_view(text.data(), text.size())}}) + "\n"};
}

ControlAnswer post_calls(World& world, std::string_view body, base::Instant now) {
  const auto calls = read_list(body, [&](const json::value& value) { return read_call(world, value); });
  json::array ids;
  for (const CallSpec& call : calls) {
    const auto id = world.place_call(call, now);
    if (!id) throw BadInput(id.error().message);
    ids.emplace_back(*id);
  }
  return answer(json::object{{"unique_ids", std::move(ids)}});
}

ControlAnswer put_call(World& world, const std::string& unique_id, std::string_view body) {
  const json::value value = parse(body);
  ObjectReader reader(value);
  CallChange change;
  if (std::chrono::seconds seconds{}; reader.read("seconds", seconds)) change.seconds = seconds;
  if (std::string disposition; reader.read("disposition", disposition)) change.disposition = disposition;
  reader.finish();
  return world.change_call(unique_id, change) ? done() : error(404, "there is no call " + unique_id);
}

ControlAnswer post_accounts(World& world, std::string_view body) {
  auto changes = read_list(body, [&](const json::value& value) { return read_account(world, value); });
  json::array emails;
  for (AccountChange& change : changes) {
    world.put_account(change.settings);
    for (Fault& fault : change.faults) world.add_fault(std::move(fault));
    emails.emplace_back(change.settings.email);
  }
  return answer(json::object{{"accounts", std::move(emails)}});
}

ControlAnswer post_texts(World& world, std::string_view body, base::Instant now) {
  const auto texts = read_list(body, [&](const json::value& value) { return read_text(world, value); });
  json::array ids;
  for (const HandText& text : texts) {
    const auto id = world.write_text(text, now);
    if (!id) throw BadInput(id.error().message);
    ids.emplace_back(*id);
  }
  return answer(json::object{{"ids", std::move(ids)}});
}

ControlAnswer get_calls(const World& world, const http::Fields& query, base::Instant now) {
  std::size_t limit = calls_listed_default;
  if (const auto text = http::field(query, "limit"))
    std::from_chars(text->data(), text->data() + text->size(), limit);
  const auto only = http::field(query, "account");
  std::vector<CallView> calls;
  for (const AccountSettings& account : world.accounts()) {
    if (only && *only != account.email) continue;
    auto some = world.calls(account.email, limit);
    calls.insert(calls.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const CallView& a, const CallView& b) { return a.started_at > b.started_at; });
  if (calls.size() > limit) calls.resize(limit);
  json::array list;
  for (const CallView& call : calls) list.push_back(to_json(call, now));
  return answer(list);
}

ControlAnswer get_texts(World& world, const http::Fields& query, base::Instant now) {
  json::array list;
  for (const DeliveredText& text : world.delivered(now, http::field(query, "account").value_or("")))
    list.push_back(to_json(text));
  return answer(list);
}

ControlAnswer get_requests(const World& world, const http::Fields& query) {
  if (const auto only = http::field(query, "account")) return answer(to_json(*only, world.requests(*only)));
  json::array list;
  for (const AccountSettings& account : world.accounts())
    list.push_back(to_json(account.email, world.requests(account.email)));
  return answer(list);
}

ControlAnswer get_accounts(const World& world) {
  json::array list;
  for (const AccountSettings& account : world.accounts()) list.push_back(to_json(account));
  return answer(list);
}

ControlAnswer post_clock(World& world, const std::string& body) {
  const json::value value = parse(body);
  ObjectReader reader(value);
  double seconds = base::to_seconds(world.clock_ahead());
  reader.read("ahead_seconds", seconds);
  reader.finish();
  if (!(std::abs(seconds) <= milliseconds_max / 1000.0))
    throw BadInput("\"ahead_seconds\" must be within a year");
  world.set_clock_ahead(std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds)));
  return done();
}

ControlAnswer dispatch(World& world, const ControlRequest& request, base::Instant now) {
  constexpr std::string_view one_call = "/control/calls/";
  const std::string& path = request.path;
  const http::Fields query = http::parse_urlencoded(request.query);
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";

  if (path == "/control/accounts" && get) return get_accounts(world);
  if (path == "/control/accounts" && post) return post_accounts(world, request.body);
  if (path == "/control/calls" && get) return get_calls(world, query, now);
  if (path == "/control/calls" && post) return post_calls(world, request.body, now);
  if (path.starts_with(one_call)) {
    const std::string unique_id = path.substr(one_call.size());
    if (request.method == "PUT") return put_call(world, unique_id, request.body);
    if (request.method == "DELETE")
      return world.remove_call(unique_id) ? done() : error(404, "there is no call " + unique_id);
  }
  if (path == "/control/texts" && get) return get_texts(world, query, now);
  if (path == "/control/texts" && post) return post_texts(world, request.body, now);
  if (path == "/control/requests" && get) return get_requests(world, query);
  if (path == "/control/faults" && post) {
    for (Fault& fault : read_list(request.body, read_fault)) world.add_fault(std::move(fault));
    return done();
  }
  if (path == "/control/faults" && request.method == "DELETE") {
    world.clear_faults();
    return done();
  }
  if (path == "/control/clock" && post) return post_clock(world, request.body);
  if (path == "/control/reset" && post) {
    world.reset();
    return done();
  }
  return error(404, "there is no " + request.method + " " + path);
}

base::Duration parse_delay(std::string_view text) {
  double count = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, count, std::chars_format::fixed);
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  const double seconds_per_unit = unit == "ms"  ? 0.001
                                  : unit == "s" ? 1
                                  : unit == "m" ? 60
                                  : unit == "h" ? 3600
                                                : 0;
  const double seconds = count * seconds_per_unit;
  if (read.ec != std::errc{} || seconds_per_unit == 0 ||
      !(seconds >= 0 && seconds <= milliseconds_max / 1000.0))
    throw BadInput("\"at\" must be a duration such as 500ms, 5s or 2m");
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

ScriptStep read_step(const json::value& value) {
  const json::object* object = value.if_object();
  if (!object) throw BadInput("each step must be a JSON object");
  ScriptStep step;
  for (const auto& entry : *object) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (key == "at") {
      const json::string* at = entry.value().if_string();
      step.at = parse_delay(at ? std::string_view(at->data(), at->size()) : std::string_view());
    } else if (key == "call" || key == "fault" || key == "account" || key == "text") {
      if (!step.request.path.empty()) throw BadInput("a step does one thing only");
      step.request = {"POST", "/control/" + std::string(key) + "s", "", json::serialize(entry.value())};
    } else {
      throw BadInput("unknown field \"" + std::string(key) + "\"");
    }
  }
  if (step.request.path.empty()) throw BadInput("a step needs a call, fault, account or text");
  return step;
}

}  // namespace

ControlAnswer control(World& world, const ControlRequest& request, base::Instant now) {
  try {
    return dispatch(world, request, now);
  } catch (const BadInput& bad) {
    return error(400, bad.what());
  }
}

base::Result<std::vector<ScriptStep>> parse_script(std::string_view text, const WorldOptions& options) {
  std::vector<ScriptStep> steps;
  try {
    steps = read_list(text, read_step);
  } catch (const BadInput& bad) {
    return base::Error{bad.what()};
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const ScriptStep& a, const ScriptStep& b) { return a.at < b.at; });
  World rehearsal(options);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ControlAnswer tried = control(rehearsal, steps[i].request, base::Instant{} + steps[i].at);
    if (tried.status != 200)
      return base::Error{"step " + std::to_string(i + 1) + " in the order of time: " + tried.json};
  }
  return steps;
}

}  // namespace sms_notifier::simulator
