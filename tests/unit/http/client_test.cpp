#include "http/client.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <zlib.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "http/date.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

/// The server's end of a connection, blocking.
class Connection {
 public:
  explicit Connection(tcp::socket& socket) : socket_(socket) {}

  int descriptor() { return socket_.native_handle(); }

  /// Head and body of the next request; nothing when the client has gone.
  std::optional<std::string> read_request() {
    boost::system::error_code error;
    const std::size_t head = asio::read_until(socket_, asio::dynamic_buffer(received_), "\r\n\r\n", error);
    if (error) return std::nullopt;
    const std::size_t length_at = received_.find("Content-Length: ");
    const std::size_t length = length_at < head ? std::stoul(received_.substr(length_at + 16)) : 0;
    if (received_.size() < head + length) {
      asio::read(socket_, asio::dynamic_buffer(received_),
                 asio::transfer_exactly(head + length - received_.size()), error);
      if (error) return std::nullopt;
    }
    std::string request = received_.substr(0, head + length);
    received_.erase(0, head + length);
    return request;
  }

  void write(std::string_view text) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(text.data(), text.size()), ignored);
  }

  void answer(std::string_view body, std::string_view headers = "") {
    write("HTTP/1.1 200 OK\r\n" + std::string(headers) + "Content-Length: " + std::to_string(body.size()) +
          "\r\n\r\n" + std::string(body));
  }

  void wait_until_client_leaves() {
    char byte = 0;
    boost::system::error_code ignored;
    while (socket_.read_some(asio::buffer(&byte, 1), ignored) > 0) {
    }
  }

  /// Returns when something has come that was not read yet.
  void wait_for_request() {
    boost::system::error_code ignored;
    socket_.wait(tcp::socket::wait_read, ignored);
  }

  /// The connection will end with RST instead of FIN.
  void reset() {
    socket_.set_option(asio::socket_base::linger(true, 0));
    reset_ = true;
  }
  bool is_reset() const { return reset_; }

 private:
  tcp::socket& socket_;
  std::string received_;
  bool reset_ = false;
};

/// A server on loopback that does to each connection what the script says. Each connection has a thread.
class TinyServer {
 public:
  using Script = std::function<void(Connection&)>;

  explicit TinyServer(Script script)
      : script_(std::move(script)), acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    port_ = acceptor_.local_endpoint().port();
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~TinyServer() {
    stop_listening();
    accepting_.join();
    {
      std::lock_guard lock(mutex_);
      for (tcp::socket& socket : sockets_) {
        if (socket.is_open()) ::shutdown(socket.native_handle(), SHUT_RDWR);
      }
    }
    for (std::thread& thread : threads_) thread.join();
  }

  std::string url(std::string_view scheme = "http") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port_) + "/rest.php";
  }
  int connections() const { return connections_; }
  /// From now on the port refuses.
  void stop_listening() {
    if (!stopped_.exchange(true)) ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  }

 private:
  void accept_all() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket(loop_);
      acceptor_.accept(socket, error);
      if (error) return;
      std::lock_guard lock(mutex_);
      tcp::socket& kept = sockets_.emplace_back(std::move(socket));
      ++connections_;
      threads_.emplace_back([this, &kept] {
        Connection connection(kept);
        script_(connection);
        std::lock_guard closing(mutex_);
        if (connection.is_reset()) {
          kept.close();
        } else {
          ::shutdown(kept.native_handle(), SHUT_RDWR);
        }
      });
    }
  }

  const Script script_;
  asio::io_context loop_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::thread accepting_;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::deque<tcp::socket> sockets_;
  std::deque<std::thread> threads_;
};

/// Answers every request of every connection, and remembers them.
class EchoServer {
 public:
  explicit EchoServer(const std::string& headers = "", const std::string& body = "fine")
      : server_([this, headers, body](Connection& connection) {
          while (auto request = connection.read_request()) {
            {
              std::lock_guard lock(mutex_);
              requests_.push_back(*request);
            }
            connection.answer(body, headers);
          }
        }) {}

  std::string url() const { return server_.url(); }
  int connections() const { return server_.connections(); }
  std::vector<std::string> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  TinyServer server_;
};

