// That the description of the JSON API is true: every route is in it, and every answer is as it says.

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "domain/profile_fields.h"
#include "unit/web/api/program.h"
#include "web/site/route.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

namespace json = boost::json;
using test_support::run_task;

json::value description() {
  return json::parse(embedded_file("openapi/openapi.json").content);
}

TEST(Description, HasEveryRouteAndNoOther) {
  const json::value openapi = description();
  EXPECT_EQ(openapi.at("openapi"), "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, item] : openapi.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object())
      if (method != "parameters") described.insert(std::string(method) + " " + std::string(path));
  std::set<std::string> routed;
  for (const Route& route : routes()) {
    if (!route.path.starts_with("/api/")) continue;
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    std::string path(route.path);
    for (char& c : path) c = c == '<' ? '{' : c == '>' ? '}' : c;
    routed.insert(method + " " + path);
  }
  EXPECT_EQ(described, routed);
}

TEST(Description, HasReferencesThatLeadSomewhere) {
  const std::string text(embedded_file("openapi/openapi.json").content);
  const json::value openapi = description();
  const std::string mark = "\"$ref\": \"#";
  std::size_t found = 0;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1), ++found) {
    const auto begin = at + mark.size();
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    boost::system::error_code error;
    EXPECT_NE(openapi.find_pointer(pointer, error), nullptr) << pointer;
  }
  EXPECT_GT(found, 20U);
}

/// Holds answers against schemas, as far as ours use JSON Schema, and remembers which of the properties that
/// are described some answer had.
class Schemas {
 public:
  explicit Schemas(const json::value& openapi) : openapi_(openapi) {}

  /// Each way in which the value is not what the schema says; `where` names the schema's place.
  void hold(const json::value& value, const json::value& schema, const std::string& where) {
    const json::object& rules = resolved(schema).as_object();
    if (const json::value* all = rules.if_contains("oneOf")) {
      for (const json::value& one : all->as_array())
        if (is_of(value, type_of(resolved(one)))) return hold(value, one, where);
      wrong.insert(where + " is none of what it may be");
      return;
    }
    const json::object whole = merged(schema);
    if (!is_of(value, type_of(whole))) {
      wrong.insert(where + " has another type: " + json::serialize(value));
      return;
    }
    if (const json::object* object = value.if_object()) hold_object(*object, whole, where);
    if (const json::array* array = value.if_array())
      for (const json::value& item : *array) hold(item, whole.at("items"), where + "[]");
  }

  /// Properties that are described and that no answer had.
  std::set<std::string> unseen() const {
    std::set<std::string> left;
    std::set_difference(described_.begin(), described_.end(), seen_.begin(), seen_.end(),
                        std::inserter(left, left.end()));
    return left;
  }

  const json::value& resolved(const json::value& schema) const {
    const json::value* ref = schema.as_object().if_contains("$ref");
    if (ref == nullptr) return schema;
    return resolved(openapi_.at_pointer(std::string_view(ref->as_string()).substr(1)));
  }

  /// The schema and those that it is made of as one.
  json::object merged(const json::value& schema) const {
    json::object whole = resolved(schema).as_object();
    const json::value* parts = whole.if_contains("allOf");
    if (parts == nullptr) return whole;
    json::object properties;
    json::array required;
    for (const json::value& part : parts->as_array()) {
      const json::object one = merged(part);
      if (const json::value* more = one.if_contains("properties"))
        for (const auto& [name, rules] : more->as_object()) properties[name] = rules;
      if (const json::value* more = one.if_contains("required"))
        required.insert(required.end(), more->as_array().begin(), more->as_array().end());
    }
    return {{"type", "object"}, {"properties", properties}, {"required", required}};
  }

  std::set<std::string> wrong;

 private:
  void hold_object(const json::object& object, const json::object& rules, const std::string& where) {
    const json::value* properties = rules.if_contains("properties");
    if (properties == nullptr) return;
    for (const auto& [name, unused] : properties->as_object())
      described_.insert(where + "." + std::string(name));
    for (const auto& [name, value] : object) {
      const std::string place = where + "." + std::string(name);
      seen_.insert(place);
      const json::value* one = properties->as_object().if_contains(name);
      if (one == nullptr)
        wrong.insert(place + " is not described");
      else
        hold(value, *one, place);
    }
    const json::value* required = rules.if_contains("required");
    if (required == nullptr) return;
    for (const json::value& name : required->as_array())
      if (!object.contains(name.as_string()))
        wrong.insert(where + "." + std::string(name.as_string()) + " is missing");
  }

  static json::value type_of(const json::value& schema) { return schema.as_object().at("type"); }

