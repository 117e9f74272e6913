// What the pages decide without a database: addresses, guesses at passwords, languages, CSV, charts.

#include <gtest/gtest.h>

#include "support/virtual_loop.h"
#include "web/pages/statistics.h"
#include "web/site/login_guard.h"
#include "web/site/route.h"
#include "web/site/trusted_proxies.h"
#include "web/site/visit.h"
#include "web/view/call_position.h"
#include "web/view/charts.h"
#include "web/view/csv.h"
#include "web/view/paging.h"
#include "web/view/words.h"

namespace sms_notifier::web {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::some_day;

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

LoginAttempt stranger(const std::string& name, const std::string& address) {
  return {name, address, ""};
}

constexpr base::Monotonic some_time{hours{50}};

void fail(LoginGuard& guard, const LoginAttempt& attempt, int times, base::Monotonic at = some_time) {
  for (int i = 0; i < times; ++i) guard.begin(attempt, at);
}

TEST(LoginGuard, LetsPeopleMistype) {
  LoginGuard guard;
  const LoginAttempt anna = stranger("anna", "198.51.100.7");
  fail(guard, anna, 4);
  EXPECT_EQ(guard.wait_before(anna, some_time), base::Duration::zero());
}

TEST(LoginGuard, MakesWhoeverGuessesWaitLongerAndLonger) {
  LoginGuard guard;
  const LoginAttempt anna = stranger("anna", "198.51.100.7");
  fail(guard, anna, 5);
  const base::Duration first = guard.wait_before(anna, some_time);
  EXPECT_GT(first, base::Duration::zero());
  fail(guard, anna, 1);
  EXPECT_GT(guard.wait_before(anna, some_time), first);
  EXPECT_EQ(guard.wait_before(anna, some_time + hours{2}), base::Duration::zero());
}

TEST(LoginGuard, DoesNotLockOutTheOwnerWhenOthersGuess) {
  LoginGuard guard;
  const LoginAttempt owner = stranger("anna", "192.0.2.1");
  guard.begin(owner, some_time);
  guard.succeeded(owner, some_time);
  for (int i = 0; i < 500; ++i) fail(guard, stranger("anna", "198.51.100." + std::to_string(i % 250)), 1);
  EXPECT_EQ(guard.wait_before(owner, some_time), base::Duration::zero());
  EXPECT_EQ(guard.slowness(owner, some_time), base::Duration::zero());
}

TEST(LoginGuard, SlowsANameDownWithoutClosingIt) {
  LoginGuard guard;
  for (int i = 0; i < 5000; ++i) fail(guard, stranger("anna", "2001:db8:1:" + std::to_string(i) + "::1"), 1);
  const LoginAttempt newcomer = stranger("anna", "192.0.2.1");
  EXPECT_EQ(guard.wait_before(newcomer, some_time), base::Duration::zero());
  EXPECT_GT(guard.slowness(newcomer, some_time), base::Duration::zero());
  EXPECT_LE(guard.slowness(newcomer, some_time), seconds{5});
}

TEST(LoginGuard, HoldsAKnownDeviceUpForNothingThatOthersDo) {
  LoginGuard guard;
  const LoginAttempt known{"anna", "198.51.100.7", "the device"};
  fail(guard, stranger("anna", "198.51.100.7"), 100);
  for (int i = 0; i < 500; ++i) fail(guard, stranger("anna", "203.0.113." + std::to_string(i % 250)), 1);
  fail(guard, {"anna", "198.51.100.7", "another device"}, 100);
  EXPECT_EQ(guard.wait_before(known, some_time), base::Duration::zero());
  EXPECT_EQ(guard.slowness(known, some_time), base::Duration::zero());
}

TEST(LoginGuard, CountsWhatAKnownDeviceGuesses) {
  LoginGuard guard;
  const LoginAttempt known{"anna", "198.51.100.7", "the device"};
  fail(guard, known, 5);
  EXPECT_GT(guard.wait_before(known, some_time), base::Duration::zero());
  EXPECT_GT(guard.wait_before({"anna", "192.0.2.1", "the device"}, some_time), base::Duration::zero());
}

TEST(LoginGuard, LeavesPlacesAtTheDeskForOtherAddresses) {
  LoginGuard guard;
  const LoginAttempt here = stranger("anna", "198.51.100.7");
  int places = 0;
  while (places < 100 && guard.come_to_desk(here)) ++places;
  EXPECT_LT(places, 20);
  EXPECT_TRUE(guard.come_to_desk(stranger("anna", "198.51.100.8")));
  EXPECT_TRUE(guard.come_to_desk({"anna", "198.51.100.7", "the device"}));
  guard.leave_desk(here);
  EXPECT_TRUE(guard.come_to_desk(here));
}

TEST(LoginGuard, TakesANetworkOfIpv6AddressesForOne) {
  LoginGuard guard;
  for (int i = 0; i < 20; ++i) fail(guard, stranger("anna", "2001:db8:1:2::" + std::to_string(i)), 1);
  EXPECT_GT(guard.wait_before(stranger("ben", "2001:db8:1:2:ffff::1"), some_time), base::Duration::zero());
  EXPECT_EQ(guard.wait_before(stranger("ben", "2001:db8:1:3::1"), some_time), base::Duration::zero());
}

TEST(LoginGuard, CountsAllNamesThatOneAddressTries) {
  LoginGuard guard;
  for (int i = 0; i < 20; ++i) fail(guard, stranger("name" + std::to_string(i), "198.51.100.7"), 1);
  EXPECT_GT(guard.wait_before(stranger("another", "198.51.100.7"), some_time), base::Duration::zero());
  EXPECT_EQ(guard.wait_before(stranger("another", "198.51.100.8"), some_time), base::Duration::zero());
}

TEST(LoginGuard, RemembersABoundedNumberOfNames) {
  LoginGuard guard;
  for (int i = 0; i < 30'000; ++i)
    fail(guard, stranger("name" + std::to_string(i), "198.51.100.7"), 1, some_time + seconds{i / 100});
  EXPECT_EQ(guard.slowness(stranger("name0", "192.0.2.1"), some_time), base::Duration::zero());
}

TEST(Languages, FollowTheBrowser) {
  EXPECT_EQ(preferred_language("fr-CA,fr;q=0.9,en;q=0.8"), Language::French);
  EXPECT_EQ(preferred_language("de, en-GB;q=0.7, fr;q=0.3"), Language::English);
  EXPECT_EQ(preferred_language("FR"), Language::French);
  EXPECT_EQ(preferred_language(""), Language::English);
  EXPECT_EQ(preferred_language("de"), Language::English);
}

TEST(Csv, QuotesWhatNeedsQuotes) {
  EXPECT_EQ(csv_line({"a", "b,c", "say \"hi\"", "two\nlines"}),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
}

/// The cells of one line as a spreadsheet reads them that splits at `separator`: quotes count where a cell
/// begins.
std::vector<std::string> cells_of(std::string_view text, char separator) {
  std::vector<std::string> cells{""};
  bool begins = true;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      cells.back() += text[at++];
    } else if (c == '"' && (quoted || begins)) {
      quoted = !quoted;
    } else if (!quoted && (c == separator || c == '\r' || c == '\n')) {
      cells.emplace_back();
      begins = true;
      continue;
    } else {
      cells.back() += c;
    }
    begins = false;
  }
  return cells;
}

TEST(Csv, LetsNoFormulaThroughWhereverASpreadsheetSplits) {
  for (const std::string formula :
       {"=1+1", "+1", "-1", "@SUM(A1)", "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF201"}) {
    for (const std::string before : {"", " ", "\t", "\r", "\n", "\"", "\"\"", "x;", "x; ", "x;\"", "x;\"\"",
                                     ";;", "x,", "x\t", "x\r\n", "x;\n", "\u00A0", "x;\u00A0 \""}) {
      const std::string line = csv_line({"you@business.example", before + formula, before + formula, "end"});
      for (const char separator : {',', ';', '\t'}) {
        for (const std::string& cell : cells_of(line, separator)) {
          const auto content = cell.find_first_not_of(" \"\t\r\n");
          if (content == std::string::npos) continue;
          const std::string_view rest = std::string_view(cell).substr(content);
          EXPECT_FALSE(rest.starts_with(formula)) << line << " split at " << separator;
        }
      }
    }
  }
}

TEST(Csv, KeepsWhatIsNoFormula) {
  EXPECT_EQ(csv_line({"555-123-4567", "a=b", "3 - 4", "Missed call at 14:03: text sent", "me@x.example"}),
            "555-123-4567,a=b,3 - 4,Missed call at 14:03: text sent,me@x.example\r\n");
  EXPECT_EQ(csv_line({"a;b", "it's", ""}), "\"a;b\",it's,\r\n");
}

TEST(Csv, LetsNoFormulaThroughWhereASemicolonOrAQuoteBeginsACell) {
  for (const std::string before :
       {";", "x;", "x; ", "x;\"", "\"", "\"\"", " ", "x\n", "x\t", "x\r", "a;b;", "x\";"})
    for (const std::string formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\uFF1D1"}) {
      const std::string line = csv_line({before + formula});
      const auto at = line.find(formula);
      ASSERT_NE(at, std::string::npos);
      EXPECT_EQ(line[at - 1], '\'') << line;
    }
}

TEST(Csv, LeavesOrdinaryTextAlone) {
  for (const std::string text : {"you@business.example", "Jean-Paul", "1+1=2", "a - b", "5 = five"})
    EXPECT_EQ(csv_line({text}), text + "\r\n");
}

TEST(Links, NeverLeadToAnotherHost) {
  for (const std::string path : {"//evil.example/x", "///evil.example", "/\\evil.example", "/\t/evil.example",
                                 "\\\\evil", "/https://evil.example", "evil.example", ""}) {
    const std::string link = local_path(path);
    EXPECT_TRUE(link.starts_with('/')) << path;
    EXPECT_FALSE(link.starts_with("//")) << path;
    EXPECT_EQ(link.find_first_of("\\\t:"), std::string::npos) << link;
  }
  EXPECT_EQ(local_path("/calls/12/text"), "/calls/12/text");
  EXPECT_EQ(local_path("/a b"), "/a%20b");
}

TEST(Proxies, KnowAnIpV4VisitorByOneAddress) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_TRUE(proxies.trusts("::ffff:10.1.2.3"));
  EXPECT_EQ(proxies.client("::ffff:192.0.2.1", ""), "192.0.2.1");
  EXPECT_EQ(proxies.client("10.0.0.1", "::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(proxies.client("10.0.0.1", "2001:DB8:0:0::1"), "2001:db8::1");
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
  const app::CallPosition position{some_day + minutes{1}, domain::CallId(7)};
  const auto again = parse_position(to_text(position));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->started_at, position.started_at);
  EXPECT_EQ(again->id, position.id);
  for (const char* broken : {"", "1", "1.", ".1", "a.b", "1.2.3"})
    EXPECT_FALSE(parse_position(broken)) << broken;
}

TEST(Queries, FindACallerHoweverTheNumberIsPasted) {
  for (const char* whole :
       {"5551234567", "+1 (555) 123-4567", "\u202D555\u00A0123\u00A04567\u202C", "tel:+1-555-123-4567",
        "\uFF15\uFF15\uFF15\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16\uFF17"})
    EXPECT_EQ(digits_of(whole), "5551234567") << whole;
  EXPECT_EQ(digits_of("123-4567"), "1234567");
  EXPECT_EQ(digits_of("+44 20 7183"), "44207183");
  EXPECT_EQ(digits_of("Jamie"), "");
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
