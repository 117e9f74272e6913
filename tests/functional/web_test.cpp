// The pages of the real program, as crowds, clumsy programs and attackers use them.

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "support/installation/installation.h"
#include "support/raw_connection.h"

namespace sms_notifier::functional {
namespace {

namespace json = boost::json;

using test_support::answers_in;
using test_support::between;
using test_support::eventually;
using test_support::header_of;
using test_support::Installation;
using test_support::RawConnection;
using test_support::say;
using test_support::Simulator;
using test_support::status_of;

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024;

std::string get(const std::string& path, const std::string& cookie = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n") +
         "\r\n";
}

std::string post(const std::string& path, const std::string& body,
                 const std::string& type = "application/x-www-form-urlencoded") {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string set_up(const std::string& token, const std::string& name) {
  return post("/setup", "token=" + token + "&username=" + name +
                            "&password=correct-horse&password_again=correct-horse");
}

std::string session_in(const std::string& answer) {
  const std::string cookie = header_of(answer, "Set-Cookie");
  return cookie.starts_with("sms_session_") ? cookie.substr(0, cookie.find(';')) : "";
}

class Web : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { test_support::allow_many_connections(); }

  void start() {
    installation.start();
    const std::string url = installation.service().wait_for("Make the first user here: ");
    setup_token = url.substr(url.find("token=") + 6);
  }
  void start_with_user() {
    start();
    cookie = session_in(ask(set_up(setup_token, "anna")));
    ASSERT_NE(cookie, "");
  }
  std::string ask(const std::string& request) const {
    RawConnection connection(installation.port());
    connection.send(request);
    return connection.read_answer();
  }
  int page_status(const std::string& path) const { return status_of(ask(get(path, cookie))); }
  long memory_kb() {
    std::ifstream status("/proc/" + std::to_string(installation.service().pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
  }
  std::string log_token() const {
    std::ifstream file(installation.folder() + "/log.token");
    std::string token;
    std::getline(file, token);
    return token;
  }
  std::string log_row(const std::string& record, const std::string& token) const {
    const json::value row{{"data", {"Example Co", 1'790'000'000, record, token}}};
    return post("/log/", json::serialize(row), "application/json");
  }

  Simulator simulator;
  Installation installation{simulator};
  std::string setup_token;
  std::string cookie;
};

TEST_F(Web, MetricsCountWhatKeepsProfilesFromTexting) {
  simulator.control("POST", "accounts", R"({"email":"demo@example.test","balance":"0.000000"})");
  installation.add_profile();
  start_with_user();
  const std::string csrf = between(ask(get("/users/", cookie)), "name=\"csrf_token\" value=\"", "\"");
  std::string adding = post("/tokens/add", "name=monitor&csrf_token=" + csrf);
  adding.insert(adding.find("Content-Type"), "Cookie: " + cookie + "\r\n");
  const std::string token = between(ask(adding), "<code class=\"token\">", "<");
  ASSERT_NE(token, "");
  const std::string asking =
      "GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  eventually("the profile is counted", [&] {
    return ask(asking).find("sms_notifier_profiles_not_texting{reason=\"no_funds\"} 1") != std::string::npos;
  });
  EXPECT_NE(ask(asking).find("sms_notifier_profiles{state=\"not_texting\"} 1"), std::string::npos);
}

TEST_F(Web, ManySetUpsAtOnceMakeExactlyOneUser) {
  start();
  constexpr int attempts = 100;
  std::vector<RawConnection> connections;
  for (int n = 0; n < attempts; ++n) {
    const std::string request = set_up(setup_token, "user" + std::to_string(n));
    connections.emplace_back(installation.port()).send(request.substr(0, request.size() - 1));
  }
  for (RawConnection& connection : connections) connection.send("e");
  const auto let_in = std::count_if(connections.begin(), connections.end(), [](RawConnection& connection) {
    return !session_in(connection.read_answer()).empty();
  });
  EXPECT_EQ(let_in, 1);
  const std::string users = installation.cli({"user", "list"}).output;
  int listed = 0;
  for (auto at = users.find("user"); at != std::string::npos; at = users.find("user", at + 1)) ++listed;
  EXPECT_EQ(listed, 1) << users;
}

TEST_F(Web, SessionsOutliveARestartAndAnotherInstallationOnTheHost) {
  start_with_user();
  Installation other(simulator);
  other.start();
  const std::string url = other.service().wait_for("Make the first user here: ");
  RawConnection connection(other.port());
  connection.send(set_up(url.substr(url.find("token=") + 6), "ben"));
  const std::string cookie_of_other = session_in(connection.read_answer());
  ASSERT_NE(cookie_of_other, "");
  EXPECT_NE(cookie_of_other.substr(0, cookie_of_other.find('=')), cookie.substr(0, cookie.find('=')));

  installation.stop();
  installation.start();
  EXPECT_EQ(status_of(ask(get("/", cookie + "; " + cookie_of_other))), 200);
  RawConnection again(other.port());
  again.send(get("/", cookie + "; " + cookie_of_other));
  EXPECT_EQ(status_of(again.read_answer()), 200);
}

TEST_F(Web, SmugglesNoRequestBehindAnother) {
  start();
  const std::string hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string end = "\r\n\r\n0\r\n\r\n";
  const std::string start_line = "POST /login HTTP/1.1\r\nHost: x\r\n";
  const std::string hidden_length = "Content-Length: " + std::to_string(hidden.size() + 5);
  for (const std::string& head :
       {start_line + hidden_length + "\r\nTransfer-Encoding: chunked" + end,
        start_line + "Transfer-Encoding: chunked\r\n" + hidden_length + end,
        start_line + "Content-Length: 5\r\n" + hidden_length + end,
        start_line + "Content-Length: 5, 6" + end,
        start_line + "Content-Length: +5" + end,
        start_line + "Transfer-Encoding: xchunked" + end,
        start_line + "Transfer-Encoding: \tx chunked" + end,
        start_line + "Transfer-Encoding: \vchunked" + end,
        start_line + "Transfer-Encoding: chunked, chunked" + end,
        start_line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked" + end,
        start_line + "Transfer-Encoding: gzip, chunked" + end,
        start_line + "Transfer-Encoding : chunked" + end,
        start_line + " Transfer-Encoding: chunked" + end,
        start_line + "Content-Length : 5" + end,
        start_line + "X: a\nTransfer-Encoding: chunked" + end,
        start_line + "X: a\rTransfer-Encoding: chunked" + end,
        std::string("POST /login HTTP/1.1\nHost: x\n\n"),
        std::string("POST /login HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked") + end,
        start_line + "Host: y" + end,
        start_line + "Transfer-Encoding: chunked\r\n\r\n0\n\n"}) {
    const std::string answers = say(installation.port(), head + hidden);
    EXPECT_LE(answers_in(answers), 1) << head;
    EXPECT_TRUE(answers.empty() || status_of(answers) == 400) << head << answers;
  }
}

TEST_F(Web, TakesATabBeforeAWellSpeltCoding) {
  start();
  const std::string answers = say(installation.port(),
                                  "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tchunked\r\n\r\n"
                                  "0\r\n\r\n" +
                                      get("/healthz"));
  EXPECT_EQ(answers_in(answers), 2);
}

TEST_F(Web, RefusesLongHeaders) {
  start();
  const std::string long_header = "X-Long: " + std::string(header_bytes_max, 'x') + "\r\n\r\n";
  EXPECT_EQ(status_of(say(installation.port(), "GET /login HTTP/1.1\r\nHost: x\r\n" + long_header)), 431);
  std::string many = "GET /login HTTP/1.1\r\nHost: x\r\n";
  while (many.size() <= 2 * header_bytes_max) many += "A: b\r\n";
  EXPECT_EQ(status_of(say(installation.port(), many + "\r\n")), 431);
  EXPECT_NE(status_of(say(installation.port(),
                          "GET /" + std::string(header_bytes_max, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n")),
            200);
}

TEST_F(Web, RefusesLongBodies) {
  start();
  EXPECT_EQ(status_of(say(installation.port(), post("/login", std::string(body_bytes_max + 1, 'x')))), 413);
  EXPECT_NE(status_of(say(installation.port(), post("/login", std::string(body_bytes_max, 'x')))), 413);
}

TEST_F(Web, CutsABodyWithoutEnd) {
  start();
  RawConnection connection(installation.port());
  connection.send("POST /log/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  constexpr int chunks_enough = 100'000;  // 400 MB: far more than the kernel's buffers hold
  int sent = 0;
  while (sent < chunks_enough && connection.send(chunk)) ++sent;
  EXPECT_LT(sent, chunks_enough);
  EXPECT_EQ(page_status("/login"), 200);
}

TEST_F(Web, KeepsNothingOfChunksAndTrailersWithoutEnd) {
  start();
  ASSERT_EQ(page_status("/login"), 200);
  const long before = memory_kb();
  const std::string head = "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string filling(4096, 'x');
  const std::vector<std::pair<std::string, std::string>> endless{{head, std::string(4096, '0')},
                                                                 {head + "1;", filling},
                                                                 {head + "0\r\nX: ", filling},
                                                                 {head + "0\r\n", "X: " + filling + "\r\n"}};
  constexpr int pieces_enough = 20'000;  // 80 MB each
  constexpr long growth_kb_max = 8 * 1024;
  for (const auto& [start_of_it, piece] : endless) {
    RawConnection connection(installation.port());
    connection.send(start_of_it);
    int sent = 0;
    while (sent < pieces_enough && connection.send(piece)) ++sent;
    EXPECT_LT(sent, pieces_enough) << start_of_it;
  }
  EXPECT_LT(memory_kb() - before, growth_kb_max);
  EXPECT_EQ(page_status("/login"), 200);
}

TEST_F(Web, RefusesLongFormsInWords) {
  start_with_user();
  const std::string page = ask(get("/users/", cookie));
  const std::string mark = "name=\"csrf_token\" value=\"";
  const auto begin = page.find(mark) + mark.size();
  const std::string token = page.substr(begin, page.find('"', begin) - begin);
  for (const auto& [language, words] : {std::pair("en", "too long"), std::pair("fr", "trop long")})
    for (const std::size_t bytes : {3'000, 60'000, 1'000'000}) {
      std::string did;
      while (did.size() < bytes) did += "+d";
      const std::string body =
          "csrf_token=" + token + "&name=a%40b.example&message=x&call_duration=10&did=" + did;
      RawConnection connection(installation.port());
      connection.send("POST /create/?lang=" + std::string(language) + " HTTP/1.1\r\nHost: x\r\nCookie: " +
                      cookie + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                      std::to_string(body.size()) + "\r\n\r\n" + body);
      const std::string answer = connection.read_answer();
      EXPECT_EQ(status_of(answer), bytes > body_bytes_max ? 413 : 422);
      EXPECT_NE(answer.find(words), std::string::npos) << language << " " << bytes;
      EXPECT_NE(header_of(answer, "Content-Security-Policy"), "");
      EXPECT_LT(answer.size(), 10'000U);
    }
}

/// A crowd that wants nothing but the server's attention.
class Crowd {
 public:
  Crowd(std::uint16_t port, int dripping, int idle) {
    for (int n = 0; n < idle; ++n) idle_.emplace_back(port).send(get("/healthz"));
    for (RawConnection& connection : idle_) connection.read_answer();
    for (int n = 0; n < dripping; ++n)
      dripping_.emplace_back(port).send("GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  }
  void drip() {
    for (RawConnection& connection : dripping_) connection.send("x");
  }

 private:
  std::vector<RawConnection> idle_;
  std::vector<RawConnection> dripping_;
};

TEST_F(Web, TextsGoOutAndPagesAnswerWhileTwoThousandConnectionsLinger) {
  constexpr int lingering = 1000;
  constexpr int calls = 10;
  constexpr int pages = 50;
#ifdef __SANITIZE_THREAD__
  constexpr long crowd_kb_max = 256 * 1024;  // the sanitizer keeps some bytes for each of the service's
#else
  constexpr long crowd_kb_max = 64 * 1024;
#endif
  constexpr long growth_kb_max = 32 * 1024;  // the address sanitizer holds back what was freed
  installation.add_profile();
  start_with_user();
  ASSERT_EQ(page_status("/"), 200);
  const long before = memory_kb();
  Crowd crowd(installation.port(), lingering, lingering);
  ASSERT_EQ(page_status("/"), 200);
  const long crowded = memory_kb();
  EXPECT_LT(crowded - before, crowd_kb_max);
  RecordProperty("crowd_kb", std::to_string(crowded - before));

  for (int n = 0; n < calls; ++n) {
    crowd.drip();
    simulator.call(Installation::account, std::to_string(5'551'230'000 + n));
  }
  for (int n = 0; n < pages; ++n) {
    crowd.drip();
    EXPECT_EQ(page_status("/"), 200);
    EXPECT_EQ(page_status("/calls/"), 200);
    EXPECT_EQ(page_status("/log/"), 200);
  }
  eventually("all texts", [&] { return simulator.texts().size() >= calls; });
  const int polls = simulator.polls(Installation::account);
  eventually("two more polls", [&] { return simulator.polls(Installation::account) >= polls + 2; });
  std::set<std::string> texted;
  const json::array texts = simulator.texts();
  for (const json::value& text : texts) texted.insert(json::value_to<std::string>(text.at("dst")));
  EXPECT_EQ(texts.size(), calls);
  EXPECT_EQ(texted.size(), calls);

  const long warm = memory_kb();
  for (int n = 0; n < pages; ++n) {
    crowd.drip();
    EXPECT_EQ(page_status("/"), 200);
  }
  EXPECT_LT(memory_kb() - warm, growth_kb_max);
}

TEST_F(Web, EndsInOrderWhileAnExportAndALivePageAreOpen) {
  installation.environment["SMS_NOTIFIER_MONITOR_SHUTDOWN_GRACE"] = "1s";
  start_with_user();
  // More than the kernel takes in for a reader that does not read.
  constexpr int writers = 30;
  constexpr int rows_each = 100;
  const std::string row = log_row(std::string(3500, 'x'), log_token());
  std::vector<RawConnection> connections;
  for (int n = 0; n < writers; ++n) connections.emplace_back(installation.port());
  for (int n = 0; n < rows_each; ++n) {
    for (RawConnection& connection : connections) connection.send(row);
    for (RawConnection& connection : connections) ASSERT_EQ(status_of(connection.read_answer()), 200);
  }
  RawConnection live(installation.port());
  live.send(get("/events", cookie));
  ASSERT_NE(live.read_until("retry: 3000").find(" 200 "), std::string::npos);
  constexpr int receive_bytes = 4096;
  RawConnection slow_export(installation.port(), receive_bytes);
  slow_export.send(get("/export/", cookie));
  ASSERT_NE(slow_export.read_until("\r\n\r\n").find("text/csv"), std::string::npos);

  installation.stop();
  EXPECT_FALSE(slow_export.read_all().ends_with("\r\n0\r\n\r\n")) << "the export was over before the end";
  EXPECT_NE(installation.service().errors().find("service_stopped"), std::string::npos);
}

TEST_F(Web, LetsAnAnswerUnderWayGoOutWhenItEnds) {
  start_with_user();
  constexpr int rows = 400;
  const std::string row = log_row(std::string(3500, 'x'), log_token());
  RawConnection writer(installation.port());
  for (int n = 0; n < rows; ++n) {
    writer.send(row);
    ASSERT_EQ(status_of(writer.read_answer()), 200);
  }
  constexpr int receive_bytes = 4096;
  RawConnection slow_export(installation.port(), receive_bytes);
  slow_export.send(get("/export/", cookie));
  slow_export.read_until("\r\n\r\n");
  installation.service().signal(SIGTERM);
  EXPECT_TRUE(slow_export.read_all().ends_with("\r\n0\r\n\r\n")) << "the export was cut";
  EXPECT_EQ(installation.service().wait(), 0);
}

TEST_F(Web, PostedLogRowsNeedTheirFormAndTheirToken) {
  start_with_user();
  const std::string token = log_token();
  ASSERT_NE(token, "");
  const auto posted = [&](const std::string& body) {
    return status_of(ask(post("/log/", body, "application/json")));
  };
  for (const char* body :
       {"", "nonsense", "{}", "[]", R"({"data":null})", R"({"data":[]})", R"({"data":["a",1,"b"]})",
        R"({"data":["a",1,"b",7]})", R"({"data":["a","now","b","t"]})", R"({"data":["a",1e999,"b","t"]})",
        "{\"data\":[", "data=a&data=1&data=b&data=t", "\xff\xfe", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["})
    EXPECT_EQ(posted(body), 400) << body;
  EXPECT_EQ(posted(std::string(60'000, '[')), 400);
  for (const std::string& wrong : {std::string(), std::string("wrong"), token + "x", token.substr(1)})
    EXPECT_EQ(status_of(ask(log_row("Forged.", wrong))), 401) << wrong;
  EXPECT_EQ(status_of(ask(log_row("Genuine.", token))), 200);
  const std::string page = ask(get("/log/", cookie));
  EXPECT_NE(page.find("Genuine."), std::string::npos);
  EXPECT_EQ(page.find("Forged."), std::string::npos);
}

}  // namespace
}  // namespace sms_notifier::functional