/// The client under test on a loop of its own.
class HttpClient : public testing::Test {
 protected:
  explicit HttpClient(std::size_t in_flight_max = 16) {
    make_client({.ca_file = "", .in_flight_max = in_flight_max});
  }

  void make_client(ClientOptions options) {
    options.user_agent = "SMS-Notifier-test";
    client = std::make_unique<Client>(loop, std::move(options));
  }

  static FormPost request_to(std::string url) {
    FormPost request;
    request.url = std::move(url);
    request.fields.emplace_back("method", base::Secret("getCDR"));
    request.connect_max = std::chrono::seconds{5};
    request.total_max = std::chrono::seconds{10};
    return request;
  }
  static FormPost fresh_request_to(std::string url) {
    FormPost request = request_to(std::move(url));
    request.fresh_connection = true;
    return request;
  }

  /// Starts a request; its outcome appears in `outcomes`.
  void start(FormPost request) {
    ++started;
    asio::co_spawn(loop, client->post(std::move(request)),
                   [this](const std::exception_ptr& error, Outcome outcome) {
                     EXPECT_FALSE(error);
                     outcomes.push_back(std::move(outcome));
                   });
  }
  void run_until_all_have_ended() {
    loop.restart();
    while (outcomes.size() < started) loop.run_one();
  }
  Outcome post(FormPost request) {
    start(std::move(request));
    run_until_all_have_ended();
    Outcome last = std::move(outcomes.back());
    return last;
  }

  asio::io_context loop;
  std::unique_ptr<Client> client;
  std::size_t started = 0;
  std::vector<Outcome> outcomes;
};

class OneAtATime : public HttpClient {
 protected:
  OneAtATime() : HttpClient(1) {}
};

const ReceivedResponse& reply_of(const Outcome& outcome) {
  static const ReceivedResponse none;
  const auto* reply = std::get_if<ReceivedResponse>(&outcome);
  if (!reply) ADD_FAILURE() << "no reply: " << std::get<Failure>(outcome).detail;
  return reply ? *reply : none;
}

const Failure& failure_of(const Outcome& outcome) {
  static const Failure none{Failure::Kind::Interrupted, true, ""};
  const auto* failure = std::get_if<Failure>(&outcome);
  if (!failure) ADD_FAILURE() << "a reply: " << std::get<ReceivedResponse>(outcome).body;
  return failure ? *failure : none;
}

// The request.

TEST_F(HttpClient, SendsTheFieldsAsTheyAre) {
  EchoServer server;
  FormPost request = request_to(server.url());
  request.fields.emplace_back("message", base::Secret("@/etc/hostname;type=x\r\nà bientôt & \"merci\"\n"));

  EXPECT_EQ(reply_of(post(std::move(request))).status, 200);

  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, HasSubstr("POST /rest.php HTTP/1.1\r\n"));
  EXPECT_THAT(sent, HasSubstr("User-Agent: SMS-Notifier-test\r\n"));
  EXPECT_THAT(sent, HasSubstr("Content-Type: multipart/form-data; boundary="));
  EXPECT_THAT(sent,
              HasSubstr("name=\"message\"\r\n\r\n@/etc/hostname;type=x\r\nà bientôt & \"merci\"\n\r\n--"));
}

TEST_F(HttpClient, AsksForNoPermissionToSendALongForm) {
  EchoServer server;
  FormPost request = request_to(server.url());
  request.fields.emplace_back("media1", base::Secret(std::string(3 * 1024 * 1024, 'x')));

  EXPECT_EQ(reply_of(post(std::move(request))).body, "fine");
  EXPECT_THAT(server.requests().at(0).substr(0, 1000), Not(HasSubstr("Expect:")));
}

TEST_F(HttpClient, SeparatesTheFormsOfTwoClientsDifferently) {
  EchoServer server;
  post(request_to(server.url()));
  make_client({});
  post(request_to(server.url()));

  const auto boundary = [&](std::size_t request) {
    const std::string sent = server.requests().at(request);
    const std::string_view before = "boundary=";
    const auto at = sent.find(before) + before.size();
    return sent.substr(at, sent.find('\r', at) - at);
  };
  EXPECT_GE(boundary(0).size(), 32U);
  EXPECT_NE(boundary(0), boundary(1));
}

