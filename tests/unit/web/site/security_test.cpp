// Who gets in, what they may do, and what no page ever shows.

#include <functional>

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
  pages.loop.run_for(minutes{1});
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

http::Request login_request(const std::string& address, const std::string& password) {
  http::Request request;
  request.method = "POST";
  request.path = "/login";
  request.peer = address;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "username=anna&password=" + http::url_encode(password);
  return request;
}

/// Logs in on virtual time, where an answer may be held back; gives the status when there is one.
base::task<> log_in_later(Pages& pages, http::Request request, int& status) {
  const http::Response response = co_await pages.site.answer(request);
  status = response.status;
}

/// Twelve addresses that fail until each of them has to wait.
void let_others_guess(Pages& pages) {
  int status = 0;
  for (int address = 1; address <= 12; ++address)
    for (int i = 0; i < 6; ++i)
      pages.loop.spawn(
          log_in_later(pages, login_request("203.0.113." + std::to_string(address), "guess"), status));
  pages.loop.run_for(std::chrono::seconds{20});
}

TEST(Login, OfAKnownDeviceIsHeldUpByNoneWhoGuesses) {
  Pages pages;
  Browser owner(pages);
  owner.log_in();
  owner.get("/logout");
  let_others_guess(pages);
  owner.peer = "192.0.2.99";
  EXPECT_EQ(owner.log_in().status, 303) << "from a new address, at the same device";
  EXPECT_EQ(pages.desk.askers.back(), app::PasswordDesk::Asker::Known);
}

TEST(Login, OfAKnownDeviceIsKnownAfterARestart) {
  const base::Secret key = platform::make_vault_key();
  std::map<std::string, std::string> cookies;
  {
    Pages before(Pages::usual(), key);
    Browser owner(before);
    owner.log_in();
    cookies = owner.cookies;
  }
  Pages pages(Pages::usual(), key);
  Browser owner(pages);
  owner.cookies = cookies;
  owner.cookies.erase(session_cookie_name);
  let_others_guess(pages);
  EXPECT_EQ(owner.log_in().status, 303);
  EXPECT_EQ(pages.desk.askers.back(), app::PasswordDesk::Asker::Known);
}

TEST(Login, TakesNoMadeUpDeviceForKnown) {
  Pages pages;
  run_task(pages.store.add_user("ben", PlainDesk::hash_of("second horse"), {pages.loop.now(), {}}));
  Browser ben(pages);
  ben.log_in("ben", "second horse");
  Browser thief(pages);
  for (const auto& [name, value] : ben.cookies) {
    if (!name.starts_with("sms_device_")) continue;
    thief.cookies["sms_device_" + pages.mint->hash("known device\nanna").substr(0, 16)] = value;
    thief.cookies["sms_device_0123456789abcdef"] = value;
  }
  ASSERT_EQ(thief.cookies.size(), 2U);
  thief.log_in("anna", "guess");
  EXPECT_EQ(pages.desk.askers.back(), app::PasswordDesk::Asker::Stranger) << "ben's device is not anna's";
  thief.cookies.begin()->second = "made-up";
  thief.log_in("anna", "guess");
  EXPECT_EQ(pages.desk.askers.back(), app::PasswordDesk::Asker::Stranger);
}

TEST(Login, FromANewAddressIsSlowedDownButPossibleWhileOthersGuess) {
  Pages pages;
  let_others_guess(pages);
  int status = 0;
  pages.loop.spawn(log_in_later(pages, login_request("192.0.2.99", "correct horse"), status));
  pages.loop.run_for(std::chrono::seconds{1});
  EXPECT_EQ(status, 0);
  pages.loop.run_for(std::chrono::seconds{5});
  EXPECT_EQ(status, 303);
}

TEST(Login, OfStrangersDoesNotTakeAllThePlacesForHashing) {
  Pages pages;
  Browser owner(pages);
  owner.log_in();
  pages.desk.full_for_strangers = true;
  EXPECT_EQ(Browser(pages).log_in().status, 503);
  EXPECT_EQ(owner.log_in().status, 303);
  EXPECT_EQ(
      owner.post("/users/password", {{"present_password", "correct horse"}, {"password", "battery staple"}})
          .status,
      303);
}

