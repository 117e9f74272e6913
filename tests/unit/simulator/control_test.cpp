#include "simulator/control.h"

#include "unit/simulator/provider_test.h"

namespace sms_notifier::simulator {
namespace {

using testing::HasSubstr;
using testing::Not;

class ControlApi : public ProviderTest {
 protected:
  ControlAnswer send(std::string method, std::string path, std::string body = {}, std::string query = {}) {
    return control(world, {std::move(method), std::move(path), std::move(query), std::move(body)}, now);
  }
};

TEST_F(ControlApi, PlacesACallWithNothingButTheCaller) {
  const ControlAnswer answer = send("POST", "/control/calls", R"({"caller":"5145550123","unique_id":"u1"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.json, HasSubstr(R"({"unique_ids":["u1"]})"));
  EXPECT_EQ(value(ask("getCDR"), "uniqueid"), "u1");
}

TEST_F(ControlApi, PlacesLegsAndSetsEveryField) {
  send("POST", "/control/calls", R"([
    {"account":"demo@example.test","did":"4165550100","caller":"anonymous","seconds":12,"disposition":"BUSY",
     "started_at":"2026-07-15T10:00:00-04:00","destination_type":"","description":"Call Recording",
     "account_field":"100001_desk","unique_id":"a"},
    {"caller":"","unique_id":"b","visible_in_ms":5000}])");
  const std::string answer = ask("getCDR");
  EXPECT_EQ(rows(answer), 1u);
  EXPECT_EQ(value(answer, "callerid"), "anonymous");
  EXPECT_EQ(value(answer, "date"), "2026-07-15 10:00:00");
  EXPECT_EQ(value(answer, "disposition"), "BUSY");
  EXPECT_EQ(value(answer, "description"), "Call Recording");
  EXPECT_EQ(value(answer, "account"), "100001_desk");
  now += std::chrono::seconds{5};
  EXPECT_EQ(rows(ask("getCDR")), 2u);
}

TEST_F(ControlApi, ChangesAndRemovesACall) {
  send("POST", "/control/calls", R"({"caller":"5145550123","unique_id":"u1"})");
  EXPECT_EQ(send("PUT", "/control/calls/u1", R"({"seconds":30,"disposition":"ANSWERED"})").status, 200);
  EXPECT_EQ(value(ask("getCDR"), "seconds"), "30");
  EXPECT_EQ(send("DELETE", "/control/calls/u1").status, 200);
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  EXPECT_EQ(send("DELETE", "/control/calls/u1").status, 404);
  EXPECT_EQ(send("PUT", "/control/calls/u1", "{}").status, 404);
}

TEST_F(ControlApi, ListsCallsNewestFirst) {
  send("POST", "/control/calls", R"([{"unique_id":"old","started_at":"2026-07-15T10:00:00Z"},
                                     {"unique_id":"new","visible_in_ms":8000}])");
  const std::string list = send("GET", "/control/calls").json;
  EXPECT_LT(list.find("new"), list.find("old"));
  EXPECT_THAT(list, HasSubstr("\"visible\":false"));
  EXPECT_THAT(send("GET", "/control/calls", "", "limit=1").json, Not(HasSubstr("old")));
  EXPECT_EQ(send("GET", "/control/calls", "", "account=other").json, "[]\n");
}

TEST_F(ControlApi, ListsTextsAtThePhone) {
  ask("sendSMS");
  const std::string list = send("GET", "/control/texts").json;
  EXPECT_EQ(value(list, "kind"), "sms");
  EXPECT_EQ(value(list, "dst"), "5145550123");
  EXPECT_EQ(value(list, "accepted_at"), "2026-07-15T18:20:30Z");
  EXPECT_EQ(send("GET", "/control/texts", "", "account=other@example.test").json, "[]\n");
}

TEST_F(ControlApi, LetsSomebodyTextTheBusiness) {
  EXPECT_EQ(send("POST", "/control/texts", R"({"from":"5145550123","message":"STOP"})").status, 200);
  EXPECT_EQ(value(ask("getSMS", {{"type", "1"}}), "message"), "STOP");
  EXPECT_EQ(texts_at_the_phone(), 0u);
}

TEST_F(ControlApi, CountsRequestsAndNotesWhenPollsArrived) {
  ask("getCDR");
  now += std::chrono::milliseconds{1500};
  ask("getCDR", {{"api_password", "guess"}});
  ask("getBalance");
  const std::string log = send("GET", "/control/requests", "", "account=demo@example.test").json;
  EXPECT_THAT(log, HasSubstr(R"("getCDR":2)"));
  EXPECT_THAT(log, HasSubstr(R"("getBalance":1)"));
  EXPECT_THAT(log, HasSubstr(R"("get_cdr_arrivals":[1784139630000000,1784139631500000])"));
  EXPECT_THAT(log, HasSubstr(R"("secret_in_url":false)"));
  world.handle(ApiRequest{request("getIP"), "127.0.0.1", true}, now);
  EXPECT_THAT(send("GET", "/control/requests").json, HasSubstr(R"("secret_in_url":true)"));
}

TEST_F(ControlApi, AddsAThousandAccountsAtOnce) {
  std::string list = "[";
  for (int n = 0; n < 1000; ++n)
    list += (n ? "," : "") + std::string(R"({"email":"shop-)") + std::to_string(n) +
            R"(@example.test","password":"p","dids":["4165551000"]})";
  EXPECT_EQ(send("POST", "/control/accounts", list + "]").status, 200);
  EXPECT_EQ(world.accounts().size(), 1001u);
  EXPECT_THAT(ask("getDIDsInfo", {{"api_username", "shop-999@example.test"}, {"api_password", "p"}}),
              HasStatus("success"));
}

