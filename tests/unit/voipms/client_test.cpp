#include "voipms/client.h"

#include <deque>
#include <optional>
#include <sys/socket.h>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/voipms/answers.h"

namespace sms_notifier::voipms {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

/// A provider on loopback that answers the first request of each connection, and then leaves the connection
/// open without listening to it.
class TinyProvider {
 public:
  explicit TinyProvider(std::string answer)
      : answer_(std::move(answer)), acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    url_ = "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/api/v1/rest.php";
    thread_ = std::thread([this] { serve(); });
  }
  ~TinyProvider() { stop(); }

  const std::string& url() const { return url_; }

  /// What was asked, one request for each connection. Ends the service.
  const std::vector<std::string>& requests() {
    stop();
    return requests_;
  }

 private:
  void stop() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }

  void serve() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket& socket = connections_.emplace_back(loop_);
      acceptor_.accept(socket, error);
      if (error) return;
      std::string request;
      const std::size_t head = asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", error);
      if (error) continue;
      const std::size_t length = std::stoul(request.substr(request.find("Content-Length: ") + 16));
      asio::read(socket, asio::dynamic_buffer(request),
                 asio::transfer_exactly(head + length - request.size()), error);
      requests_.push_back(request);
      const std::string reply = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: " +
                                std::to_string(answer_.size()) + "\r\n\r\n" + answer_;
      asio::write(socket, asio::buffer(reply), error);
    }
  }

  const std::string answer_;
  std::string url_;
  asio::io_context loop_;
  tcp::acceptor acceptor_;
  std::deque<tcp::socket> connections_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

class VoipmsClient : public testing::Test {
 protected:
  template <class T>
  static base::task<> keep(base::task<T> work, std::optional<T>& result) {
    result.emplace(co_await std::move(work));
  }

  template <class T>
  T run(base::task<T> work) {
    std::optional<T> result;
    asio::co_spawn(loop, keep(std::move(work), result),
                   [](const std::exception_ptr& error) { EXPECT_FALSE(error); });
    loop.restart();
    while (!result) loop.run_one();
    return *std::move(result);
  }

  ClientOptions options_for(const TinyProvider& provider) {
    ClientOptions options;
    options.base_url = provider.url();
    options.poll_timeout = std::chrono::seconds{3};
    options.send_timeout = std::chrono::seconds{3};
    return options;
  }

  static constexpr auto may_leave = [] { return true; };

  asio::io_context loop;
  http::Client http{loop, {.user_agent = "SMS-Notifier-test", .ca_file = "", .in_flight_max = 4}};
  const app::Credentials account{"owner@example.com", base::Secret("hunter2")};
  const domain::TextMessage text{*domain::Did::parse("4185550100"), *domain::PhoneNumber::parse("5145550177"),
                                 "Désolé, nous vous rappelons."};
};

TEST_F(VoipmsClient, HandsInATextByMultipartForm) {
  TinyProvider provider(R"({"status":"success","sms":118200301})");
  Client client(http, options_for(provider));

  const auto outcome = run(client.submit(account, text, domain::MessageKind::Sms, may_leave));

  ASSERT_TRUE(std::holds_alternative<app::Accepted>(outcome));
  EXPECT_EQ(std::get<app::Accepted>(outcome).provider_id, "118200301");
  ASSERT_THAT(provider.requests(), SizeIs(1));
  const std::string& request = provider.requests()[0];
  EXPECT_THAT(request, HasSubstr("POST /api/v1/rest.php HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: multipart/form-data; boundary="));
  EXPECT_THAT(request, HasSubstr("name=\"api_password\"\r\n\r\nhunter2\r\n"));
  EXPECT_THAT(request, HasSubstr("name=\"method\"\r\n\r\nsendSMS\r\n"));
  EXPECT_THAT(request, HasSubstr("name=\"message\"\r\n\r\nDésolé, nous vous rappelons.\r\n"));
}

TEST_F(VoipmsClient, TellsOfTheProvidersTimeInEveryAnswerBeforeItsCallerGoesOn) {
  TinyProvider provider(R"({"status":"no_such_word"})");
  Client client(http, options_for(provider));
  std::vector<domain::DatedAnswer> dates;
  client.hear_dates([&](const domain::DatedAnswer& answer) { dates.push_back(answer); });

  run(client.ip(account));
  run(client.submit(account, text, domain::MessageKind::Sms, may_leave));
  ASSERT_THAT(dates, SizeIs(2));
  EXPECT_EQ(dates[0].date, base::Instant{std::chrono::seconds{784'111'777}});
  EXPECT_GT(dates[1].took, base::Duration::zero());
}

TEST_F(VoipmsClient, HandsInEachTextOnAConnectionOfItsOwn) {
  TinyProvider provider(R"({"status":"success","ip":"192.0.2.15","sms":7})");
  Client client(http, options_for(provider));
  EXPECT_TRUE(run(client.ip(account)).ok());

  const auto outcome = run(client.submit(account, text, domain::MessageKind::Sms, may_leave));

  EXPECT_TRUE(std::holds_alternative<app::Accepted>(outcome));
  EXPECT_THAT(provider.requests(), SizeIs(2));
}

TEST_F(VoipmsClient, AsksWhetherTheTextMayLeaveRightBeforeItsFirstByte) {
  TinyProvider provider(R"({"status":"success","sms":7})");
  Client client(http, options_for(provider));
  int asked = 0;
  const auto refuse = [&] {
    ++asked;
    return false;
  };

  const auto outcome = run(client.submit(account, text, domain::MessageKind::Sms, refuse));

  ASSERT_TRUE(std::holds_alternative<app::NotSent>(outcome));
  EXPECT_EQ(std::get<app::NotSent>(outcome).why.kind, app::TroubleKind::HeldUp);
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(provider.requests(), SizeIs(0));
}

TEST_F(VoipmsClient, ReadsCalls) {
  TinyProvider provider(
      R"({"status":"success","cdr":[{"date":"2026-09-14 09:12:44","uniqueid":"4836999001"}]})");
  Client client(http, options_for(provider));
  Filter filter;
  const domain::Day day = std::chrono::year{2026} / std::chrono::September / 14;

  const auto answer = run(client.get_cdr(account, {day, day}, filter));

  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer.value().rows, SizeIs(1));
  EXPECT_THAT(provider.requests().at(0), HasSubstr("name=\"timezone\"\r\n\r\n-5\r\n"));
}

TEST_F(VoipmsClient, SaysThatNothingWasSentWhenThePortRefuses) {
  ClientOptions options;
  {
    TinyProvider gone("");
    options.base_url = gone.url();
  }
  Client client(http, options);

  const auto outcome = run(client.submit(account, text, domain::MessageKind::Sms, may_leave));

  ASSERT_TRUE(std::holds_alternative<app::NotSent>(outcome));
  EXPECT_EQ(std::get<app::NotSent>(outcome).why.kind, app::TroubleKind::Unreachable);
  EXPECT_THAT(in_english(std::get<app::NotSent>(outcome).why.detail), Not(HasSubstr("hunter2")));
}

TEST_F(VoipmsClient, DoesNotKnowWhatHappenedWhenTheAnswerIsCutShort) {
  TinyProvider provider(R"({"status":"success",)");
  Client client(http, options_for(provider));
  const auto outcome = run(client.submit(account, text, domain::MessageKind::Sms, may_leave));
  EXPECT_TRUE(std::holds_alternative<app::Unconfirmed>(outcome));
}

}  // namespace
}  // namespace sms_notifier::voipms
