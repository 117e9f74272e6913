// What the pages do, seen from the browser.

#include <gtest/gtest.h>

#include "domain/sentences.h"
#include "unit/web/browser.h"

namespace sms_notifier::web {
namespace {

using test_support::run_task;

/// Pages, and a browser in which anna is logged in.
struct Seat {
  Pages pages;
  Browser browser{pages};

  Seat() { browser.log_in(); }
  void log(const std::string& company, const std::string& record) {
    std::vector<app::LogRow> rows{
        {0, company, std::nullopt, pages.loop.now(), domain::Sentence::as_written(record)}};
    run_task(pages.store.append(rows));
  }
  std::vector<app::ProfileView> profiles() { return run_task(pages.store.profiles({})); }
};

http::Fields profile_fields() {
  return {{"name", "owner@clinic.example"},
          {"password", "the api password"},
          {"message", "Sorry, we missed you."},
          {"did", "(555) 010-0199"},
          {"call_duration", "10"}};
}

TEST(Create, SavesAProfileStopped) {
  Seat seat;
  const http::Response response = seat.browser.post("/create/", profile_fields());
  EXPECT_EQ(header_of(response, "Location"), "/") << response.body;
  ASSERT_EQ(seat.profiles().size(), 1U);
  EXPECT_FALSE(seat.profiles()[0].profile.running);
  EXPECT_EQ(seat.profiles()[0].profile.rules.did.digits(), "5550100199");
  EXPECT_TRUE(holds(seat.browser.get("/").body, "Saved. Press Run to start the profile."));
}

TEST(Create, KeepsWhatWasTypedWhenSomethingIsWrong) {
  Seat seat;
  http::Fields fields = profile_fields();
  fields[3].second = "12";
  fields[4].second = "";
  const http::Response response = seat.browser.post("/create/", fields);
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(holds(response.body, "is not a phone number"));
  EXPECT_TRUE(holds(response.body, "give a whole number of seconds from 0 to"));
  EXPECT_TRUE(holds(response.body, "Sorry, we missed you."));
  EXPECT_TRUE(seat.profiles().empty());
}

TEST(Create, RemembersThePasswordWhileTheFormIsOpen) {
  Seat seat;
  http::Fields fields = profile_fields();
  fields.emplace_back("action", "check");
  seat.pages.provider.numbers["owner@clinic.example"] = {"5550100199"};
  const http::Response checked = seat.browser.post("/create/", fields);
  EXPECT_TRUE(holds(checked.body, "You typed it a moment ago"));
  fields = profile_fields();
  fields[1].second = "";
  EXPECT_EQ(header_of(seat.browser.post("/create/", fields), "Location"), "/");
  const auto accounts = run_task(seat.pages.store.accounts({}));
  EXPECT_EQ(accounts.at(0).credentials.api_password.reveal(), "the api password");
}

TEST(Edit, ForgetsAPasswordThatWasTypedAndLeft) {
  Seat seat;
  seat.pages.add_profile();
  http::Fields fields = profile_fields();
  fields[1].second = "a wrong password";
  fields.emplace_back("action", "check");
  seat.browser.post("/edit/1", fields);
  seat.browser.get("/edit/1");
  fields = profile_fields();
  fields[1].second = "";
  seat.browser.post("/edit/1", fields);
  EXPECT_EQ(run_task(seat.pages.store.accounts({}))[0].credentials.api_password.reveal(), "the api password");
}

TEST(Check, SaysInWordsWhatIsWrong) {
  Seat seat;
  seat.pages.provider.trouble =
      app::Trouble{app::TroubleKind::ApiDisabled, test_support::said("api_not_enabled")};
  http::Fields fields = profile_fields();
  fields.emplace_back("action", "check");
  const http::Response checked = seat.browser.post("/create/", fields);
  EXPECT_TRUE(holds(checked.body, "the API is switched off"));
  EXPECT_TRUE(seat.profiles().empty()) << "checking saves nothing";
}

TEST(Check, QuotesTheProviderAndSaysTheRestInTheReadersLanguage) {
  Seat seat;
  seat.pages.provider.trouble =
      app::Trouble{app::TroubleKind::UnreadableAnswer, {"HTTP {}, {}"_key, 522, "an HTML page"_key}};
  http::Fields fields = profile_fields();
  fields.emplace_back("action", "check");
  EXPECT_TRUE(holds(seat.browser.post("/create/", fields).body, "HTTP 522, an HTML page"));
  seat.browser.get("/?lang=fr");
  EXPECT_TRUE(holds(seat.browser.post("/create/", fields).body, "HTTP 522, une page HTML"));
}

TEST(Edit, AppliesAtOnceAndKeepsThePassword) {
  Seat seat;
  seat.pages.add_profile();
  EXPECT_TRUE(holds(seat.browser.get("/edit/1").body, "Sorry we missed you."));
  http::Fields fields = profile_fields();
  fields[1].second = "";
  fields.emplace_back("limit_to_one_DID", "on");
  seat.browser.post("/edit/1", fields);
  EXPECT_EQ(seat.profiles()[0].profile.rules.message, "Sorry, we missed you.");
  EXPECT_TRUE(seat.profiles()[0].profile.rules.limit_to_one_did);
  EXPECT_EQ(run_task(seat.pages.store.accounts({}))[0].credentials.api_password.reveal(), "the api password");
}

TEST(Edit, LineBreaksOfTheBrowserBecomePlainOnes) {
  Seat seat;
  http::Fields fields = profile_fields();
  fields[2].second = "one\r\ntwo";
  seat.browser.post("/create/", fields);
  EXPECT_EQ(seat.profiles()[0].profile.rules.message, "one\ntwo");
}

TEST(RunItem, TurnsTheProfileOverOrDoesWhatItsButtonSays) {
  Seat seat;
  seat.pages.add_profile();
  seat.browser.post("/run_item/1");
  EXPECT_TRUE(seat.profiles()[0].profile.running);
  seat.browser.post("/run_item/1", {{"action", "run"}});
  EXPECT_TRUE(seat.profiles()[0].profile.running) << "pressed twice";
  seat.browser.post("/run_item/1");
  EXPECT_FALSE(seat.profiles()[0].profile.running);
}

TEST(Delete, AsksFirstAndDeletesTheLogToo) {
  Seat seat;
  const domain::ProfileId id = seat.pages.add_profile();
  std::vector<app::LogRow> rows{
      {0, "owner@clinic.example", id, seat.pages.loop.now(), domain::Sentence::as_written("something")}};
  run_task(seat.pages.store.append(rows));
  EXPECT_TRUE(holds(seat.browser.get("/delete/1").body, "Delete the profile of"));
  EXPECT_EQ(seat.profiles().size(), 1U);
  seat.browser.post("/delete/1");
  EXPECT_TRUE(seat.profiles().empty());
  EXPECT_FALSE(holds(seat.browser.get("/log/").body, "something"));
}

TEST(Profiles, ThatDoNotExistAreSaidSo) {
  Seat seat;
  for (const char* path : {"/edit/99", "/delete/99", "/edit/x"})
    EXPECT_EQ(seat.browser.get(path).status, 404);
  for (const char* path : {"/edit/99", "/delete/99", "/run_item/99"})
    EXPECT_EQ(seat.browser.post(path).status, 404);
}

TEST(TestText, IsOrderedLikeAnyOtherTextAndTheAuditSaysToWhom) {
  Seat seat;
  seat.pages.add_profile();
  seat.browser.post("/test_text/1", {{"phone", "555-777-8888"}});
  const auto open = run_task(seat.pages.store.open_replies({}));
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].text.to.digits(), "5557778888");
  EXPECT_FALSE(open[0].call.has_value());
  EXPECT_EQ(seat.pages.provider.submissions, 0) << "the engine sends it";
  EXPECT_TRUE(holds(seat.browser.get("/edit/1").body, "still waiting"));
  EXPECT_TRUE(holds(seat.browser.get("/audit/").body, "555-777-8888"));
}

