// Who gets in, what they may do, and what no page ever shows.

#include <gtest/gtest.h>

#include "unit/web/browser.h"
#include "web/site/route.h"

namespace sms_notifier::web {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test_support::run_task;

constexpr const char* session_cookie_name = "sms_session";

std::string with_id(std::string_view pattern) {
  std::string path(pattern);
  while (path.find('<') != std::string::npos)
    path.replace(path.find('<'), path.find('>') - path.find('<') + 1, "1");
  return path;
}

TEST(Login, LetsInWhoKnowsThePassword) {
  Pages pages;
  Browser browser(pages);
  const http::Response response = browser.log_in();
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "Location"), "/");
  EXPECT_EQ(browser.get("/").status, 200);
}

TEST(Login, SaysTheSameOfUnknownUsersAndWrongPasswords) {
  Pages pages;
  Browser browser(pages);
  const http::Response wrong = browser.log_in("anna", "wrong");
  Browser other(pages);
  const http::Response unknown = other.log_in("anne", "wrong");
  EXPECT_TRUE(holds(wrong.body, "Invalid username or password"));
  EXPECT_EQ(wrong.body.size(), unknown.body.size());
  EXPECT_EQ(wrong.status, unknown.status);
  EXPECT_EQ(pages.desk.verifications, 2) << "the same work is done for both";
}

TEST(Login, UpgradesAnOldHash) {
  Pages pages;
  pages.desk.old_hashes = true;
  Browser browser(pages);
  browser.log_in();
  const auto user = run_task(pages.store.user("anna"));
  EXPECT_EQ(user->password_hash, PlainDesk::hash_of("correct horse"));
  EXPECT_EQ(browser.get("/").status, 200);
}

TEST(Login, SlowsDownGuessingWithoutLookingAtThePassword) {
  Pages pages;
  Browser browser(pages);
  for (int i = 0; i < 5; ++i) browser.log_in("anna", "guess");
  const int looked_at = pages.desk.verifications;
  const http::Response refused = browser.log_in();
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(header_of(refused, "Retry-After"), "");
  EXPECT_EQ(pages.desk.verifications, looked_at);
  pages.loop.jump_wall_clock(minutes{1});
  EXPECT_EQ(browser.log_in().status, 303);
}

TEST(Login, GivesANewSessionAndEndsTheOldOne) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  const std::string first = browser.cookies[session_cookie_name];
  browser.log_in();
  EXPECT_NE(browser.cookies[session_cookie_name], first);
  Browser thief(pages);
  thief.cookies[session_cookie_name] = first;
  EXPECT_EQ(header_of(thief.get("/"), "Location"), "/login");
}

TEST(Session, EndsAfterHalfAnHourOfIdleness) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  pages.loop.jump_wall_clock(minutes{29});
  EXPECT_EQ(browser.get("/").status, 200);
  pages.loop.jump_wall_clock(minutes{29});
  EXPECT_EQ(browser.get("/").status, 200) << "it was used meanwhile";
  pages.loop.jump_wall_clock(minutes{31});
  EXPECT_EQ(header_of(browser.get("/"), "Location"), "/login");
}

TEST(Session, EndsAfterTwelveHoursHoweverMuchItIsUsed) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  for (int i = 0; i < 47; ++i) {
    pages.loop.jump_wall_clock(minutes{15});
    ASSERT_EQ(browser.get("/").status, 200) << i;
  }
  pages.loop.jump_wall_clock(minutes{16});
  EXPECT_EQ(header_of(browser.get("/"), "Location"), "/login");
}

TEST(Session, IsDeadAfterLogout) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  const auto stolen = browser.cookies;
  EXPECT_EQ(header_of(browser.get("/logout"), "Location"), "/login");
  Browser thief(pages);
  thief.cookies = stolen;
  EXPECT_EQ(header_of(thief.get("/"), "Location"), "/login");
}

TEST(Session, IsNotEndedByAnotherSite) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  browser.headers["Sec-Fetch-Site"] = "cross-site";
  browser.get("/logout");
  browser.headers.erase("Sec-Fetch-Site");
  EXPECT_EQ(browser.get("/").status, 200);
}

