// What the pages decide without asking anybody: addresses, guesses at passwords, languages, CSV, charts.

#include <gtest/gtest.h>

#include "web/pages/statistics.h"
#include "web/site/login_guard.h"
#include "web/site/route.h"
#include "web/site/trusted_proxies.h"
#include "web/view/call_position.h"
#include "web/view/charts.h"
#include "web/view/csv.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::Instant start{hours{24 * 20'000}};

TEST(TrustedProxies, TellTheAddressBehindThem) {
  const TrustedProxies proxies({"127.0.0.1", "::1", "10.1.0.0/16"});
  EXPECT_EQ(proxies.client("127.0.0.1", "198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(proxies.client("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.200.3"), "198.51.100.7");
  EXPECT_EQ(proxies.client("::1", "2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(proxies.client("127.0.0.1", ""), "127.0.0.1");
}

TEST(TrustedProxies, BelieveNobodyElse) {
  const TrustedProxies proxies({"127.0.0.1", "10.1.0.0/16"});
  EXPECT_EQ(proxies.client("198.51.100.7", "203.0.113.9"), "198.51.100.7");
  EXPECT_EQ(proxies.client("10.2.0.1", "203.0.113.9"), "10.2.0.1");
  EXPECT_EQ(proxies.client("127.0.0.1", "<script>"), "127.0.0.1");
}

TEST(LoginGuard, LetsPeopleMistype) {
  LoginGuard guard;
  for (int i = 0; i < 4; ++i) guard.attempt("anna", "198.51.100.7", start);
  EXPECT_EQ(guard.wait_before("anna", "198.51.100.7", start), base::Duration::zero());
}

TEST(LoginGuard, MakesWhoeverGuessesWaitLongerAndLonger) {
  LoginGuard guard;
  for (int i = 0; i < 5; ++i) guard.attempt("anna", "198.51.100.7", start);
  const base::Duration first = guard.wait_before("anna", "198.51.100.7", start);
  EXPECT_GT(first, base::Duration::zero());
  guard.attempt("anna", "198.51.100.7", start);
  EXPECT_GT(guard.wait_before("anna", "198.51.100.7", start), first);
  EXPECT_EQ(guard.wait_before("anna", "198.51.100.7", start + hours{2}), base::Duration::zero());
}

TEST(LoginGuard, DoesNotLockOutTheOwnerWhenOthersGuess) {
  LoginGuard guard;
  guard.attempt("anna", "192.0.2.1", start);
  guard.succeeded("anna", "192.0.2.1", start);
  for (int i = 0; i < 500; ++i) guard.attempt("anna", "198.51.100." + std::to_string(i % 250), start);
  EXPECT_EQ(guard.wait_before("anna", "192.0.2.1", start), base::Duration::zero());
  EXPECT_GT(guard.wait_before("anna", "203.0.113.77", start), base::Duration::zero());
}

TEST(LoginGuard, TakesANetworkOfIpv6AddressesForOne) {
  LoginGuard guard;
  for (int i = 0; i < 20; ++i) guard.attempt("anna", "2001:db8:1:2::" + std::to_string(i), start);
  EXPECT_GT(guard.wait_before("ben", "2001:db8:1:2:ffff::1", start), base::Duration::zero());
  EXPECT_EQ(guard.wait_before("ben", "2001:db8:1:3::1", start), base::Duration::zero());
}

TEST(LoginGuard, HoldsANameUpForAMomentOnlyWhateverManyAddressesDo) {
  LoginGuard guard;
  for (int i = 0; i < 5000; ++i) guard.attempt("anna", "2001:db8:1:" + std::to_string(i) + "::1", start);
  EXPECT_LE(guard.wait_before("anna", "192.0.2.1", start), seconds{30});
}

TEST(LoginGuard, CountsAllNamesThatOneAddressTries) {
  LoginGuard guard;
  for (int i = 0; i < 20; ++i) guard.attempt("name" + std::to_string(i), "198.51.100.7", start);
  EXPECT_GT(guard.wait_before("another", "198.51.100.7", start), base::Duration::zero());
  EXPECT_EQ(guard.wait_before("another", "198.51.100.8", start), base::Duration::zero());
}

TEST(LoginGuard, RemembersABoundedNumberOfNames) {
  LoginGuard guard;
  for (int i = 0; i < 30'000; ++i)
    guard.attempt("name" + std::to_string(i), "198.51.100.7", start + seconds{i / 100});
  EXPECT_EQ(guard.wait_before("name0", "192.0.2.1", start), base::Duration::zero());
}

TEST(Languages, FollowTheBrowser) {
  EXPECT_EQ(preferred_language("fr-CA,fr;q=0.9,en;q=0.8"), Language::French);
  EXPECT_EQ(preferred_language("de, en-GB;q=0.7, fr;q=0.3"), Language::English);
  EXPECT_EQ(preferred_language("FR"), Language::French);
  EXPECT_EQ(preferred_language(""), Language::English);
  EXPECT_EQ(preferred_language("de"), Language::English);
}

TEST(Words, RetellASentenceWithItsValues) {
  const Words& french = words_of(Language::French);
  EXPECT_EQ(french.retell("Missed call from 555-123-4567 at 14:03: text sent"),
            "Appel manqué du 555-123-4567 à 14:03 : texto envoyé");
  EXPECT_EQ(french.retell("nobody knows this sentence"), "nobody knows this sentence");
}

TEST(Csv, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(csv_line({"a", "b,c", "say \"hi\"", "two\nlines"}),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
}

TEST(Csv, LetsNoFormulaThrough) {
  for (const std::string start_of_formula : {"=", "+", "-", "@", "\t", "\r"}) {
    const std::string line = csv_line({start_of_formula + "1+1"});
    EXPECT_TRUE(line.starts_with("'") || line.starts_with("\"'")) << line;
  }
}

TEST(Csv, NamesFilesHarmlessly) {
  EXPECT_EQ(file_name("you@business.example"), "you@business.example");
  EXPECT_EQ(file_name("a\"/..\\\r\nb"), "a__..___b");
}

TEST(Routes, MatchPartByPart) {
  EXPECT_EQ(match("/edit/<id>", "/edit/12"), std::vector<std::string>{"12"});
  EXPECT_EQ(match("/sessions/<id>/end", "/sessions/3/end"), std::vector<std::string>{"3"});
  EXPECT_FALSE(match("/edit/<id>", "/edit/"));
  EXPECT_FALSE(match("/edit/<id>", "/edit/1/2"));
  EXPECT_FALSE(match("/sessions/<id>/end", "/sessions/3/ended"));
  EXPECT_FALSE(match("/", "/x"));
}

TEST(Charts, EscapeWhatTheySay) {
  const std::string svg = bar_chart({{"<b>", "\"quoted\" & <script>", 1, 2}}, "<i>", ChartWidth::Half);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_EQ(svg.find("<script>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;script"), std::string::npos);
}

TEST(Charts, AreDrawnOfNothingToo) {
  EXPECT_NE(bar_chart({}, "nothing", ChartWidth::Whole).find("</svg>"), std::string::npos);
}

TEST(Positions, ReadBackAsTheyAreWritten) {
  const app::CallPosition position{start + minutes{1}, domain::CallId(7)};
  const auto again = parse_position(to_text(position));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->started_at, position.started_at);
  EXPECT_EQ(again->id, position.id);
  for (const char* broken : {"", "1", "1.", ".1", "a.b", "1.2.3"})
    EXPECT_FALSE(parse_position(broken)) << broken;
}

TEST(Queries, KeepWhatIsAskedWhenOneFieldChanges) {
  const http::Fields query{{"profile", "3"}, {"caller", "a b"}, {"after", "1.2"}, {"lang", "fr"}};
  EXPECT_EQ(with_field(query, "after", "3.4"), "?profile=3&caller=a%20b&after=3.4");
  EXPECT_EQ(with_field({{"after", "1.2"}}, "after", ""), "");
}

TEST(ReplyTimes, AreCountedByTheirLimits) {
  const auto counts = by_reply_time({seconds{3}, seconds{10}, seconds{11}, minutes{10}});
  EXPECT_EQ(counts.front(), 2);
  EXPECT_EQ(counts[1], 1);
  EXPECT_EQ(counts.back(), 1);
  EXPECT_EQ(median({seconds{9}, seconds{3}, seconds{5}}), seconds{5});
  EXPECT_EQ(median({}), base::Duration::zero());
}

}  // namespace
}  // namespace sms_notifier::web