/// A seat with a running profile and a call that was too old for a text.
struct SeatWithAnOldCall : Seat {
  SeatWithAnOldCall() {
    const domain::ProfileId id = pages.add_profile();
    run_task(pages.store.set_running(id, true, {}));
    const auto account = run_task(pages.store.accounts({}))[0].id;
    const domain::Leg leg{
        "1001", pages.loop.now() - std::chrono::hours{2}, domain::Disposition::NoAnswer, {}};
    const domain::Call call{
        {domain::PhoneNumber::parse("5557654321"), "Jamie"}, *domain::Did::parse("5550100199"), {leg}};
    std::vector<app::DecidedCall> decided{
        {call, id, domain::Skip{domain::SkipReason::TooOld}, pages.loop.now(), std::nullopt}};
    run_task(pages.store.record(account, decided));
  }
};

TEST(TextNow, IsOrderedOnceAfterAQuestion) {
  SeatWithAnOldCall seat;
  EXPECT_TRUE(holds(seat.browser.get("/calls/").body, "/calls/1/text"));
  EXPECT_TRUE(holds(seat.browser.get("/calls/1/text").body, "555-765-4321"));
  EXPECT_TRUE(run_task(seat.pages.store.open_replies({})).empty()) << "asking orders nothing";
  seat.browser.post("/calls/1/text");
  EXPECT_EQ(run_task(seat.pages.store.open_replies({})).size(), 1U);
  EXPECT_TRUE(holds(seat.browser.get("/calls/").body, "The text to 555-765-4321 is being sent."));
  seat.browser.post("/calls/1/text");
  EXPECT_EQ(run_task(seat.pages.store.open_replies({})).size(), 1U);
  EXPECT_TRUE(holds(seat.browser.get("/calls/").body, "Not sent"));
  EXPECT_EQ(seat.browser.get("/calls/1/text").status, 409);
}