TEST(Session, IsDeadAfterAPasswordChange) {
  Pages pages;
  Browser here(pages);
  Browser elsewhere(pages);
  here.log_in();
  elsewhere.log_in();
  here.post("/users/password", {{"present_password", "correct horse"}, {"password", "battery staple"}});
  EXPECT_EQ(header_of(elsewhere.get("/"), "Location"), "/login");
  EXPECT_EQ(header_of(here.get("/"), "Location"), "/login");
  EXPECT_EQ(here.log_in("anna", "battery staple").status, 303);
}

TEST(Session, IsDeadWhenItsUserIsRemoved) {
  Pages pages;
  run_task(pages.store.add_user("ben", PlainDesk::hash_of("second horse"), pages.loop.now()));
  Browser anna(pages);
  Browser ben(pages);
  anna.log_in();
  ben.log_in("ben", "second horse");
  anna.post("/users/remove", {{"username", "ben"}});
  EXPECT_EQ(header_of(ben.get("/"), "Location"), "/login");
}

TEST(Forms, ChangeNothingWithoutTheirToken) {
  Pages pages;
  const domain::ProfileId id = pages.add_profile();
  Browser browser(pages);
  browser.log_in();
  const std::string path = "/run_item/" + std::to_string(id.value());
  EXPECT_EQ(browser.send("POST", path, "action=run").status, 403);
  EXPECT_EQ(browser.send("POST", path, "action=run&csrf_token=wrong").status, 403);
  EXPECT_FALSE(run_task(pages.store.profile(id))->profile.running);
  EXPECT_EQ(browser.post(path, {{"action", "run"}}).status, 303);
  EXPECT_TRUE(run_task(pages.store.profile(id))->profile.running);
}

TEST(Forms, ChangeNothingWhenAnotherSiteSendsThem) {
  Pages pages;
  const domain::ProfileId id = pages.add_profile();
  Browser browser(pages);
  browser.log_in();
  const std::string body = "action=run&csrf_token=" + browser.csrf_token();
  const std::string path = "/run_item/" + std::to_string(id.value());
  for (const char* origin : {"https://evil.example", "http://sms.example.com.evil.example"}) {
    browser.headers["Origin"] = origin;
    EXPECT_EQ(browser.send("POST", path, body).status, 403) << origin;
    EXPECT_EQ(browser.log_in().status, 403) << origin;
  }
  browser.headers["Origin"] = "http://sms.example.com";
  EXPECT_EQ(browser.send("POST", path, body).status, 303);
}

TEST(Login, FromAnUnknownPlaceNeedsTheFormThatThisBrowserWasShown) {
  Pages pages;
  Browser browser(pages);
  browser.headers["Origin"] = "null";
  EXPECT_EQ(browser.log_in().status, 200);
  EXPECT_EQ(header_of(browser.get("/"), "Location"), "/login");
  const std::string form = browser.get("/login").body;
  const std::string mark = "name=\"csrf_token\" value=\"";
  const auto begin = form.find(mark) + mark.size();
  const std::string token = form.substr(begin, form.find('"', begin) - begin);
  const std::string body = "username=anna&password=correct+horse&csrf_token=" + token;
  EXPECT_EQ(Browser(pages).send("POST", "/login", body).status, 303) << "a program that says no origin";
  EXPECT_EQ(header_of(browser.send("POST", "/login", body), "Location"), "/");
}

TEST(Forms, AreNotTakenFromAnotherSiteByTheBrowsersOwnWord) {
  Pages pages;
  Browser browser(pages);
  for (const char* site : {"cross-site", "same-site"}) {
    browser.headers["Sec-Fetch-Site"] = site;
    EXPECT_EQ(browser.log_in().status, 403) << site;
  }
  browser.headers["Sec-Fetch-Site"] = "same-origin";
  browser.headers["Origin"] = "null";
  EXPECT_EQ(browser.log_in().status, 303);
}