TEST(Login, FailuresDoNotFloodTheAudit) {
  Pages pages;
  for (int i = 0; i < 200; ++i) {
    Browser guesser(pages);
    guesser.peer = "203.0.113." + std::to_string(i);
    guesser.log_in("name" + std::to_string(i), "guess");
  }
  EXPECT_EQ(run_task(pages.store.audit_rows(std::nullopt, 1000)).size(), 6U) << "anna was added, 5 failed";
  pages.loop.jump_wall_clock(minutes{1});
  Browser owner(pages);
  owner.log_in();
  EXPECT_TRUE(holds(owner.get("/audit/").body, "195 more within a minute"));
  const auto rows = run_task(pages.store.audit_rows(std::nullopt, 1000));
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[1].action, app::AuditAction::LogInFailed);
  EXPECT_EQ(rows[1].details, (std::vector<app::AuditDetail>{{"more", std::nullopt, "195"}}));
}

std::vector<app::AuditRow> rows_of(Pages& pages, app::AuditAction action) {
  std::vector<app::AuditRow> rows = run_task(pages.store.audit_rows(std::nullopt, 1000));
  std::erase_if(rows, [&](const app::AuditRow& row) { return row.action != action; });
  return rows;
}

/// A hundred of them leave five rows, and one with the number of the others when the minute is over.
void expect_bounded(Pages& pages, app::AuditAction action, const std::function<void()>& refused) {
  SCOPED_TRACE(to_code(action));
  for (int i = 0; i < 100; ++i) refused();
  EXPECT_EQ(rows_of(pages, action).size(), 5U);
  pages.loop.jump_wall_clock(minutes{1});
  Browser(pages).get("/login");
  const auto rows = rows_of(pages, action);
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[0].details, (std::vector<app::AuditDetail>{{"more", std::nullopt, "95"}}));
}

TEST(Refusals, OfTokensAreWrittenDownAndBounded) {
  Pages pages;
  Browser program(pages);
  program.get("/api/v1/profiles");
  EXPECT_TRUE(rows_of(pages, app::AuditAction::TokenRefused).empty()) << "it named no token";
  program.headers["Authorization"] = "Bearer guess";
  expect_bounded(pages, app::AuditAction::TokenRefused, [&] { program.get("/api/v1/profiles"); });
  const app::AuditRow row = rows_of(pages, app::AuditAction::TokenRefused).back();
  EXPECT_EQ(row.act.actor, (app::Actor{app::Actor::Kind::Stranger, "", "", "198.51.100.7", {}}));
  program.headers["Authorization"] = "Basic YW5uYTpndWVzcw==";
  program.get("/metrics");
  EXPECT_EQ(rows_of(pages, app::AuditAction::TokenRefused).size(), 7U);
}

TEST(Refusals, OfTheLogTokenAreWrittenDownAndBounded) {
  Pages pages;
  Browser program(pages);
  expect_bounded(pages, app::AuditAction::LogTokenRefused, [&] {
    program.send("POST", "/log/", R"({"data":["Example Co",1790000000,"words","wrong"]})");
  });
}

TEST(Refusals, OfFormsAreWrittenDownAndBounded) {
  Pages pages;
  Browser anna(pages);
  anna.log_in();
  expect_bounded(pages, app::AuditAction::FormRefused,
                 [&] { anna.send("POST", "/users/add", "username=eve&csrf_token=guess"); });
  const app::AuditRow row = rows_of(pages, app::AuditAction::FormRefused).back();
  EXPECT_EQ(row.act.actor.name, "anna");
  EXPECT_EQ(row.details, (std::vector<app::AuditDetail>{{"path", std::nullopt, "/users/add"}}));
}