  static bool is_of(const json::value& value, const json::value& type) {
    if (const json::array* any = type.if_array())
      return std::any_of(any->begin(), any->end(), [&](const json::value& one) { return is_of(value, one); });
    const std::map<std::string, bool> kinds{{"null", value.is_null()},
                                            {"boolean", value.is_bool()},
                                            {"integer", value.is_int64() || value.is_uint64()},
                                            {"string", value.is_string()},
                                            {"array", value.is_array()},
                                            {"object", value.is_object()}};
    return kinds.at(std::string(type.as_string()));
  }

  const json::value openapi_;
  std::set<std::string> described_;
  std::set<std::string> seen_;
};

/// An account with everything that an answer can hold: a sent text, an uncertain one, a skipped call, a row
/// of the log, and a provider that answers.
struct BusyApi : Api {
  BusyApi() {
    pages.provider.numbers["owner@clinic.example"] = {"5550100199"};
    const domain::ProfileId id = pages.add_profile();
    run_task(pages.store.set_running(id, true, {}));
    const auto account = run_task(pages.store.accounts({}))[0].id;
    std::vector<app::DecidedCall> decided{call_of("1001", id), call_of("1002", id)};
    const base::Instant now = pages.loop.now();
    const domain::TextMessage text{did, *domain::PhoneNumber::parse("5557654321"), "Sorry we missed you."};
    decided[0].decision = domain::ReplyToCall{};
    decided[0].terms =
        app::DecidedCall::ReplyTerms{text, now, now + std::chrono::minutes{15}, {}, {}, {}, 100};
    run_task(pages.store.record(account, decided));
    run_task(pages.store.append(
        {{0, "owner@clinic.example", std::nullopt, now, domain::Sentence::as_written("words")}}));
  }

  app::DecidedCall call_of(const std::string& key, domain::ProfileId profile) const {
    const domain::Leg leg{key, pages.loop.now() - std::chrono::hours{2}, domain::Disposition::NoAnswer, {}};
    const domain::Call call{{domain::PhoneNumber::parse("5557654321"), "Jamie"}, did, {leg}};
    return {call, profile, domain::Skip{domain::SkipReason::TooOld}, pages.loop.now(), std::nullopt};
  }

  const domain::Did did = *domain::Did::parse("5550100199");
};

/// A request, and the answer that it gets.
struct Exchange {
  std::string method;  ///< in lower case, as the description has it
  std::string path;    ///< as the description has it
  std::string url;
  std::string body;
  int status;
};

constexpr const char* new_profile =
    R"({"account":"owner@clinic.example","did":"5550100200","message":"Hello","call_duration":10})";
constexpr const char* known_account = R"({"account":"owner@clinic.example","api_password":"x"})";

/// In this order: one of each status of each route.
const std::vector<Exchange> exchanges{
    {"get", "/api/v1/openapi.json", "/api/v1/openapi.json", "", 200},
    {"get", "/api/v1/profiles", "/api/v1/profiles", "", 200},
    {"get", "/api/v1/profiles", "/api/v1/profiles", "", 401},
    {"post", "/api/v1/profiles", "/api/v1/profiles", new_profile, 201},
    {"post", "/api/v1/profiles", "/api/v1/profiles", "", 401},
    {"post", "/api/v1/profiles", "/api/v1/profiles", "[]", 400},
    {"post", "/api/v1/profiles", "/api/v1/profiles", "{}", 422},
    {"get", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "", 200},
    {"get", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "", 401},
    {"get", "/api/v1/profiles/{id}", "/api/v1/profiles/99", "", 404},
    {"put", "/api/v1/profiles/{id}", "/api/v1/profiles/1", R"({"history_size":20,"limit_to_one_did":false})",
     200},
    {"put", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "", 401},
    {"put", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "[]", 400},
    {"put", "/api/v1/profiles/{id}", "/api/v1/profiles/99", "{}", 404},
    {"put", "/api/v1/profiles/{id}", "/api/v1/profiles/1", R"({"did":"x"})", 422},
    {"post", "/api/v1/profiles/{id}/run", "/api/v1/profiles/1/run", "", 200},
    {"post", "/api/v1/profiles/{id}/run", "/api/v1/profiles/1/run", "", 401},
    {"post", "/api/v1/profiles/{id}/run", "/api/v1/profiles/99/run", "", 404},
    {"post", "/api/v1/check", "/api/v1/check", known_account, 200},
    {"post", "/api/v1/check", "/api/v1/check", "", 401},
    {"post", "/api/v1/check", "/api/v1/check", "[]", 400},
    {"post", "/api/v1/check", "/api/v1/check", "{}", 422},
    {"get", "/api/v1/calls", "/api/v1/calls", "", 200},
    {"get", "/api/v1/calls", "/api/v1/calls?limit=1", "", 200},
    {"get", "/api/v1/calls", "/api/v1/calls", "", 401},
    {"get", "/api/v1/calls", "/api/v1/calls?since=x", "", 422},
    {"post", "/api/v1/calls/{id}/text", "/api/v1/calls/2/text", "", 202},
    {"post", "/api/v1/calls/{id}/text", "/api/v1/calls/2/text", "", 401},
    {"post", "/api/v1/calls/{id}/text", "/api/v1/calls/99/text", "", 404},
    {"post", "/api/v1/calls/{id}/text", "/api/v1/calls/2/text", "", 409},
    {"get", "/api/v1/log", "/api/v1/log?limit=1", "", 200},
    {"get", "/api/v1/log", "/api/v1/log", "", 401},
    {"get", "/api/v1/users", "/api/v1/users", "", 200},
    {"get", "/api/v1/users", "/api/v1/users", "", 401},
    {"post", "/api/v1/profiles/{id}/stop", "/api/v1/profiles/1/stop", "", 200},
    {"post", "/api/v1/profiles/{id}/stop", "/api/v1/profiles/1/stop", "", 401},
    {"post", "/api/v1/profiles/{id}/stop", "/api/v1/profiles/99/stop", "", 404},
    {"delete", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "", 204},
    {"delete", "/api/v1/profiles/{id}", "/api/v1/profiles/1", "", 401},
    {"delete", "/api/v1/profiles/{id}", "/api/v1/profiles/99", "", 404},
};