TEST_F(HttpClient, KeepsNoCookies) {
  EchoServer server("Set-Cookie: session=1\r\n");
  post(request_to(server.url()));
  post(request_to(server.url()));
  EXPECT_THAT(server.requests().at(1), Not(HasSubstr("Cookie")));
}

TEST_F(HttpClient, IgnoresTheProxyOfTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  EchoServer server;
  EXPECT_EQ(reply_of(post(request_to(server.url()))).body, "fine");
  ::unsetenv("http_proxy");
}

TEST_F(HttpClient, SpeaksHttpOnly) {
  const Failure failure = failure_of(post(request_to("file:///etc/hostname")));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
}

// The answer.

TEST_F(HttpClient, DoesNotFollowRedirects) {
  EchoServer elsewhere;
  TinyServer server([&](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 301 Moved\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0\r\n\r\n");
    connection.wait_until_client_leaves();
  });
  EXPECT_EQ(reply_of(post(request_to(server.url()))).status, 301);
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(HttpClient, HandsOverErrorPages) {
  TinyServer server([](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 522 \r\nContent-Length: 15\r\n\r\nerror code: 522");
    connection.wait_until_client_leaves();
  });
  const Outcome outcome = post(request_to(server.url()));
  EXPECT_EQ(reply_of(outcome).status, 522);
  EXPECT_EQ(reply_of(outcome).body, "error code: 522");
}

TEST_F(HttpClient, HandsOverTheServersDate) {
  EchoServer server("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  const ReceivedResponse reply = std::get<ReceivedResponse>(post(request_to(server.url())));
  EXPECT_EQ(reply.date, parse_date("Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_GT(reply.took, base::Duration::zero());
}

TEST_F(HttpClient, HandsOverNoDateThatIsOdd) {
  for (const char* headers :
       {"", "Date: yesterday\r\n", "Date: Mon, 06 Nov 1994 08:49:37 GMT\r\n",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nAge: 60\r\n",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nDate: Sun, 06 Nov 1994 08:49:38 GMT\r\n"}) {
    EchoServer server(headers);
    const Outcome outcome = post(request_to(server.url()));
    EXPECT_EQ(reply_of(outcome).body, "fine");
    EXPECT_FALSE(reply_of(outcome).date) << headers;
  }
}

TEST_F(HttpClient, LeavesRoomBehindTheBodyForTheParser) {
  for (const std::size_t bytes : {0UL, 1UL, 15UL, 16UL, 100'000UL, 1UL << 20}) {
    EchoServer server("", std::string(bytes, 'b'));
    const ReceivedResponse reply = std::get<ReceivedResponse>(post(request_to(server.url())));
    EXPECT_EQ(reply.body.size(), bytes);
    EXPECT_GE(reply.body.capacity(), bytes + 64);
  }
}

TEST_F(HttpClient, UsesTheMemoryOfABodyThatItWasGivenBack) {
  const std::string body(300'000, 'b');
  EchoServer server("", body);
  ReceivedResponse first = std::get<ReceivedResponse>(post(request_to(server.url())));
  const void* memory = first.body.data();
  const std::size_t room = first.body.capacity();
  client->reuse(std::move(first.body));
  const std::string elsewhere(room, 'e');  // where the memory would be if it had been freed

  const ReceivedResponse second = std::get<ReceivedResponse>(post(request_to(server.url())));
  EXPECT_EQ(second.body, body);
  EXPECT_EQ(second.body.data(), memory);
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST_F(HttpClient, UnpacksGzip) {
  const std::string text(200'000, 'r');
  EchoServer server("Content-Encoding: gzip\r\n", gzip(text));
  EXPECT_EQ(reply_of(post(request_to(server.url()))).body, text);
  EXPECT_THAT(server.requests().at(0), HasSubstr("Accept-Encoding: gzip, deflate\r\n"));
}

TEST_F(HttpClient, RefusesABodyThatIsTooLong) {
  EchoServer server("", std::string(1001, 'x'));
  FormPost request = request_to(server.url());
  request.body_bytes_max = 1000;
  const Failure failure = failure_of(post(std::move(request)));
  EXPECT_EQ(failure.kind, Failure::Kind::TooLong);
  EXPECT_TRUE(failure.may_have_been_sent);
}

TEST_F(HttpClient, TakesABodyOfExactlyTheLengthAllowed) {
  EchoServer server("", std::string(1000, 'x'));
  FormPost request = request_to(server.url());
  request.body_bytes_max = 1000;
  EXPECT_EQ(reply_of(post(std::move(request))).body.size(), 1000U);
}

TEST_F(HttpClient, RefusesABodyThatUnpacksToTooMuch) {
  EchoServer server("Content-Encoding: gzip\r\n", gzip(std::string(8'000'000, 'x')));
  FormPost request = request_to(server.url());
  request.body_bytes_max = 1'000'000;
  EXPECT_EQ(failure_of(post(std::move(request))).kind, Failure::Kind::TooLong);
}

TEST_F(HttpClient, TellsAnAnswerThatBreaksOff) {
  TinyServer server([](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":\"success\"");
  });
  const Failure failure = failure_of(post(request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::Interrupted);
  EXPECT_TRUE(failure.may_have_been_sent);
}

TEST_F(HttpClient, TellsAChunkedAnswerThatBreaksOff) {
  TinyServer server([](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  });
  EXPECT_EQ(failure_of(post(request_to(server.url()))).kind, Failure::Kind::Interrupted);
}

TEST_F(HttpClient, TellsAnAnswerThatIsNotHttp) {
  TinyServer server([](Connection& connection) {
    connection.read_request();
    connection.write("220 mail.example ESMTP\r\n");
  });
  const Failure failure = failure_of(post(request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::Interrupted);
  EXPECT_TRUE(failure.may_have_been_sent);
}

// The phases: what may have been sent.

TEST_F(HttpClient, SendsNothingToAPortThatRefuses) {
  std::string url;
  {
    TinyServer gone([](Connection&) {});
    url = gone.url();
  }
  const Failure failure = failure_of(post(fresh_request_to(url)));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
  EXPECT_THAT(failure.detail, Not(HasSubstr("rest.php")));
}

TEST_F(HttpClient, SendsNothingWhenConnectingTakesTooLong) {
  // A listener whose queue is full: the kernel drops further attempts to connect, as a dead host would.
  asio::io_context other;
  tcp::acceptor acceptor(other, tcp::v4());
  acceptor.bind({asio::ip::address_v4::loopback(), 0});
  acceptor.listen(0);
  std::deque<tcp::socket> queue;
  for (int i = 0; i < 4; ++i) {
    tcp::socket& socket = queue.emplace_back(other, tcp::v4());
    socket.native_non_blocking(true);
    const tcp::endpoint listener = acceptor.local_endpoint();
    (void)::connect(socket.native_handle(), listener.data(), static_cast<socklen_t>(listener.size()));
  }

  FormPost request =
      fresh_request_to("http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/rest.php");
  request.connect_max = milliseconds{200};
  const Failure failure = failure_of(post(std::move(request)));
  EXPECT_EQ(failure.kind, Failure::Kind::TimedOut);
  EXPECT_FALSE(failure.may_have_been_sent);
}

TEST_F(HttpClient, MayHaveSentWhenTheAnswerTakesTooLong) {
  TinyServer server([](Connection& connection) { connection.wait_until_client_leaves(); });
  FormPost request = fresh_request_to(server.url());
  request.total_max = milliseconds{200};
  const Failure failure = failure_of(post(std::move(request)));
  EXPECT_EQ(failure.kind, Failure::Kind::TimedOut);
  EXPECT_TRUE(failure.may_have_been_sent);
}

TEST_F(HttpClient, MayHaveSentWhenTheConnectionIsReset) {
  TinyServer server([](Connection& connection) {
    connection.read_request();
    connection.reset();
  });
  const Failure failure = failure_of(post(fresh_request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::Interrupted);
  EXPECT_TRUE(failure.may_have_been_sent);
}

TEST_F(HttpClient, MayHaveSentWhenTheConnectionIsResetBeforeARequestIsRead) {
  // A reset before the client has seen the connection stand would be none of a request.
  TinyServer server([](Connection& connection) {
    connection.wait_for_request();
    connection.reset();
  });
  EXPECT_TRUE(failure_of(post(fresh_request_to(server.url()))).may_have_been_sent);
}

// Connections.

TEST_F(HttpClient, UsesAConnectionAgain) {
  EchoServer server;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reply_of(post(request_to(server.url()))).status, 200);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClient, OpensANewConnectionWhenAsked) {
  EchoServer server;
  post(request_to(server.url()));
  post(fresh_request_to(server.url()));
  post(fresh_request_to(server.url()));
  EXPECT_EQ(server.connections(), 3);
}

/// Answers the first request of its first connection; every later request ends the connection it came on.
class DyingServer {
 public:
  explicit DyingServer(bool stop_listening = false)
      : server_([this, stop_listening](Connection& connection) {
          while (connection.read_request()) {
            if (++requests_ > 1) {
              if (stop_listening) server_.stop_listening();
              return;
            }
            connection.answer("fine");
          }
        }) {}
  std::string url() const { return server_.url(); }
  int requests() const { return requests_; }
  int connections() const { return server_.connections(); }

 private:
  std::atomic<int> requests_ = 0;
  TinyServer server_;
};

TEST_F(HttpClient, NeverRepeatsARequestOnAFreshConnection) {
  DyingServer server;
  post(request_to(server.url()));

  const Failure failure = failure_of(post(fresh_request_to(server.url())));

  EXPECT_EQ(failure.kind, Failure::Kind::Interrupted);
  EXPECT_TRUE(failure.may_have_been_sent);
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(server.connections(), 2);
}

// Why fresh_connection exists: this is libcurl's own doing and cannot be turned off.
TEST_F(HttpClient, MayRepeatARequestOnAKeptConnection) {
  DyingServer server;
  post(request_to(server.url()));

  failure_of(post(request_to(server.url())));

  EXPECT_EQ(server.requests(), 3);
}

TEST_F(HttpClient, RemembersThatARequestMayHaveBeenSentWhenItsRepeatCannotConnect) {
  DyingServer server(/*stop_listening=*/true);
  post(request_to(server.url()));

  const Failure failure = failure_of(post(request_to(server.url())));

  EXPECT_EQ(server.requests(), 2);
  EXPECT_TRUE(failure.may_have_been_sent);
  EXPECT_EQ(failure.kind, Failure::Kind::Interrupted);
}

// Many at once, and the end.

TEST_F(OneAtATime, SendsInTheOrderInWhichTheyCame) {
  EchoServer server;
  for (char c = 'a'; c <= 'j'; ++c) {
    FormPost request = request_to(server.url());
    request.fields.emplace_back("letter", base::Secret(std::string(1, c)));
    start(std::move(request));
  }
  run_until_all_have_ended();

  std::string letters;
  for (const std::string& request : server.requests()) {
    letters += request.at(request.find("name=\"letter\"\r\n\r\n") + 17);
  }
  EXPECT_EQ(letters, "abcdefghij");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(OneAtATime, DoesNotCountTheTimeInTheQueue) {
  std::atomic<int> requests = 0;
  TinyServer server([&](Connection& connection) {
    if (connection.read_request()) ++requests;
    connection.wait_until_client_leaves();
  });
  for (int i = 0; i < 3; ++i) {
    FormPost request = request_to(server.url());
    request.total_max = milliseconds{150};
    start(std::move(request));
  }
  run_until_all_have_ended();

  EXPECT_EQ(requests, 3);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(failure_of(outcome).kind, Failure::Kind::TimedOut);
}

TEST_F(HttpClient, KeepsManyRequestsUnderWay) {
  std::mutex mutex;
  std::condition_variable all_here;
  int here = 0;
  TinyServer server([&](Connection& connection) {
    if (!connection.read_request()) return;
    std::unique_lock lock(mutex);
    ++here;
    all_here.notify_all();
    all_here.wait(lock, [&] { return here >= 16; });
    lock.unlock();
    connection.answer("fine");
    connection.wait_until_client_leaves();
  });
  for (int i = 0; i < 16; ++i) start(request_to(server.url()));
  run_until_all_have_ended();
  for (const Outcome& outcome : outcomes) EXPECT_EQ(reply_of(outcome).body, "fine");
  EXPECT_EQ(client->in_flight(), 0U);
}

TEST_F(OneAtATime, AbortsWhatIsUnderWayAndWhatWaits) {
  TinyServer server([&](Connection& connection) {
    connection.read_request();
    asio::post(loop, [&] { client->abort_all(); });
    connection.wait_until_client_leaves();
  });
  start(request_to(server.url()));
  start(request_to(server.url()));
  run_until_all_have_ended();

  int may_have_been_sent = 0;
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(failure_of(outcome).kind, Failure::Kind::Aborted);
    may_have_been_sent += failure_of(outcome).may_have_been_sent ? 1 : 0;
  }
  EXPECT_EQ(may_have_been_sent, 1);
  EXPECT_EQ(client->in_flight(), 0U);
}

TEST_F(HttpClient, EndsOnlyWhatMayBeRepeatedAndTakesNoMoreOfIt) {
  std::promise<void> go_on;
  auto allowed = go_on.get_future().share();
  TinyServer server([&, allowed](Connection& connection) {
    const auto read = connection.read_request();
    if (!read) return;
    allowed.wait();
    connection.answer("fine");
    connection.wait_until_client_leaves();
  });
  start(request_to(server.url()));
  FormPost text = request_to(server.url());
  text.fresh_connection = true;
  start(std::move(text));
  loop.run_for(std::chrono::milliseconds{50});
  client->end_repeatable();
  start(request_to(server.url()));
  go_on.set_value();
  run_until_all_have_ended();

  ASSERT_EQ(outcomes.size(), 3U);
  int aborted = 0;
  int answered = 0;
  for (const Outcome& outcome : outcomes) {
    const auto* failure = std::get_if<Failure>(&outcome);
    if (failure == nullptr)
      ++answered;
    else if (failure->kind == Failure::Kind::Aborted)
      ++aborted;
  }
  EXPECT_EQ(aborted, 2);
  EXPECT_EQ(answered, 1);
}

TEST_F(OneAtATime, WorksOnAfterAnAbort) {
  EchoServer server;
  start(request_to(server.url()));
  loop.run_one();
  client->abort_all();
  run_until_all_have_ended();
  EXPECT_EQ(failure_of(outcomes.at(0)).kind, Failure::Kind::Aborted);
  EXPECT_EQ(reply_of(post(request_to(server.url()))).body, "fine");
}

TEST_F(OneAtATime, EndsItsRequestsWhenItIsDestroyed) {
  TinyServer server([&](Connection& connection) {
    connection.read_request();
    asio::post(loop, [&] { client.reset(); });
    connection.wait_until_client_leaves();
  });
  start(request_to(server.url()));
  start(request_to(server.url()));
  run_until_all_have_ended();
  for (const Outcome& outcome : outcomes) EXPECT_EQ(failure_of(outcome).kind, Failure::Kind::Aborted);
  loop.poll();
}

TEST_F(OneAtATime, CanBeDestroyedTogetherWithTheLoop) {
  TinyServer server([](Connection& connection) { connection.wait_until_client_leaves(); });
  {
    asio::io_context short_lived;
    Client going(short_lived, {.user_agent = "test", .ca_file = "", .in_flight_max = 1});
    asio::co_spawn(short_lived, going.post(request_to(server.url())), asio::detached);
    asio::co_spawn(short_lived, going.post(request_to(server.url())), asio::detached);
    short_lived.run_one();
    short_lived.run_one();
  }
  SUCCEED();
}

// TLS.

/// A self-signed certificate for one address or name, made for this test and thrown away with it.
class ThrowAwayCertificate {
 public:
  explicit ThrowAwayCertificate(const char* alternative_name)
      : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("throw-away"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    for (const auto& [extension, value] : {std::pair{NID_basic_constraints, "critical,CA:TRUE"},
                                           std::pair{NID_subject_alt_name, alternative_name}}) {
      X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value);
      X509_add_ext(certificate, made, -1);
      X509_EXTENSION_free(made);
    }
    X509_sign(certificate, key, EVP_sha256());

    path_ =
        std::filesystem::temp_directory_path() / ("http-client-test-" + std::to_string(::getpid()) + ".pem");
    std::FILE* file = std::fopen(path_.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }
  ~ThrowAwayCertificate() {
    std::filesystem::remove(path_);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  std::string file() const { return path_; }

  EVP_PKEY* const key;
  X509* const certificate;

 private:
  std::filesystem::path path_;
};

/// Answers requests over TLS, and counts the bytes that arrive inside of it.
class TlsServer {
 public:
  explicit TlsServer(const ThrowAwayCertificate& certificate, int version_max = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_server_method())),
        server_([this](Connection& connection) { serve(connection); }) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_use_certificate(context_, certificate.certificate);
    SSL_CTX_use_PrivateKey(context_, certificate.key);
  }
  ~TlsServer() {
    server_.reset();
    SSL_CTX_free(context_);
  }
  std::string url() const { return server_->url("https"); }
  int connections() const { return server_->connections(); }
  int request_bytes() const { return request_bytes_; }

 private:
  void serve(Connection& connection) {
    // OpenSSL writes its farewell to a client that has gone. The signal stays deadly for the client under
    // test.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);

    SSL* tls = SSL_new(context_);
    SSL_set_fd(tls, connection.descriptor());
    if (SSL_accept(tls) == 1) {
      char buffer[16 * 1024];
      for (int got = 0; (got = SSL_read(tls, buffer, sizeof buffer)) > 0;) {
        request_bytes_ += got;
        constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";
        if (std::string_view(buffer, static_cast<std::size_t>(got)).ends_with("--\r\n")) {
          SSL_write(tls, answer.data(), static_cast<int>(answer.size()));
        }
      }
    }
    SSL_free(tls);
  }

  std::atomic<int> request_bytes_ = 0;
  SSL_CTX* const context_;
  std::optional<TinyServer> server_;
};

TEST_F(HttpClient, TrustsTheAuthorityItIsGiven) {
  const ThrowAwayCertificate certificate("IP:127.0.0.1");
  TlsServer server(certificate);
  make_client({.user_agent = "", .ca_file = certificate.file(), .in_flight_max = 4});
  EXPECT_EQ(reply_of(post(request_to(server.url()))).body, "fine");
  EXPECT_EQ(reply_of(post(request_to(server.url()))).body, "fine");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClient, SendsNothingToAServerThatNobodyVouchesFor) {
  const ThrowAwayCertificate certificate("IP:127.0.0.1");
  TlsServer server(certificate);
  const Failure failure = failure_of(post(fresh_request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
  EXPECT_EQ(server.request_bytes(), 0);
}

TEST_F(HttpClient, SendsNothingToAServerOfAnotherName) {
  const ThrowAwayCertificate certificate("DNS:other.example");
  TlsServer server(certificate);
  make_client({.user_agent = "", .ca_file = certificate.file(), .in_flight_max = 4});
  const Failure failure = failure_of(post(fresh_request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
  EXPECT_EQ(server.request_bytes(), 0);
}

TEST_F(HttpClient, SendsNothingOverOldTls) {
  const ThrowAwayCertificate certificate("IP:127.0.0.1");
  TlsServer server(certificate, TLS1_1_VERSION);
  make_client({.user_agent = "", .ca_file = certificate.file(), .in_flight_max = 4});
  const Failure failure = failure_of(post(fresh_request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
}

TEST_F(HttpClient, SendsNothingWhenTheHandshakeTakesTooLong) {
  TinyServer server([](Connection& connection) { connection.wait_until_client_leaves(); });
  FormPost request = fresh_request_to(server.url("https"));
  request.connect_max = milliseconds{200};
  const Failure failure = failure_of(post(std::move(request)));
  EXPECT_EQ(failure.kind, Failure::Kind::TimedOut);
  EXPECT_FALSE(failure.may_have_been_sent);
}

TEST_F(HttpClient, SendsNothingToAPlainServerWhenAskedForTls) {
  TinyServer server([](Connection& connection) { connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  const Failure failure = failure_of(post(fresh_request_to(server.url("https"))));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
}

TEST_F(HttpClient, SaysWhenItsAuthoritiesCannotBeRead) {
  const ThrowAwayCertificate certificate("IP:127.0.0.1");
  TlsServer server(certificate);
  make_client({.user_agent = "", .ca_file = "/nonexistent/ca.pem", .in_flight_max = 4});
  const Failure failure = failure_of(post(fresh_request_to(server.url())));
  EXPECT_EQ(failure.kind, Failure::Kind::NotConnected);
  EXPECT_FALSE(failure.may_have_been_sent);
}

}  // namespace
}  // namespace sms_notifier::http