TEST(Refusals, OfFormsFromAnotherSiteAreWrittenDown) {
  Pages pages;
  Browser anna(pages);
  anna.log_in();
  anna.headers["Sec-Fetch-Site"] = "cross-site";
  anna.send("POST", "/run_item/1", "action=stop");
  const auto rows = rows_of(pages, app::AuditAction::FormRefused);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].details, (std::vector<app::AuditDetail>{{"path", std::nullopt, "/run_item/<id>"}}));
}

TEST(Refusals, OfACurrentPasswordAreWrittenDown) {
  Pages pages;
  Browser anna(pages);
  anna.log_in();
  anna.post("/users/password", {{"present_password", "guess"}, {"password", "another horse"}});
  const auto rows = rows_of(pages, app::AuditAction::PasswordRefused);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].act.actor, (app::Actor{app::Actor::Kind::Person, "anna", "", "198.51.100.7", 1}));
  EXPECT_TRUE(rows_of(pages, app::AuditAction::PasswordChanged).empty());
  EXPECT_TRUE(holds(anna.get("/audit/?lang=fr").body, "a donné un mauvais mot de passe actuel"));
}

TEST(Login, TakesNoTokenThatAVisitorCouldMake) {
  Pages pages;
  Browser browser(pages);
  browser.headers["Origin"] = "null";
  browser.cookies["sms_login"] = "planted";
  for (const std::string& token : {pages.mint->hash("csrf planted"), std::string("planted"), std::string()}) {
    browser.send("POST", "/login", "username=anna&password=correct+horse&csrf_token=" + token);
    EXPECT_FALSE(browser.cookies.contains(session_cookie_name)) << token;
  }
}

SiteOptions with_public_url(const std::string& url) {
  SiteOptions options = Pages::usual();
  options.public_url = url;
  return options;
}

TEST(ForeignNames, AreNotAnsweredWherePeopleUseAnother) {
  Pages pages(with_public_url("https://sms.example.com"));
  for (const char* host : {"evil.example", "sms.example.com.evil.example", "evil.example:8000",
                           "evil-sms.example.com", "198.51.100.7.evil.example"}) {
    Browser browser(pages);
    browser.headers["Host"] = host;
    for (const char* path : {"/login", "/setup", "/logout", "/", "/calls/"})
      EXPECT_EQ(browser.get(path).status, 421) << host << path;
    EXPECT_EQ(browser.log_in().status, 421) << host;
    EXPECT_EQ(browser.get("/healthz").status, 200) << "a health check may call by any name";
    EXPECT_EQ(browser.get("/api/v1/profiles").status, 401) << host;
  }
}

TEST(ForeignNames, AreNotThoseOfThisComputer) {
  Pages pages(with_public_url("https://sms.example.com:8443/"));
  for (const char* host : {"sms.example.com", "SMS.Example.com:8443", "127.0.0.1:8000", "localhost:8000",
                           "[::1]:8000", "sms-notifier:8000", "192.168.1.5"}) {
    Browser browser(pages);
    browser.headers["Host"] = host;
    EXPECT_EQ(browser.get("/login").status, 200) << host;
  }
  Pages without_url;
  Browser browser(without_url);
  browser.headers["Host"] = "any.example";
  EXPECT_EQ(browser.get("/login").status, 200) << "no address is set";
}

