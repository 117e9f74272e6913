// The JSON API: what it does, and that its description is true.

#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "unit/web/browser.h"
#include "web/site/route.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

namespace json = boost::json;
using test_support::run_task;

struct Api {
  Pages pages;
  Browser program{pages};

  Api() {
    const auto user = run_task(pages.store.user("anna"));
    run_task(pages.store.add_token(pages.mint->hash("the-token"), user->id, "tests", pages.loop.now()));
    program.headers["Authorization"] = "Bearer the-token";
    program.headers["Content-Type"] = "application/json";
  }
  json::value call(const std::string& method, const std::string& path, const std::string& body, int status) {
    const http::Response response = program.send(method, path, body);
    EXPECT_EQ(response.status, status) << response.body;
    return response.body.empty() ? json::value() : json::parse(response.body);
  }
};

constexpr const char* profile =
    R"({"account":"owner@clinic.example","api_password":"the api password","did":"5550100199",)"
    R"("message":"Sorry, we missed you.","call_duration":10,"limit_to_one_did":true,"run":true})";

TEST(Api, AddsChangesRunsStopsAndDeletesAProfile) {
  Api api;
  const json::value added = api.call("POST", "/api/v1/profiles", profile, 201);
  EXPECT_EQ(added.at("did"), "5550100199");
  EXPECT_TRUE(added.at("running").as_bool());
  EXPECT_FALSE(added.as_object().contains("api_password"));
  const json::value changed = api.call("PUT", "/api/v1/profiles/1", R"({"message":"Call again!"})", 200);
  EXPECT_EQ(changed.at("message"), "Call again!");
  EXPECT_TRUE(changed.at("limit_to_one_did").as_bool()) << "what is not mentioned stays";
  EXPECT_FALSE(api.call("POST", "/api/v1/profiles/1/stop", "", 200).at("running").as_bool());
  EXPECT_TRUE(api.call("POST", "/api/v1/profiles/1/run", "", 200).at("running").as_bool());
  EXPECT_EQ(api.call("GET", "/api/v1/profiles", "", 200).as_array().size(), 1U);
  api.call("DELETE", "/api/v1/profiles/1", "", 204);
  api.call("GET", "/api/v1/profiles/1", "", 404);
}

TEST(Api, SaysInWhichStateAProfileIsAndWhy) {
  Api api;
  const json::value added = api.call("POST", "/api/v1/profiles", profile, 201);
  EXPECT_EQ(added.at("state"), "waiting");
  EXPECT_EQ(added.at("reason"), "starting");
  EXPECT_EQ(added.at("reason_words"), "it has just been started");
  app::AccountHealth health = run_task(api.pages.store.accounts({}))[0].health;
  health.watched_since = health.last_good_poll = api.pages.loop.now();
  health.balance = domain::Dollars{0};
  run_task(api.pages.store.save_health({health}, {}));
  run_task(api.pages.store.mark_first_polled({domain::ProfileId(1)}, api.pages.loop.now()));
  const json::value listed = api.call("GET", "/api/v1/profiles", "", 200).at(0);
  EXPECT_EQ(listed.at("state"), "not_texting");
  EXPECT_EQ(listed.at("reason"), "no_funds");
  EXPECT_TRUE(listed.at("opens_at").is_null());
}

TEST(Api, SaysEverythingThatIsWrongAtOnce) {
  Api api;
  const json::value refused = api.call("POST", "/api/v1/profiles", R"({"account":"x","did":"1"})", 422);
  EXPECT_GE(refused.at("errors").as_array().size(), 4U);
  api.call("POST", "/api/v1/profiles", "not json", 400);
  api.call("PUT", "/api/v1/profiles/7", "{}", 404);
}

TEST(Api, PagesThroughTheLog) {
  Api api;
  std::vector<app::LogRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back({0, "a@example.com", std::nullopt, api.pages.loop.now(), "row"});
  run_task(api.pages.store.append(rows));
  const json::value first = api.call("GET", "/api/v1/log?limit=3", "", 200);
  EXPECT_EQ(first.at("rows").as_array().size(), 3U);
  const std::string next = std::to_string(first.at("next").as_int64());
  const json::value second = api.call("GET", "/api/v1/log?limit=3&before=" + next, "", 200);
  EXPECT_EQ(second.at("rows").as_array().size(), 2U);
  EXPECT_TRUE(second.at("next").is_null());
}

TEST(Api, RefusesFiltersThatItCannotRead) {
  Api api;
  for (const char* query : {"since=garbage", "decision=typo", "reply=x", "profile=a", "after=1"})
    api.call("GET", std::string("/api/v1/calls?") + query, "", 422);
  api.call("GET", "/api/v1/calls?since=2026-11-24T00:00:00-05:00&decision=too_old&caller=514-555-0123", "",
           200);
}

TEST(Metrics, AreForProgramsWithAToken) {
  Api api;
  EXPECT_EQ(api.program.get("/metrics").body, "polls_total 1\n");
  EXPECT_EQ(Browser(api.pages).get("/metrics").status, 401);
}

TEST(Api, IsDescribedWholeAndTruly) {
  const EmbeddedFile& file = embedded_file("openapi/openapi.json");
  const json::value description = json::parse({file.content.data(), file.content.size()});
  EXPECT_EQ(description.at("openapi"), "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, item] : description.at("paths").as_object())
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

TEST(Api, ReferencesInItsDescriptionLeadSomewhere) {
  const EmbeddedFile& file = embedded_file("openapi/openapi.json");
  const std::string text(file.content);
  const json::value description = json::parse(text);
  const std::string mark = "\"$ref\": \"#";
  std::size_t found = 0;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1), ++found) {
    const auto begin = at + mark.size();
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    boost::system::error_code error;
    EXPECT_NE(description.find_pointer(pointer, error), nullptr) << pointer;
  }
  EXPECT_GT(found, 20U);
}

}  // namespace
}  // namespace sms_notifier::web