TEST_F(ControlApi, ChangesOnlyWhatIsGivenOfAnAccount) {
  send("POST", "/control/accounts",
       R"({"email":"demo@example.test","daily_limit":1,"echo":"url","latency_ms":20,
    "refused_numbers":["5145550199"],"dids":[{"did":"4165550100","mms_available":false,"routing":"vm:1001"}],
    "faults":[{"kind":"empty","method":"getIP"}]})");
  send("POST", "/control/accounts", R"({"email":"demo@example.test","balance":"1.5","daily_limit":null})");
  const AccountSettings account = *world.account("demo@example.test");
  EXPECT_EQ(account.password, default_password);
  EXPECT_EQ(account.daily_limit, std::nullopt);
  EXPECT_EQ(account.echo, Echo::UrlEncoded);
  EXPECT_EQ(account.latency, std::chrono::milliseconds{20});
  EXPECT_EQ(account.balance, "1.5");
  EXPECT_FALSE(account.dids.front().mms_available);
  EXPECT_EQ(account.dids.front().routing, "vm:1001");
  EXPECT_EQ(ask("getIP"), "");
}

TEST_F(ControlApi, AddsAndClearsFaults) {
  send("POST", "/control/faults", R"({"kind":"status","status":"api_limit_exceeded","method":"getCDR"})");
  EXPECT_THAT(ask("getCDR"), HasStatus("api_limit_exceeded"));
  send("DELETE", "/control/faults");
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
  send("POST", "/control/faults", R"({"kind":"replay","body":"recorded","count":1})");
  EXPECT_EQ(ask("getCDR"), "recorded");
}

TEST_F(ControlApi, ResetsTheWorld) {
  place();
  EXPECT_EQ(send("POST", "/control/reset").status, 200);
  EXPECT_THAT(ask("getCDR"), HasStatus("no_cdr"));
}

struct WrongRequest {
  const char* path;
  const char* body;
  const char* reason;
};

class WrongControlRequest : public ControlApi, public testing::WithParamInterface<WrongRequest> {};