TEST(EveryRoute, AsksWhoComesWithoutALogIn) {
  Pages pages;
  pages.add_profile();
  for (const Route& route : routes()) {
    Browser browser(pages);
    const http::Response response = browser.send(std::string(route.method), with_id(route.path), "");
    const std::string name = std::string(route.method) + " " + std::string(route.path);
    switch (route.access) {
      case Access::Person:
        EXPECT_EQ(response.status, 303) << name;
        EXPECT_EQ(header_of(response, "Location"), "/login") << name;
        break;
      case Access::Program:
        EXPECT_EQ(response.status, 401) << name;
        EXPECT_EQ(header_of(response, "WWW-Authenticate"), "Bearer") << name;
        break;
      case Access::Anybody:
        EXPECT_NE(response.status, 401) << name;
        EXPECT_LT(response.status, 500) << name;
        break;
    }
  }
}

TEST(EveryRoute, RefusesAWrongToken) {
  Pages pages;
  pages.add_profile();
  for (const Route& route : routes()) {
    Browser browser(pages);
    browser.cookies[session_cookie_name] = "not-a-session";
    browser.headers["Authorization"] = "Bearer not-a-token";
    const http::Response response = browser.send(std::string(route.method), with_id(route.path), "");
    if (route.access == Access::Person) {
      EXPECT_EQ(header_of(response, "Location"), "/login") << route.path;
    } else if (route.access == Access::Program) {
      EXPECT_EQ(response.status, 401) << route.path;
    }
  }
}

TEST(EveryRoute, RefusesAWrongMethod) {
  Pages pages;
  for (const Route& route : routes()) {
    Browser browser(pages);
    const http::Response response = browser.send("PATCH", with_id(route.path), "");
    EXPECT_EQ(response.status, 405) << route.path;
    EXPECT_TRUE(holds(header_of(response, "Allow"), std::string(route.method))) << route.path;
  }
}

TEST(EveryRoute, WearsItsArmour) {
  Pages pages;
  pages.add_profile();
  for (const bool logged_in : {false, true}) {
    for (const Route& route : routes()) {
      Browser browser(pages);
      if (logged_in) browser.log_in();
      const http::Response response = browser.send(std::string(route.method), with_id(route.path), "");
      const std::string policy = header_of(response, "Content-Security-Policy");
      EXPECT_TRUE(holds(policy, "default-src 'none'")) << route.path;
      EXPECT_TRUE(holds(policy, "frame-ancestors 'none'")) << route.path;
      EXPECT_FALSE(holds(policy, "unsafe")) << route.path;
      EXPECT_EQ(header_of(response, "X-Content-Type-Options"), "nosniff") << route.path;
      EXPECT_EQ(header_of(response, "Referrer-Policy"), "no-referrer") << route.path;
      EXPECT_EQ(header_of(response, "Cache-Control"), "no-store") << route.path;
      EXPECT_EQ(header_of(response, "Strict-Transport-Security"), "") << route.path;
    }
  }
}

TEST(Pages, HaveNothingInline) {
  Pages pages;
  pages.add_profile();
  Browser browser(pages);
  browser.log_in();
  for (const char* path : {"/", "/create/", "/edit/1", "/calls/", "/log/", "/users/", "/audit/"}) {
    const std::string page = browser.get(path).body;
    for (const char* inlined : {"<style", " style=", "<script>", " onclick=", "javascript:"})
      EXPECT_FALSE(holds(page, inlined)) << path << " " << inlined;
  }
}

TEST(BehindTls, CookiesAreForTlsOnly) {
  SiteOptions options = Pages::usual();
  options.public_url = "https://sms.example.com";
  Pages pages(options);
  Browser browser(pages);
  const http::Response response = browser.log_in();
  const std::string cookie = header_of(response, "Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-sms_session=")) << cookie;
  for (const char* part : {"; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"})
    EXPECT_TRUE(holds(cookie, part));
  EXPECT_NE(header_of(response, "Strict-Transport-Security"), "");
}

TEST(BehindTls, OnlyATrustedProxyTellsOfIt) {
  Pages pages;
  Browser browser(pages);
  browser.headers["X-Forwarded-Proto"] = "https";
  EXPECT_FALSE(holds(header_of(browser.log_in(), "Set-Cookie"), "Secure"));
  browser.peer = "127.0.0.1";
  browser.headers["X-Forwarded-For"] = "203.0.113.9";
  EXPECT_TRUE(holds(header_of(browser.log_in(), "Set-Cookie"), "Secure"));
  const auto sessions = run_task(pages.store.audit_rows(std::nullopt, 10));
  EXPECT_EQ(sessions.front().address, "203.0.113.9");
}