TEST(TextNow, SaysWhyItCannotBe) {
  SeatWithAnOldCall seat;
  run_task(seat.pages.store.set_running(domain::ProfileId(1), false, {}));
  seat.browser.post("/calls/1/text");
  EXPECT_TRUE(holds(seat.browser.get("/calls/").body, "the profile is stopped. Run it first."));
  EXPECT_EQ(seat.browser.get("/calls/99/text").status, 404);
}

TEST(Calls, AreFoundByWhatTheUrlAsksFor) {
  SeatWithAnOldCall seat;
  const std::string shown = "<strong>555-765-4321</strong>";
  for (const char* query :
       {"", "?caller=765-43", "?decision=too_old", "?from=2026-11-18&to=2026-11-18", "?profile=1"})
    EXPECT_TRUE(holds(seat.browser.get(std::string("/calls/") + query).body, shown)) << query;
  for (const char* query :
       {"?caller=999", "?decision=reply", "?reply=sent", "?from=2026-11-19", "?to=2026-11-17", "?profile=7"})
    EXPECT_FALSE(holds(seat.browser.get(std::string("/calls/") + query).body, shown)) << query;
  const std::string csv = body_of(seat.browser.get("/calls/export?decision=too_old"));
  EXPECT_TRUE(holds(csv, "owner@clinic.example,5557654321,Jamie,5550100199,0,too_old,")) << csv;
}

TEST(Calls, SayOfAnOldOneThatItsCallerIsNoLongerKept) {
  SeatWithAnOldCall seat;
  app::RetentionCuts cuts;
  cuts.records = seat.pages.loop.now();
  run_task(seat.pages.store.prune(cuts, 100));
  const std::string page = seat.browser.get("/calls/").body;
  EXPECT_TRUE(holds(page, "<strong>no longer kept</strong>"));
  EXPECT_FALSE(holds(page, "<strong>withheld</strong>"));
  EXPECT_FALSE(holds(page, "555-765-4321"));
}

TEST(Log, ShowsTheNewestFirstAndFiltersByCompany) {
  Seat seat;
  seat.log("a@example.com", "first");
  seat.log("b@example.com", "second");
  const std::string all = seat.browser.get("/log/").body;
  EXPECT_LT(all.find("second"), all.find("first"));
  const std::string one = seat.browser.get("/log/?company=A@example.com").body;
  EXPECT_TRUE(holds(one, "first"));
  EXPECT_FALSE(holds(one, "<div class=\"what\">second"));
}

TEST(Log, PagesWithoutLosingARow) {
  Seat seat;
  constexpr int rows = 120;
  for (int i = 0; i < rows; ++i) seat.log("a@example.com", "row " + std::to_string(i) + ".");
  std::string path = "/log/";
  std::string seen;
  while (!path.empty()) {
    const std::string body = seat.browser.get(path).body;
    seen += body;
    const std::string mark = "<a class=\"button\" href=\"/log/?before=";
    const auto found = body.find(mark);
    const auto at = found + mark.size() - std::string("/log/?before=").size();
    path = found == std::string::npos ? "" : body.substr(at, body.find('"', at) - at);
  }
  for (int i = 0; i < rows; ++i) EXPECT_TRUE(holds(seen, ">row " + std::to_string(i) + ".<")) << i;
}

TEST(Log, TakesRowsOfOthersWithTheToken) {
  Seat seat;
  Browser other(seat.pages);
  other.headers["Content-Type"] = "application/json";
  const http::Response taken =
      other.send("POST", "/log/",
                 R"({"data":["a@example.com",1763481600.5,"something happened","a-token-for-the-log"]})");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, R"({"status":"success"})");
  EXPECT_TRUE(holds(seat.browser.get("/log/").body, "something happened"));
}