TEST_P(WrongControlRequest, IsToldWhatIsWrong) {
  const auto& [path, body, reason] = GetParam();
  const ControlAnswer answer = send("POST", path, body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json, HasSubstr(reason));
}

INSTANTIATE_TEST_SUITE_P(
    Requests, WrongControlRequest,
    testing::Values(WrongRequest{"/control/calls", "{", "not JSON"},
                    WrongRequest{"/control/calls", "7", "JSON object"},
                    WrongRequest{"/control/calls", R"({"calller":"1"})", "calller"},
                    WrongRequest{"/control/calls", R"({"seconds":-1})", "seconds"},
                    WrongRequest{"/control/calls", R"({"seconds":"8"})", "seconds"},
                    WrongRequest{"/control/calls", R"({"started_at":"noon"})", "noon"},
                    WrongRequest{"/control/calls", R"({"account":"nobody"})", "nobody"},
                    WrongRequest{"/control/calls", R"({"did":"4165550199"})", "4165550199"},
                    WrongRequest{"/control/calls", R"([{"unique_id":"x"},{"unique_id":"x"}])", "already"},
                    WrongRequest{"/control/accounts", R"({"password":"x"})", "email"},
                    WrongRequest{"/control/accounts", R"({"email":"a","echo":"loud"})", "echo"},
                    WrongRequest{"/control/texts", R"({"message":"x"})", "from"},
                    WrongRequest{"/control/faults", R"({"kind":"earthquake"})", "close_after"},
                    WrongRequest{"/control/faults", R"({"kind":"status"})", "status"},
                    WrongRequest{"/control/faults", R"({"kind":"replay","file":"/nonexistent"})",
                                 "/nonexistent"}));

TEST_F(ControlApi, SetsTheProvidersClockApart) {
  EXPECT_EQ(send("POST", "/control/clock", R"({"ahead_seconds":-1.5})").status, 200);
  EXPECT_EQ(world.clock_ahead(), -std::chrono::milliseconds{1500});
  EXPECT_EQ(send("POST", "/control/clock", R"({"ahead_seconds":"1"})").status, 400);
  EXPECT_EQ(send("POST", "/control/clock", R"({"ahead":1})").status, 400);
  world.reset();
  EXPECT_EQ(world.clock_ahead(), base::Duration::zero());
}

TEST_F(ControlApi, UnknownPathsAreNotFound) {
  EXPECT_EQ(send("GET", "/control/nothing").status, 404);
  EXPECT_EQ(send("PATCH", "/control/calls").status, 404);
}

TEST_F(ControlApi, ReadsAScriptInTheOrderOfTime) {
  const auto steps = parse_script(R"([
    {"at":"2m","fault":{"kind":"hang"}},
    {"at":"500ms","account":{"email":"later@example.test","dids":["4165550102"]}},
    {"at":"1.5s","call":{"account":"later@example.test","caller":"5145550123"}},
    {"text":{"from":"5145550123","message":"STOP"}}])",
                                  demo_options());
  ASSERT_TRUE(steps.ok()) << steps.error().message;
  ASSERT_EQ(steps->size(), 4u);
  EXPECT_EQ((*steps)[0].request.path, "/control/texts");
  EXPECT_EQ((*steps)[1].at, std::chrono::milliseconds{500});
  EXPECT_EQ((*steps)[2].at, std::chrono::milliseconds{1500});
  EXPECT_EQ((*steps)[3].at, std::chrono::minutes{2});
}

TEST_F(ControlApi, RefusesAScriptThatCannotBePlayed) {
  for (const char* script :
       {"[", "[1]", R"([{"at":"5"}])", R"([{"at":"5s"}])", R"([{"at":5,"call":{}}])", R"([{"dance":{}}])",
        R"([{"call":{},"fault":{"kind":"hang"}}])", R"([{"call":{"account":"nobody"}}])"})
    EXPECT_FALSE(parse_script(script, demo_options()).ok()) << script;
}

}  // namespace
}  // namespace sms_notifier::simulator