std::string in_capitals(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// Of all that the description says.
std::set<std::string> described_answers(const json::value& openapi) {
  std::set<std::string> all;
  for (const auto& [path, item] : openapi.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object())
      if (method != "parameters")
        for (const auto& [status, answer] : operation.at("responses").as_object())
          all.insert(std::string(method) + " " + std::string(path) + " " + std::string(status));
  return all;
}

void hold_answer(Schemas& schemas, const json::value& openapi, const Exchange& exchange,
                 const http::Response& response) {
  const std::string status = std::to_string(exchange.status);
  const json::value& operation = openapi.at("paths").at(exchange.path).at(exchange.method);
  const json::object& answer = schemas.resolved(operation.at("responses").at(status)).as_object();
  const std::string where = exchange.method + " " + exchange.path + " " + status;
  const json::value* content = answer.if_contains("content");
  if (content == nullptr)
    EXPECT_EQ(response.body, "") << where;
  else
    schemas.hold(json::parse(response.body), content->at("application/json").at("schema"), where);
}

TEST(Description, SaysOfEveryAnswerWhatIsInIt) {
  BusyApi api;
  Browser stranger(api.pages);
  stranger.headers["Content-Type"] = "application/json";
  const json::value openapi = description();
  Schemas schemas(openapi);
  std::set<std::string> asked;
  for (const Exchange& exchange : exchanges) {
    Browser& browser = exchange.status == 401 ? stranger : api.program;
    const http::Response response = browser.send(in_capitals(exchange.method), exchange.url, exchange.body);
    ASSERT_EQ(response.status, exchange.status) << exchange.method << " " << exchange.url << response.body;
    asked.insert(exchange.method + " " + exchange.path + " " + std::to_string(exchange.status));
    hold_answer(schemas, openapi, exchange, response);
  }
  EXPECT_EQ(asked, described_answers(openapi));

  api.pages.provider.trouble =
      app::Trouble{app::TroubleKind::WrongCredentials, test_support::said("invalid_credentials")};
  const Exchange trouble{"post", "/api/v1/check", "/api/v1/check", known_account, 200};
  hold_answer(schemas, openapi, trouble, api.program.send("POST", trouble.url, trouble.body));

  EXPECT_EQ(schemas.wrong, std::set<std::string>());
  std::set<std::string> unseen = schemas.unseen();
  std::erase_if(unseen, [](const std::string& place) { return place.ends_with(".errors"); });
  EXPECT_EQ(unseen, std::set<std::string>()) << "described, and in no answer";
}

TEST(Description, OfAnAnswerIsHeldInBothDirections) {
  Schemas schemas(description());
  const json::value problem = {{"$ref", "#/components/schemas/Problem"}};
  schemas.hold(json::parse(R"({"eror":"x"})"), problem, "answer");
  EXPECT_EQ(schemas.wrong,
            (std::set<std::string>{"answer.eror is not described", "answer.error is missing"}));
  schemas.wrong.clear();
  schemas.hold(json::parse(R"({"error":7})"), problem, "answer");
  EXPECT_EQ(schemas.wrong, std::set<std::string>{"answer.error has another type: 7"});
}

TEST(Description, HasEachFieldOfAProfileInWhatIsTakenAndInWhatIsGiven) {
  const Schemas schemas(description());
  for (const char* name : {"ProfileForm", "Profile", "SavedProfile"}) {
    const json::object schema = schemas.merged({{"$ref", std::string("#/components/schemas/") + name}});
    for (const domain::ProfileField& field : domain::profile_fields())
      EXPECT_TRUE(schema.at("properties").as_object().contains(field.name)) << name << "." << field.name;
  }
}

}  // namespace
}  // namespace sms_notifier::web