TEST(BehindProxies, OnlyTheLastLineOfTheirWordCounts) {
  Pages pages;
  http::Request request;
  request.method = "POST";
  request.path = "/login";
  request.peer = "127.0.0.1";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"X-Forwarded-For", "203.0.113.66"},
                     {"X-Forwarded-For", "198.51.100.9"}};
  request.body = "username=anna&password=wrong";
  run_task(pages.site.answer(request));
  EXPECT_EQ(run_task(pages.store.audit_rows(std::nullopt, 1))[0].address, "198.51.100.9");
}

TEST(Hostile, TextIsOnlyTextOnEveryPage) {
  Pages pages;
  const std::string hostile = "</textarea><script>alert(1)</script>\"'>{{#X}}[[Calls]]";
  const domain::ProfileId id = pages.add_profile("owner@clinic.example", "5550100199", hostile);
  std::vector<app::LogRow> rows{{0, hostile, id, pages.loop.now(), hostile}};
  run_task(pages.store.append(rows));
  Browser browser(pages);
  browser.headers["User-Agent"] = hostile;
  browser.log_in(hostile, "x");
  browser.log_in();
  for (const char* path :
       {"/", "/edit/1", "/log/", "/users/", "/audit/", "/calls/?caller=<script>&from=<script>"}) {
    const std::string page = browser.get(path).body;
    EXPECT_FALSE(holds(page, "<script>alert")) << path;
    EXPECT_FALSE(holds(page, "value=\"<script")) << path;
  }
}

TEST(Hostile, CellsAreNoFormulasInTheExport) {
  Pages pages;
  std::vector<app::LogRow> rows{
      {0, "clinic@example.com", std::nullopt, pages.loop.now(), "=HYPERLINK(\"http://x\")"}};
  run_task(pages.store.append(rows));
  Browser browser(pages);
  browser.log_in();
  const http::Response response = browser.get("/export/?company=clinic@example.com");
  EXPECT_EQ(header_of(response, "Content-Disposition"),
            "attachment; filename=\"clinic@example.com_logs.csv\"");
  EXPECT_EQ(body_of(response),
            "Company,Timestamp,Record\r\nclinic@example.com,2026-11-18 "
            "12:00:00,\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
}

TEST(Secrets, NoPageHoldsAnApiPassword) {
  Pages pages;
  pages.add_profile();
  Browser browser(pages);
  browser.log_in();
  const http::Response checked = browser.post(
      "/create/", {{"name", "new@clinic.example"}, {"password", "typed-api-password"}, {"action", "check"}});
  EXPECT_FALSE(holds(checked.body, "typed-api-password"));
  for (const char* path : {"/", "/edit/1", "/create/", "/log/", "/audit/"}) {
    const std::string page = browser.get(path).body;
    EXPECT_FALSE(holds(page, "the api password")) << path;
    EXPECT_FALSE(holds(page, "typed-api-password")) << path;
  }
}

TEST(Tokens, OpenTheApiAndAreShownOnce) {
  Pages pages;
  Browser browser(pages);
  browser.log_in();
  const std::string page = browser.post("/tokens/add", {{"name", "billing"}}).body;
  const auto begin = page.find("<code class=\"token\">") + 20;
  const std::string token = page.substr(begin, page.find('<', begin) - begin);
  EXPECT_FALSE(holds(browser.get("/users/").body, token));

  Browser program(pages);
  program.headers["Authorization"] = "Bearer " + token;
  EXPECT_EQ(program.get("/api/v1/profiles").status, 200);
  const auto tokens = run_task(pages.store.tokens());
  ASSERT_EQ(tokens.size(), 1U);
  browser.post("/tokens/" + std::to_string(tokens[0].id) + "/remove");
  EXPECT_EQ(program.get("/api/v1/profiles").status, 401);
}

TEST(Setup, MakesTheFirstUserOnlyWithItsLink) {
  Pages pages;
  EXPECT_EQ(header_of(Browser(pages).get("/setup?token=x"), "Location"), "/login")
      << "there is a user already";
}

}  // namespace
}  // namespace sms_notifier::web