TEST(Log, RefusesAWrongTokenAndWhatIsNoRow) {
  Seat seat;
  Browser other(seat.pages);
  const http::Response wrong = other.send("POST", "/log/", R"({"data":["a@example.com",1,"x","wrong"]})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, R"({"status":"error","message":"Invalid token"})");
  for (const char* broken :
       {"", "x", "[]", "{}", R"({"data":1})", R"({"data":["a",1,"x"]})", R"({"data":["a","1","x","t"]})",
        R"({"data":["a",-1,"x","t"]})", R"({"data":["a",1e300,"x","t"]})", R"({"data":["",1,"x","t"]})",
        R"({"data":[1,1,"x","t"]})", R"({"data":["a",1,null,"t"]})"})
    EXPECT_EQ(other.send("POST", "/log/", broken).status, 400) << broken;
  EXPECT_TRUE(run_task(seat.pages.store.rows({})).empty());
}

TEST(Export, IsOneFileOfAllRows) {
  Seat seat;
  for (int i = 0; i < 2500; ++i) seat.log("a@example.com", "row " + std::to_string(i));
  const std::string csv = body_of(seat.browser.get("/export/?company=a@example.com"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2501);
  EXPECT_TRUE(
      csv.starts_with("\xEF\xBB\xBF"
                      "Company,Timestamp,Record\r\na@example.com,2026-11-18 12:00:00 -05:00,row 2499\r\n"));
}

TEST(Export, TellsTheTwoHalfPastOnesOfTheAutumnNightApart) {
  Seat seat;
  const base::Instant first{std::chrono::hours{24 * 20'758 + 5} +
                            std::chrono::minutes{30}};  // 2026-11-01, 1:30 for the first time
  std::vector<app::LogRow> rows{
      {0, "a@example.com", std::nullopt, first, domain::Sentence::as_written("summer")},
      {0, "a@example.com", std::nullopt, first + std::chrono::hours{1},
       domain::Sentence::as_written("winter")}};
  run_task(seat.pages.store.append(rows));
  const std::string csv = body_of(seat.browser.get("/export/?company=a@example.com"));
  EXPECT_TRUE(holds(csv, "2026-11-01 01:30:00 -04:00,summer")) << csv;
  EXPECT_TRUE(holds(csv, "2026-11-01 01:30:00 -05:00,winter")) << csv;
}

TEST(Export, OfCallsBeginsWithAByteOrderMarkAndGivesTimesTheirOffset) {
  SeatWithAnOldCall seat;
  const std::string csv = body_of(seat.browser.get("/calls/export"));
  EXPECT_TRUE(
      csv.starts_with("\xEF\xBB\xBF"
                      "Called at,Account,"))
      << csv;
  const std::string line = csv.substr(csv.find("\r\n") + 2);
  EXPECT_TRUE(line.starts_with("2026-11-18 ")) << line;
  EXPECT_EQ(line.substr(19, 8), " -05:00,") << line;
}

TEST(Dashboard, WelcomesWhoHasNoProfile) {
  Seat seat;
  EXPECT_TRUE(holds(seat.browser.get("/").body, "Create the first profile"));
}

/// A profile that has been polled well since it was run, half a minute ago.
domain::ProfileId add_polled(Seat& seat, const std::string& email = "owner@clinic.example",
                             const std::string& did = "5550100199") {
  const domain::ProfileId id = seat.pages.add_profile(email, did);
  const base::Instant now = seat.pages.loop.now();
  run_task(seat.pages.store.set_running(id, true, {}));
  run_task(seat.pages.store.mark_first_polled({id}, now));
  app::AccountHealth health = run_task(seat.pages.store.profile(id))->account_health;
  health.watched_since = now - std::chrono::seconds{30};
  health.last_good_poll = now;
  run_task(seat.pages.store.save_health({health}, {}));
  return id;
}

app::AccountHealth health_of(Seat& seat, domain::ProfileId id) {
  return run_task(seat.pages.store.profile(id))->account_health;
}

TEST(Dashboard, ShowsThatARunningProfileIsReallyRead) {
  Seat seat;
  add_polled(seat);
  const domain::AccountId account = run_task(seat.pages.store.accounts({}))[0].id;
  const app::PollFinished poll{
      {account, "owner@clinic.example", std::nullopt}, std::chrono::milliseconds{400}, 10, 0};
  seat.pages.site.on(poll, seat.pages.loop.now());
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, ">Running<"));
  EXPECT_TRUE(holds(page, "last read 0 s ago"));
  EXPECT_TRUE(holds(page, "VoIP.ms answered in 0.4 s"));
}

TEST(Dashboard, SaysWhenNothingIsReadAlthoughItShouldBe) {
  Seat seat;
  add_polled(seat);
  seat.pages.loop.jump_wall_clock(std::chrono::minutes{2});
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, ">Not texting<"));
  EXPECT_TRUE(holds(page, "nothing has been read from VoIP.ms"));
}

TEST(Dashboard, WaitsForAProfileThatWasJustRunAgain) {
  Seat seat;
  const domain::ProfileId id = add_polled(seat);
  run_task(seat.pages.store.set_running(id, false, {}));
  seat.pages.loop.jump_wall_clock(std::chrono::minutes{5});
  run_task(seat.pages.store.set_running(id, true, {}));
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, ">Waiting<"));
  EXPECT_TRUE(holds(page, "it has just been started"));
}

