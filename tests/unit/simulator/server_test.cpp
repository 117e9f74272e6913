#include "simulator/server.h"

#include <array>
#include <future>
#include <optional>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sms_notifier::simulator {
namespace {

namespace asio = boost::asio;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

WorldOptions demo_world() {
  WorldOptions options;
  options.accounts.push_back(demo_account());
  return options;
}

/// The simulator as the demo runs it, on a thread of its own.
class SimulatorServer : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    server_.emplace(loop_, std::move(options), world_);
    thread_ = std::thread([this] { loop_.run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] {
      server_->stop();
      work_.reset();
    });
    thread_.join();
  }
  ~SimulatorServer() override { stop(); }

  /// The whole answer to one request on a connection of its own.
  std::string ask(const std::string& request) {
    asio::io_context own_loop;
    asio::ip::tcp::socket socket(own_loop);
    socket.connect({asio::ip::address_v4::loopback(), server_->port()});
    asio::write(socket, asio::buffer(request));
    std::string answer;
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }
  std::string get(const std::string& target) {
    return ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  std::string post(const std::string& target, const std::string& type, const std::string& body) {
    return ask("POST " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + type +
               "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  static std::string form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string body;
    for (const auto& [name, value] : fields)
      body += "--edge\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    return body + "--edge--\r\n";
  }
  std::string call_api(const std::string& method) {
    return post("/api/v1/rest.php", "multipart/form-data; boundary=edge",
                form({{"api_username", "demo@example.test"},
                      {"api_password", std::string(default_password)},
                      {"method", method}}));
  }

  World world_{demo_world()};
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::optional<Server> server_;
  std::thread thread_;
};

TEST_F(SimulatorServer, AnswersMultipartAndQueryAlike) {
  start();
  EXPECT_THAT(call_api("getIP"), HasSubstr(R"({"status":"success","ip":"127.0.0.1"})"));
  EXPECT_THAT(
      get("/api/v1/rest.php?api_username=demo%40example.test&api_password=demo-api-password&method=getIP"),
      HasSubstr(R"({"status":"success","ip":"127.0.0.1"})"));
}

TEST_F(SimulatorServer, AnswersAnUrlencodedPostWithASoapFault) {
  start();
  const std::string answer = post("/api/v1/rest.php", "application/x-www-form-urlencoded", "method=getIP");
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/xml"));
  EXPECT_THAT(answer, HasSubstr("<SOAP-ENV:Fault>"));
}

TEST_F(SimulatorServer, TheOlderAddressSaysJsonOnlyWhenAskedTo) {
  start();
  EXPECT_THAT(get("/api/v1/?method=getIP"), HasSubstr("Content-Type: text/html"));
  EXPECT_THAT(get("/api/v1/?method=getIP&content_type=json"), HasSubstr("Content-Type: application/json"));
}

TEST_F(SimulatorServer, RefusesARequestLineThatIsTooLong) {
  start();
  const std::string filler(8190 - std::string("GET /api/v1/rest.php?x= HTTP/1.1").size(), 'x');
  EXPECT_THAT(get("/api/v1/rest.php?x=" + filler), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(get("/api/v1/rest.php?x=" + filler + "x"), StartsWith("HTTP/1.1 414"));
}

TEST_F(SimulatorServer, NotesAPasswordInTheUrl) {
  start();
  call_api("getIP");
  EXPECT_THAT(get("/control/requests?account=demo@example.test"), HasSubstr("\"secret_in_url\":false"));
  get("/api/v1/rest.php?api_username=demo@example.test&api_password=demo-api-password&method=getIP");
  EXPECT_THAT(get("/control/requests?account=demo@example.test"), HasSubstr("\"secret_in_url\":true"));
}

TEST_F(SimulatorServer, TakesControlRequestsButNotFromOtherSites) {
  start();
  EXPECT_THAT(post("/control/calls", "application/json", "{\"unique_id\":\"u1\"}"), HasSubstr("[\"u1\"]"));
  EXPECT_THAT(
      ask("POST /control/reset HTTP/1.1\r\nHost: x\r\nConnection: close\r\nSec-Fetch-Site: cross-site\r\n"
          "Content-Length: 0\r\n\r\n"),
      StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(get("/control/calls"), HasSubstr("u1"));
}

TEST_F(SimulatorServer, LosesAnAnswerOverTheWire) {
  start();
  post("/control/faults", "application/json",
       R"([{"kind":"close_after","count":1},{"kind":"reset_before","count":1}])");
  EXPECT_EQ(call_api("getIP"), "");
  EXPECT_EQ(call_api("getIP"), "");
  EXPECT_THAT(call_api("getIP"), HasSubstr("success"));
}

TEST_F(SimulatorServer, BreaksAnAnswerOffInTheMiddle) {
  start();
  post("/control/faults", "application/json", R"({"kind":"truncate","count":1})");
  const std::string cut = call_api("getIP");
  EXPECT_THAT(cut, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(cut, Not(HasSubstr("127.0.0.1")));
}

TEST_F(SimulatorServer, DripsAWholeAnswer) {
  start();
  post("/control/faults", "application/json", R"({"kind":"drip","delay_ms":1,"count":1})");
  EXPECT_THAT(call_api("getIP"), EndsWith("\r\n\r\n{\"status\":\"success\",\"ip\":\"127.0.0.1\"}"));
}

TEST_F(SimulatorServer, WaitsForTheLatency) {
  start();
  post("/control/faults", "application/json", R"({"kind":"latency","delay_ms":60})");
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_THAT(call_api("getIP"), HasSubstr("success"));
  EXPECT_GE(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds{60});
}

TEST_F(SimulatorServer, StopsAtOnceThoughAnswersAreWaiting) {
  start();
  post("/control/faults", "application/json", R"([{"kind":"latency","delay_ms":3600000,"method":"getBalance"},
                                                  {"kind":"hang","method":"getIP"}])");
  auto late = std::async(std::launch::async, [&] { return call_api("getBalance"); });
  auto hung = std::async(std::launch::async, [&] { return call_api("getIP"); });
  const auto arrived = [&] {
    const std::string log = get("/control/requests?account=demo@example.test");
    return log.find("getIP") != std::string::npos && log.find("getBalance") != std::string::npos;
  };
  while (!arrived()) std::this_thread::yield();
  stop();
  EXPECT_EQ(late.get(), "");
  EXPECT_EQ(hung.get(), "");
}

TEST_F(SimulatorServer, PlaysItsScript) {
  ServerOptions options;
  options.script = parse_script(R"([{"at":"1ms","call":{"unique_id":"scripted"}}])", demo_world()).value();
  start(std::move(options));
  while (get("/control/calls").find("scripted") == std::string::npos) std::this_thread::yield();
}

TEST_F(SimulatorServer, ShowsItsPageWithAScriptOfItsOwn) {
  start();
  const std::string page = get("/");
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page, HasSubstr("src=\"page.js\""));
  EXPECT_THAT(get("/page.js"), HasSubstr("Content-Type: text/javascript"));
  EXPECT_THAT(get("/favicon.ico"), StartsWith("HTTP/1.1 404"));
}

TEST_F(SimulatorServer, TellsItsAddress) {
  start();
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(server_->port()));
}

}  // namespace
}  // namespace sms_notifier::simulator