TEST(NotFound, PageLinksOnlyToItself) {
  Pages pages;
  Browser browser(pages);
  for (const char* path :
       {"//evil.example/x", "/\\evil.example/x", "///evil.example", "//evil.example/calls"}) {
    const http::Response response = browser.get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_FALSE(holds(response.body, "\"//")) << path;
    EXPECT_FALSE(holds(response.body, "\"/\\")) << path;
    EXPECT_EQ(header_of(response, "Location"), "") << path;
  }
  EXPECT_LT(browser.get("/" + std::string(15'000, 'x')).body.size(), 5000U);
}

TEST(LongFields, AreRefusedInWordsBeforeAnyHandlerLooksAtThem) {
  Pages pages;
  for (const char* language : {"en", "fr"}) {
    Browser browser(pages);
    browser.log_in();
    const std::string query = std::string("?lang=") + language;
    std::string did;
    while (did.size() < 62'000) did += " d";
    const bool french = language == std::string("fr");
    for (const char* field : {"did", "name", "message", "hours", "password", "call_duration", "unknown"}) {
      const http::Response response = browser.post("/create/" + query, {{field, did}});
      EXPECT_EQ(response.status, 422) << field;
      EXPECT_TRUE(holds(response.body, french ? "trop long" : "too long")) << field;
      EXPECT_LT(response.body.size(), 5000U) << field;
    }
    const http::Response just_bad = browser.post("/create/" + query, {{"did", did.substr(0, 2000)}});
    EXPECT_EQ(just_bad.status, 422) << "is read, and is no number";
    EXPECT_EQ(browser.get("/calls/" + query + "&caller=" + std::string(10'000, 'd')).status, 422);
    http::Fields many;
    for (int i = 0; i < 1000; ++i) many.emplace_back("a", "b");
    EXPECT_EQ(browser.post("/create/" + query, many).status, 422);
    EXPECT_EQ(Browser(pages).send("POST", "/login" + query, "username=" + did).status, 422);
  }
}

TEST(Refusals, OfTheServerItselfWearTheArmourAndSpeakTheVisitorsLanguage) {
  Pages pages;
  for (const int status : {400, 408, 413, 431, 500, 503}) {
    http::Request head;
    head.peer = "198.51.100.7";
    const http::Response english = pages.site.refusal(head, status);
    EXPECT_EQ(english.status, status);
    EXPECT_TRUE(holds(header_of(english, "Content-Security-Policy"), "default-src 'none'"));
    EXPECT_EQ(header_of(english, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(english, "Cache-Control"), "no-store");
    head.method = "POST";
    head.path = "/create/";
    head.headers = {{"Accept-Language", "fr-CA"}};
    const http::Response french = pages.site.refusal(head, status);
    EXPECT_TRUE(holds(french.body, "lang=\"fr\""));
    EXPECT_FALSE(holds(french.body, "Try again")) << status;
    EXPECT_FALSE(holds(french.body, "cannot be")) << status;
  }
}

TEST(Session, OfOneInstallationIsNotEndedByAnotherOnTheSameHost) {
  SiteOptions options = Pages::usual();
  options.installation = "a1b2c3";
  Pages clinic(options);
  options.installation = "d4e5f6";
  Pages workshop(options);
  Browser at_clinic(clinic);
  Browser at_workshop(workshop);
  at_clinic.get("/login");
  at_clinic.log_in();
  at_workshop.cookies = at_clinic.cookies;  // browsers tell no ports apart
  at_workshop.get("/login");
  at_workshop.log_in();
  at_clinic.cookies = at_workshop.cookies;
  EXPECT_EQ(at_clinic.get("/").status, 200);
  EXPECT_EQ(at_workshop.get("/").status, 200);
  at_workshop.get("/logout");
  at_clinic.cookies = at_workshop.cookies;
  EXPECT_EQ(at_clinic.get("/").status, 200);
  EXPECT_EQ(header_of(at_workshop.get("/"), "Location"), "/login");
}

TEST(Session, CookieOfAnInstallationKeepsToItsHostBehindTls) {
  SiteOptions options = Pages::usual();
  options.installation = "a1b2c3";
  options.public_url = "https://sms.example.com";
  Pages pages(options);
  const std::string cookie = header_of(Browser(pages).log_in(), "Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-sms_session_a1b2c3=")) << cookie;
}

TEST(Session, FromBeforeCookiesNamedTheirInstallationStaysValid) {
  SiteOptions options = Pages::usual();
  options.installation = "a1b2c3";
  Pages pages(options);
  const std::string token = pages.mint->make();
  const auto user = run_task(pages.store.user("anna"));
  run_task(pages.store.add_session(pages.mint->hash(token), user->id, "", {}, {pages.loop.now(), {}}));
  Browser browser(pages);
  browser.cookies[session_cookie_name] = token;
  EXPECT_EQ(browser.get("/").status, 200);
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
  run_task(pages.store.add_user("ben", PlainDesk::hash_of("second horse"), {pages.loop.now(), {}}));
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
  EXPECT_EQ(sessions.front().act.actor.address, "203.0.113.9");
}

/// Logs in as a browser at https://sms.example.com does through a proxy on this computer that adds these
/// headers.
http::Response log_in_through_a_proxy(Pages& pages, const std::map<std::string, std::string>& added) {
  Browser browser(pages);
  browser.peer = "127.0.0.1";
  browser.headers["Origin"] = "https://sms.example.com";
  for (const auto& [name, value] : added) browser.headers[name] = value;
  return browser.log_in();
}

TEST(BehindProxies, TlsIsUnderstoodInEveryWayThatProxiesSayIt) {
  for (const char* said :
       {"https", "HTTPS", " https ", "https,http", "https, http, http", "\"https\"", ", https"}) {
    Pages pages;
    const http::Response response = log_in_through_a_proxy(pages, {{"X-Forwarded-Proto", said}});
    EXPECT_EQ(response.status, 303) << said;
    EXPECT_TRUE(holds(header_of(response, "Set-Cookie"), "; Secure")) << said;
  }
  for (const char* said :
       {"proto=https", "for=192.0.2.60;proto=https;by=203.0.113.43", "Proto=HTTPS; For=\"x\"",
        "for=\"[2001:db8::1]:4711\";proto=\"https\", for=10.0.0.1;proto=http"}) {
    Pages pages;
    EXPECT_EQ(log_in_through_a_proxy(pages, {{"Forwarded", said}}).status, 303) << said;
  }
  for (const char* said : {"http", "http,https", "", "httpss"}) {
    Pages pages;
    EXPECT_EQ(log_in_through_a_proxy(pages, {{"X-Forwarded-Proto", said}}).status, 403) << said;
  }
}

TEST(BehindProxies, TlsMayBeSaidInSeveralLines) {
  Pages pages;
  http::Request request;
  request.method = "POST";
  request.path = "/login";
  request.peer = "127.0.0.1";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Host", "sms.example.com"},
                     {"Origin", "https://sms.example.com"},
                     {"X-Forwarded-Proto", "https"},
                     {"x-forwarded-proto", "http"}};
  request.body = "username=anna&password=correct+horse";
  EXPECT_EQ(run_task(pages.site.answer(request)).status, 303);
}

TEST(BehindProxies, TheHostIsTheOneThatTheBrowserAskedFor) {
  const std::string here = "127.0.0.1:8000";
  const std::vector<std::map<std::string, std::string>> said{
      {{"Host", "sms.example.com:443"}},
      {{"Host", "SMS.example.com"}},
      {{"Host", here}, {"X-Forwarded-Host", "sms.example.com"}},
      {{"Host", here}, {"X-Forwarded-Host", "sms.example.com, inner.example.com"}},
      {{"Host", here}, {"Forwarded", "host=sms.example.com"}},
      {{"Host", "sms.example.com"}, {"X-Forwarded-Host", "inner.example.com"}}};
  for (std::map<std::string, std::string> headers : said) {
    Pages pages;
    headers["X-Forwarded-Proto"] = "https";
    EXPECT_EQ(log_in_through_a_proxy(pages, headers).status, 303) << headers["Host"];
  }
}

TEST(BehindProxies, OnlyATrustedOneTellsTheHost) {
  Pages pages;
  Browser browser(pages);
  browser.headers["Origin"] = "http://evil.example";
  browser.headers["X-Forwarded-Host"] = "evil.example";
  browser.headers["Forwarded"] = "host=evil.example";
  EXPECT_EQ(browser.log_in().status, 403);
}

TEST(BehindProxies, AHiddenHostIsRefusedWithTheLineThatMendsIt) {
  Pages pages;
  const http::Response response = log_in_through_a_proxy(pages, {{"Host", "127.0.0.1:8000"}});
  EXPECT_EQ(response.status, 403);
  for (const char* part : {"https://sms.example.com", "http://127.0.0.1:8000", "proxy_set_header Host $host;",
                           "server.public_url"})
    EXPECT_TRUE(holds(response.body, part)) << response.body;
  const http::Response french =
      log_in_through_a_proxy(pages, {{"Host", "127.0.0.1:8000"}, {"Accept-Language", "fr"}});
  EXPECT_TRUE(holds(french.body, "Si c’est à https://sms.example.com")) << french.body;
  EXPECT_TRUE(holds(french.body, "proxy_set_header Host $host;")) << french.body;
}

TEST(BehindProxies, HiddenTlsIsRefusedWithTheLineThatMendsIt) {
  Pages pages;
  const http::Response response = log_in_through_a_proxy(pages, {});
  EXPECT_EQ(response.status, 403);
  EXPECT_TRUE(holds(response.body, "proxy_set_header X-Forwarded-Proto $scheme;")) << response.body;
  EXPECT_FALSE(holds(response.body, "proxy_set_header Host")) << response.body;
}

TEST(BehindProxies, APublicUrlThatIsNotTheBrowsersIsNamed) {
  Pages pages(with_public_url("https://sms.example.com"));
  Browser browser(pages);
  browser.headers["Host"] = "127.0.0.1:8000";
  browser.headers["Origin"] = "http://127.0.0.1:8000";
  const http::Response response = browser.log_in();
  EXPECT_EQ(response.status, 403);
  for (const char* part : {"http://127.0.0.1:8000", "https://sms.example.com", "server.public_url"})
    EXPECT_TRUE(holds(response.body, part)) << response.body;
}

TEST(BehindProxies, ASiteThatAttacksIsGivenNoAdvice) {
  Pages pages;
  Browser browser(pages);
  browser.headers["Origin"] = "https://evil.example";
  browser.headers["Sec-Fetch-Site"] = "cross-site";
  const http::Response response = browser.log_in();
  EXPECT_EQ(response.status, 403);
  EXPECT_FALSE(holds(response.body, "evil.example")) << response.body;
}

TEST(BehindProxies, AddressesAreReadWithPortsAndFromForwarded) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"X-Forwarded-For", "203.0.113.9:4711"},
      {"X-Forwarded-For", "198.51.100.1, 203.0.113.9"},
      {"Forwarded", "for=203.0.113.9"},
      {"Forwarded", "For=\"203.0.113.9:4711\";proto=http"},
      {"Forwarded", "for=198.51.100.1, for=203.0.113.9;by=127.0.0.1"}};
  for (const auto& [name, value] : cases) {
    Pages pages;
    Browser browser(pages);
    browser.peer = "127.0.0.1";
    browser.headers[name] = value;
    browser.log_in("anna", "wrong");
    EXPECT_EQ(run_task(pages.store.audit_rows(std::nullopt, 1))[0].act.actor.address, "203.0.113.9") << value;
  }
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
  EXPECT_EQ(run_task(pages.store.audit_rows(std::nullopt, 1))[0].act.actor.address, "198.51.100.9");
}

TEST(Hostile, TextIsOnlyTextOnEveryPage) {
  Pages pages;
  const std::string hostile = "</textarea><script>alert(1)</script>\"'>{{#X}}[[Calls]]";
  const domain::ProfileId id = pages.add_profile("owner@clinic.example", "5550100199", hostile);
  std::vector<app::LogRow> rows{{0, hostile, id, pages.loop.now(), domain::Sentence::as_written(hostile)}};
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
  std::vector<app::LogRow> rows{{0, "clinic@example.com", std::nullopt, pages.loop.now(),
                                 domain::Sentence::as_written("=HYPERLINK(\"http://x\")")}};
  run_task(pages.store.append(rows));
  Browser browser(pages);
  browser.log_in();
  const http::Response response = browser.get("/export/?company=clinic@example.com");
  EXPECT_EQ(header_of(response, "Content-Disposition"),
            "attachment; filename=\"clinic@example.com_logs.csv\"");
  EXPECT_EQ(body_of(response),
            "\xEF\xBB\xBF"
            "Company,Timestamp,Record\r\nclinic@example.com,2026-11-18 "
            "12:00:00 -05:00,\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
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