/// How often the page says it.
std::size_t times(const std::string& page, const std::string& words) {
  std::size_t count = 0;
  for (auto at = page.find(words); at != std::string::npos; at = page.find(words, at + 1)) ++count;
  return count;
}

TEST(Dashboard, SaysInTheCardAloneWhyAProfileIsNotTexting) {
  Seat seat;
  const domain::ProfileId id = add_polled(seat);
  app::ProfileHealth health{id};
  health.number = domain::NumberAbility::SmsOff;
  run_task(seat.pages.store.save_health({}, {health}));
  std::string page = seat.browser.get("/").body;
  EXPECT_EQ(times(page, "SMS is switched off"), 1U);
  EXPECT_FALSE(holds(page, "role=\"alert\"")) << "the card of the only profile says it all";

  add_polled(seat, "owner@clinic.example", "5550100198");
  page = seat.browser.get("/").body;
  EXPECT_EQ(times(page, "SMS is switched off"), 1U);
  EXPECT_TRUE(holds(page, "1 of 2 profiles is not texting: <a href=\"#profile-1\">555-010-0199</a>")) << page;
  EXPECT_TRUE(holds(seat.browser.get("/?lang=fr").body, "1 des 2 profils n’envoie rien :"));
}

TEST(Dashboard, LinksToTheFirstFewCardsOfManyThatAreNotTexting) {
  Seat seat;
  std::vector<app::ProfileHealth> healths;
  for (int n = 0; n < 7; ++n) {
    healths.push_back({add_polled(seat, "owner@clinic.example", "555010019" + std::to_string(n))});
    healths.back().number = domain::NumberAbility::SmsOff;
  }
  run_task(seat.pages.store.save_health({}, healths));
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, "7 of 7 profiles are not texting:"));
  EXPECT_EQ(times(page, "href=\"#profile-"), 5U);
  EXPECT_TRUE(holds(page, "555-010-0194</a>, …</p>"));
}

TEST(Dashboard, SaysOnceThatTheDatabaseCannotBeWritten) {
  Seat seat;
  add_polled(seat);
  add_polled(seat, "owner@clinic.example", "5550100198");
  seat.pages.site.on(app::StorageTroubled{"disk full"}, seat.pages.loop.now());
  const std::string page = seat.browser.get("/").body;
  EXPECT_EQ(times(page, "atabase cannot be written"), 1U);
  EXPECT_EQ(times(page, ">Not texting<"), 2U);
  EXPECT_FALSE(holds(page, "profiles are not texting"));
}

TEST(Dashboard, SaysThatNobodyIsTextedOnABalanceOfNothing) {
  Seat seat;
  app::AccountHealth health = health_of(seat, add_polled(seat));
  health.balance = domain::Dollars{0};
  run_task(seat.pages.store.save_health({health}, {}));
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, ">Not texting<"));
  EXPECT_FALSE(holds(page, ">Running<"));
  EXPECT_TRUE(holds(page, "the VoIP.ms balance is used up"));
}

TEST(Dashboard, SaysWhyTextsAreRefusedInTheProvidersWords) {
  Seat seat;
  app::ProfileHealth health{add_polled(seat)};
  health.refused_in_row = 2;
  health.refused_because = domain::Sentence::as_written("invalid_did: <b>no</b>");
  run_task(seat.pages.store.save_health({}, {health}));
  EXPECT_TRUE(holds(seat.browser.get("/").body, "(invalid_did: &lt;b&gt;no&lt;/b&gt;)"));
}

TEST(Dashboard, LetsTextsGoThatADoubtHoldsBack) {
  Seat seat;
  const auto id = add_polled(seat);
  EXPECT_FALSE(holds(seat.browser.get("/").body, "Let texts go"));
  const base::Instant now = seat.pages.loop.now();
  app::ProfileHealth held{id};
  held.held = domain::TextsHeld{now, domain::TroubleKind::HeldUp, domain::HeldBy::Ledger};
  app::AccountHealth doubted = run_task(seat.pages.store.accounts({}))[0].health;
  doubted.strict = domain::StrictDoubt{domain::StrictCause::EarlierLedger, now};
  run_task(seat.pages.store.save_health({doubted}, {held}));
  const std::string page = seat.browser.get("/").body;
  EXPECT_TRUE(holds(page, "Not texting"));
  EXPECT_TRUE(holds(page, "the database is an earlier one"));
  EXPECT_TRUE(holds(page, "Let texts go"));
  seat.browser.post("/trust/" + std::to_string(id.value()));
  EXPECT_EQ(run_task(seat.pages.store.accounts({}))[0].trusted_at, now);
  EXPECT_TRUE(holds(seat.browser.get("/audit/").body, "let texts go that were held back"));
}

