// The JSON API: what it does.

#include <gtest/gtest.h>

#include "domain/profile_fields.h"
#include "unit/web/api/program.h"

namespace sms_notifier::web {
namespace {

namespace json = boost::json;
using test_support::run_task;

constexpr const char* profile_json =
    R"({"account":"owner@clinic.example","api_password":"the api password","did":"5550100199",)"
    R"("message":"Sorry, we missed you.","call_duration":10,"limit_to_one_did":true,"run":true})";

TEST(Api, AddsChangesRunsStopsAndDeletesAProfile) {
  Api api;
  const json::value added = api.call("POST", "/api/v1/profiles", profile_json, 201);
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
  const json::value added = api.call("POST", "/api/v1/profiles", profile_json, 201);
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

TEST(Api, GivesEveryFieldOfAProfileThatItTakes) {
  Api api;
  const char* all =
      R"({"account":"owner@clinic.example","api_password":"x","did":"5550100199","message":"Hello",)"
      R"("call_duration":7,"limit_to_one_did":true,"wait":20,"cooldown":48,"history_size":30,)"
      R"("hours":"mon-fri 09:00-17:00","dry_run":true,"run":true})";
  const json::object sent = json::parse(all).as_object();
  api.call("POST", "/api/v1/profiles", all, 201);
  const json::value shown = api.call("GET", "/api/v1/profiles/1", "", 200);
  for (const domain::ProfileField& field : domain::profile_fields())
    EXPECT_EQ(shown.at(field.name), sent.at(field.name)) << field.name;
  EXPECT_TRUE(shown.at("running").as_bool()) << "and dry_run says that nothing is sent";
}

TEST(Api, TakesBackWhatItGivesAsItIs) {
  Api api;
  api.pages.add_profile();
  const json::value before = api.call("GET", "/api/v1/profiles/1", "", 200);
  json::value after = api.call("PUT", "/api/v1/profiles/1", json::serialize(before), 200);
  after.as_object().erase("warnings");
  EXPECT_EQ(after, before);
}

TEST(Api, ShowsTheRulesOfAProfileThatWasMadeOnAPage) {
  Api api;
  api.pages.add_profile();
  const json::value shown = api.call("GET", "/api/v1/profiles", "", 200).at(0);
  EXPECT_EQ(shown.at("cooldown"), 24);
  EXPECT_EQ(shown.at("wait"), 0);
  EXPECT_TRUE(shown.at("history_size").is_null());
  EXPECT_EQ(shown.at("hours"), "");
  EXPECT_EQ(shown.at("dry_run"), false);
}

TEST(Api, TakesNoTextForAFlag) {
  Api api;
  api.pages.add_profile();
  const json::value refused = api.call("PUT", "/api/v1/profiles/1", R"({"dry_run":"true"})", 422);
  EXPECT_EQ(refused.at("error"), "dry_run is neither true nor false");
  api.call("PUT", "/api/v1/profiles/1", R"({"limit_to_one_did":1})", 422);
  std::string odd = profile_json;
  odd.replace(odd.find("\"run\":true"), 10, "\"run\":\"yes\"");
  api.call("POST", "/api/v1/profiles", odd, 422);
  EXPECT_EQ(api.call("GET", "/api/v1/profiles", "", 200).as_array().size(), 1U);
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
  for (int i = 0; i < 5; ++i)
    rows.push_back(
        {0, "a@example.com", std::nullopt, api.pages.loop.now(), domain::Sentence::as_written("row")});
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

}  // namespace
}  // namespace sms_notifier::web