TEST(Dashboard, SaysInTheReadersLanguageWhyTextsWereLost) {
  Seat seat;
  app::ProfileHealth health{add_polled(seat)};
  health.refused_in_row = 2;
  health.refused_because = {"{} after {} looks"_key,
                            domain::Sentence("not in VoIP.ms' list of sent texts"_key), 3};
  run_task(seat.pages.store.save_health({}, {health}));
  EXPECT_TRUE(holds(seat.browser.get("/").body, "list of sent texts after 3 looks)"));
  EXPECT_TRUE(holds(seat.browser.get("/?lang=fr").body,
                    "(pas dans la liste des textos envoyés de VoIP.ms après 3 consultations)"));
}

TEST(Dashboard, ShowsWhenAClosedProfileOpens) {
  Seat seat;
  const domain::ProfileId id = add_polled(seat);
  domain::CheckedProfile profile{"owner@clinic.example",
                                 run_task(seat.pages.store.profile(id))->profile.rules};
  profile.rules.hours = domain::OpeningHours::parse("mon 09:00-10:00");  // it is a Wednesday
  run_task(seat.pages.store.edit_profile(id, profile, std::nullopt, {}));
  EXPECT_TRUE(holds(seat.browser.get("/").body, ">Closed until Monday 09:00<"));
  EXPECT_TRUE(holds(seat.browser.get("/?lang=fr").body, ">Fermé jusqu’à lundi 9\u00A0h\u00A000<"));
}

TEST(Dashboard, ShowsTestMode) {
  Seat seat;
  const domain::ProfileId id = add_polled(seat);
  domain::CheckedProfile profile{"owner@clinic.example",
                                 run_task(seat.pages.store.profile(id))->profile.rules};
  profile.rules.dry_run = true;
  run_task(seat.pages.store.edit_profile(id, profile, std::nullopt, {}));
  EXPECT_TRUE(holds(seat.browser.get("/").body, ">Test mode<"));
}

TEST(ProfilePage, ShowsTheStateAsTheDashboardDoes) {
  Seat seat;
  const domain::ProfileId id = add_polled(seat);
  app::ProfileHealth health{id};
  health.number = domain::NumberAbility::SmsOff;
  run_task(seat.pages.store.save_health({}, {health}));
  const std::string page = seat.browser.get("/edit/1").body;
  EXPECT_TRUE(holds(page, "class=\"state bad\""));
  EXPECT_TRUE(holds(page, "SMS is switched off"));
}

TEST(Dashboard, SaysWhenTheDatabaseCannotBeWritten) {
  Seat seat;
  seat.pages.site.on(app::StorageTroubled{"disk full"}, seat.pages.loop.now());
  EXPECT_TRUE(holds(seat.browser.get("/").body, "The database cannot be written"));
  seat.pages.site.on(app::StorageHealed{}, seat.pages.loop.now());
  EXPECT_FALSE(holds(seat.browser.get("/").body, "The database cannot be written"));
}

TEST(Dashboard, SaysThatThisComputersClockIsWrong) {
  Seat seat;
  seat.pages.site.on(app::ClockApart{-std::chrono::hours{6}}, seat.pages.loop.now());
  EXPECT_TRUE(holds(seat.browser.get("/").body, "clock is 6 h 0 min behind VoIP.ms&#39; clock"));
  EXPECT_TRUE(holds(seat.browser.get("/?lang=fr").body, "retarde de 6 h 0 min sur celle de VoIP.ms"));
  seat.pages.site.on(app::ClockTogether{}, seat.pages.loop.now());
  EXPECT_FALSE(holds(seat.browser.get("/").body, "retarde de"));
}

TEST(Users, AreAddedAndRemovedButNotTheLast) {
  Seat seat;
  seat.browser.post("/users/add", {{"username", "ben"}, {"password", "second horse"}});
  EXPECT_EQ(Browser(seat.pages).log_in("ben", "second horse").status, 303);
  seat.browser.post("/users/remove", {{"username", "ben"}});
  EXPECT_EQ(Browser(seat.pages).log_in("ben", "second horse").status, 200);
  seat.browser.post("/users/remove", {{"username", "anna"}});
  EXPECT_TRUE(holds(seat.browser.get("/users/").body, "the last user cannot be removed"));
}

TEST(Users, NeedTheirPresentPasswordForANewOne) {
  Seat seat;
  seat.browser.post("/users/password", {{"present_password", "wrong"}, {"password", "battery staple"}});
  EXPECT_TRUE(holds(seat.browser.get("/users/").body, "your current password is wrong"));
}

TEST(Users, EndTheirOtherSessions) {
  Seat seat;
  Browser elsewhere(seat.pages);
  elsewhere.log_in();
  seat.browser.post("/sessions/2/end");
  EXPECT_EQ(header_of(elsewhere.get("/"), "Location"), "/login");
}

TEST(Audit, SaysWhoDidWhat) {
  Seat seat;
  seat.pages.add_profile();
  seat.browser.post("/run_item/1", {{"action", "run"}});
  const std::string page = seat.browser.get("/audit/").body;
  for (const char* part : {"anna", "198.51.100.7", "started a profile", "owner@clinic.example", "logged in"})
    EXPECT_TRUE(holds(page, part)) << part;
}

TEST(Audit, SaysWhatAChangeChangedAndNoSecret) {
  Seat seat;
  seat.browser.post("/create/", profile_fields());
  http::Fields fields = profile_fields();
  for (auto& [name, value] : fields)
    if (name == "message") value = "Call <b>again</b>";
  fields.emplace_back("dry_run", "on");
  seat.browser.post("/edit/1", fields);
  const std::string page = seat.browser.get("/audit/").body;
  EXPECT_TRUE(holds(page, "<ins>Call &lt;b&gt;again&lt;/b&gt;</ins>")) << page;
  EXPECT_TRUE(holds(page, "Test mode:</strong> <del>no</del> → <ins>yes</ins>")) << page;
  EXPECT_TRUE(holds(page, "given anew, and not shown"));
  for (const auto& [name, value] : fields) {
    if (name == "password") {
      EXPECT_FALSE(holds(page, value));
    }
  }
}

TEST(Audit, IsToldInTheLanguageOfItsReader) {
  SeatWithAnOldCall seat;
  seat.browser.post("/calls/1/text");
  const std::string page = seat.browser.get("/audit/?lang=fr").body;
  for (const char* part :
       {"a demandé l’envoi d’un texto", "appel 1", "destinataire : 555-765-4321", "le service"})
    EXPECT_TRUE(holds(page, part)) << part << page;
}

TEST(Audit, IsExportedWithItsValues) {
  Seat seat;
  seat.browser.post("/create/", profile_fields());
  http::Fields fields = profile_fields();
  for (auto& [name, value] : fields)
    if (name == "message") value = "Call again";
  seat.browser.post("/edit/1", fields);
  const http::Response response = seat.browser.get("/audit/export");
  EXPECT_EQ(header_of(response, "Content-Disposition"), "attachment; filename=\"audit.csv\"");
  const std::string csv = body_of(response);
  EXPECT_TRUE(holds(csv,
                    "Id,Timestamp,Actor,Name,API token,Session,Address,Action,Target,Target id,Target name,"
                    "Field,Before,After\r\n"));
  EXPECT_TRUE(holds(csv, "person,anna,,1,198.51.100.7,profile_edited,profile,1,")) << csv;
  EXPECT_TRUE(holds(csv, ",message,")) << csv;
  EXPECT_TRUE(holds(csv, ",Call again\r\n")) << csv;
}

TEST(Audit, TellsOfAnOrderByPageAndByApiAlike) {
  std::vector<app::AuditRow> rows;
  for (const bool by_api : {false, true}) {
    SeatWithAnOldCall seat;
    if (by_api) {
      const auto user = run_task(seat.pages.store.user("anna"));
      run_task(seat.pages.store.add_token(seat.pages.mint->hash("t"), user->id, "tests", {}));
      Browser program(seat.pages);
      program.headers["Authorization"] = "Bearer t";
      EXPECT_EQ(program.send("POST", "/api/v1/calls/1/text", "").status, 202);
    } else {
      seat.browser.post("/calls/1/text");
    }
    rows.push_back(run_task(seat.pages.store.audit_rows(std::nullopt, 1)).at(0));
  }
  EXPECT_EQ(rows[0].act.actor, (app::Actor{app::Actor::Kind::Person, "anna", "", "198.51.100.7", 1}));
  EXPECT_EQ(rows[1].act.actor, (app::Actor{app::Actor::Kind::Program, "anna", "tests", "198.51.100.7", {}}));
  EXPECT_EQ(rows[0].action, app::AuditAction::TextOrdered);
  EXPECT_EQ(rows[1].action, rows[0].action);
  EXPECT_EQ(rows[1].target, rows[0].target);
  EXPECT_EQ(rows[1].details, rows[0].details);
  EXPECT_EQ(rows[0].details, (std::vector<app::AuditDetail>{{"to", std::nullopt, "5557654321"}}));
}

TEST(Language, IsTheBrowsersUntilSomebodyChooses) {
  Seat seat;
  seat.browser.headers["Accept-Language"] = "fr-CA";
  EXPECT_TRUE(holds(seat.browser.get("/").body, "Tableau de bord"));
  EXPECT_TRUE(holds(seat.browser.get("/?lang=en").body, "Dashboard"));
  EXPECT_TRUE(holds(seat.browser.get("/log/").body, ">Log<")) << "the choice is kept";
}

TEST(Language, IsSwitchedWhereOneIs) {
  Seat seat;
  EXPECT_TRUE(holds(seat.browser.get("/log/?company=a").body, "href=\"/log/?company=a&amp;lang=fr\""));
}

TEST(Language, OfErrorsIsThePages) {
  Seat seat;
  http::Fields fields = profile_fields();
  fields[3].second = "12";
  const http::Response response = seat.browser.post("/create/?lang=fr", fields);
  EXPECT_TRUE(holds(response.body, "n’est pas un numéro de téléphone")) << response.body;
}

TEST(Refresh, TakesNoMessagesAndKeepsNoSessionAlive) {
  Seat seat;
  seat.browser.post("/create/", profile_fields());
  seat.browser.headers["X-Refresh"] = "1";
  EXPECT_FALSE(holds(seat.browser.get("/").body, "Saved. Press Run to start the profile."));
  seat.browser.headers.erase("X-Refresh");
  EXPECT_TRUE(holds(seat.browser.get("/").body, "Saved. Press Run to start the profile."));
  seat.browser.headers["X-Refresh"] = "1";
  for (int minute = 0; minute < 31; ++minute) {
    seat.browser.get("/");
    seat.pages.loop.jump_wall_clock(std::chrono::minutes{1});
  }
  EXPECT_EQ(header_of(seat.browser.get("/"), "Location"), "/login");
}

TEST(Addresses, WithoutTheirSlashLeadThere) {
  Seat seat;
  EXPECT_EQ(header_of(seat.browser.get("/log?company=a"), "Location"), "/log/?company=a");
  EXPECT_EQ(seat.browser.get("/nowhere").status, 404);
}

TEST(Assets, MayBeKeptForEver) {
  Seat seat;
  const http::Response response = seat.browser.get(asset_url("style.css"));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(holds(header_of(response, "Cache-Control"), "immutable"));
  EXPECT_EQ(seat.browser.get("/assets/0000000000000000/style.css").status, 404);
}

TEST(Readiness, SaysWhyNot) {
  Pages pages;
  Browser browser(pages);
  EXPECT_EQ(browser.get("/healthz").status, 200);
  EXPECT_EQ(browser.get("/readyz").status, 200);
  pages.loop.run_for(std::chrono::seconds{2});
  pages.readiness = {false, "the database cannot be written", {}};
  const http::Response not_ready = browser.get("/readyz");
  EXPECT_EQ(not_ready.status, 503);
  EXPECT_TRUE(holds(not_ready.body, "the database cannot be written"));
}

TEST(Readiness, SaysWhatKeepsProfilesFromTextingAndWhoseTheyAreNot) {
  Pages pages;
  Browser browser(pages);
  app::StateTally states;
  states.not_texting = {{domain::StateReason::NoFunds, 1}, {domain::StateReason::SmsOff, 2}};
  pages.readiness = {true, "", states};
  const http::Response partly = browser.get("/readyz");
  EXPECT_EQ(partly.status, 200);
  EXPECT_EQ(partly.body, R"({"status":"partly ready","not_texting":{"no_funds":1,"sms_off":2}})");
  pages.loop.run_for(std::chrono::seconds{2});
  pages.readiness = {false, "no profile that runs can text", states};
  const http::Response none = browser.get("/readyz");
  EXPECT_EQ(none.status, 503);
  EXPECT_TRUE(holds(none.body, R"("status":"not ready","reason":"no profile that runs can text")"));
  EXPECT_TRUE(holds(none.body, R"("no_funds":1)"));
}

TEST(Readiness, SaysThatTheClockIsWrong) {
  Pages pages;
  Browser browser(pages);
  pages.readiness = {true, "", app::tally({}), -std::chrono::hours{6}};
  const http::Response partly = browser.get("/readyz");
  EXPECT_EQ(partly.status, 200);
  EXPECT_EQ(partly.body, R"({"status":"partly ready","clock_seconds_ahead":-21600})");
}

TEST(Readiness, IsLookedAtAnewAlthoughTheClockWasSetBack) {
  Pages pages;
  Browser browser(pages);
  EXPECT_EQ(browser.get("/readyz").status, 200);
  pages.loop.run_for(std::chrono::seconds{2});
  pages.loop.jump_wall_clock(-std::chrono::hours{6});
  pages.readiness = {false, "the database cannot be written", {}};
  EXPECT_EQ(browser.get("/readyz").status, 503);
}

}  // namespace
}  // namespace sms_notifier::web
