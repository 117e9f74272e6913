#include "http/server.h"

#include <array>
#include <future>
#include <memory>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/address.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A client that does what the test says, byte by byte.
class Peer {
 public:
  explicit Peer(std::uint16_t port, const char* from = "127.0.0.1")
      : loop_(std::make_unique<asio::io_context>()), socket_(*loop_) {
    socket_.open(tcp::v4());
    socket_.bind(tcp::endpoint(asio::ip::make_address(from), 0));
    socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
  }

  void send(std::string_view text) {
    error_code ignored;  // the server may have hung up in the middle: the answer tells
    asio::write(socket_, asio::buffer(text), ignored);
  }
  void finish_sending() { socket_.shutdown(tcp::socket::shutdown_send); }

  /// Everything up to the end of the connection.
  std::string read_all() {
    asio::read(socket_, asio::dynamic_buffer(received_), end_);
    return std::exchange(received_, {});
  }
  std::string read_until(std::string_view mark) {
    std::array<char, 4096> piece{};
    while (received_.find(mark) == std::string::npos && !end_)
      received_.append(piece.data(), socket_.read_some(asio::buffer(piece), end_));
    const auto found = received_.find(mark);
    if (found == std::string::npos) return std::exchange(received_, {});
    std::string front = received_.substr(0, found + mark.size());
    received_.erase(0, front.size());
    return front;
  }
  error_code end() const { return end_; }
  /// Whether there is something to read, or the connection has ended, before the time is over.
  bool hears_within(milliseconds time) {
    pollfd waiting{socket_.native_handle(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
  }

 private:
  std::unique_ptr<asio::io_context> loop_;
  tcp::socket socket_;
  std::string received_;
  error_code end_;
};

/// A server on a thread of its own.
class RunningServer {
 public:
  explicit RunningServer(Handler handler, ServerOptions options = {})
      : server_(std::in_place, loop_, std::move(options), std::move(handler)),
        thread_([this] { loop_.run(); }) {}
  ~RunningServer() {
    stop();
    asio::post(loop_, [this] { loop_.stop(); });
    thread_.join();
  }

  std::uint16_t port() const { return server_->port(); }
  asio::io_context& loop() { return loop_; }
  void stop() {
    std::promise<void> stopped;
    asio::post(loop_, [&] {
      server_->stop();
      stopped.set_value();
    });
    stopped.get_future().wait();
  }

 private:
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
  std::optional<Server> server_;
  std::thread thread_;
};

base::task<Response> echo(const Request& request) {
  co_return Response::text(request.method + " " + request.path + "?" + request.query + " " + request.body);
}

Handler always(const Response& response) {
  return [response](const Request&) -> base::task<Response> {
    // The lambda lives in the server, which outlives the coroutine.
    co_return response;
  };
}

std::string ask(std::uint16_t port, std::string_view request) {
  Peer peer(port);
  peer.send(request);
  peer.finish_sending();
  return peer.read_all();
}

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

constexpr std::string_view plain_get = "GET /one HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpServer, HandsOverTheRequestAsSent) {
  Request seen;
  RunningServer server([&](const Request& request) -> base::task<Response> {
    seen = request;
    co_return Response::text("ok");
  });
  ask(server.port(),
      "PUT /control/a%20b+c?x=%20&y HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-two: 2\r\nContent-Length: "
      "4\r\n\r\nbody");
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.path, "/control/a b+c");
  EXPECT_EQ(seen.query, "x=%20&y");
  EXPECT_EQ(seen.body, "body");
  EXPECT_EQ(seen.peer, "127.0.0.1");
  EXPECT_EQ(seen.header("x-ONE"), "1");
  EXPECT_EQ(seen.header("X-Two"), "2");
  EXPECT_EQ(seen.header("absent"), "");
}

TEST(HttpServer, AnswersWithLengthTypeAndDate) {
  RunningServer server(always(Response::json("{}", 201)));
  const std::string answer = ask(server.port(), plain_get);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(answer, HasSubstr("Date: "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{}"));
}

TEST(HttpServer, KeepsTheConnectionForTheNextRequest) {
  RunningServer server(echo);
  Peer peer(server.port());
  for (const std::string_view path : {"/one", "/two", "/three"}) {
    peer.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(peer.read_until("? "), HasSubstr("GET " + std::string(path) + "? "));
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server(echo);
  const std::string answers = ask(server.port(),
                                  "GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
                                  "POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                                  "GET /three HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto one = answers.find("GET /one? ");
  const auto two = answers.find("POST /two? abc");
  const auto three = answers.find("GET /three? ");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos);
}

TEST(HttpServer, ReadsARequestThatArrivesByteByByte) {
  RunningServer server(echo);
  Peer peer(server.port());
  for (const char byte : std::string("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"))
    peer.send({&byte, 1});
  EXPECT_THAT(peer.read_until("? hi"), HasSubstr("POST /slow? hi"));
}

TEST(HttpServer, ReadsAChunkedBody) {
  RunningServer server(echo);
  EXPECT_THAT(ask(server.port(),
                  "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "4\r\nwiki\r\n5;note=1\r\npedia\r\n0\r\n\r\n"),
              EndsWith("POST /c? wikipedia"));
}

TEST(HttpServer, TellsAClientThatAsksFirstToContinue) {
  RunningServer server(echo);
  Peer peer(server.port());
  peer.send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("hi");
  EXPECT_THAT(peer.read_until("? hi"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(HttpServer, AnswersHeadWithTheLengthButWithoutTheBody) {
  RunningServer server(always(Response::text("twelve bytes")));
  const std::string answer = ask(server.port(), "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 12\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(HttpServer, EndsTheConnectionWhenTheClientWantsThat) {
  RunningServer server(echo);
  Peer peer(server.port());
  peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(peer.read_all(), HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(peer.end(), asio::error::eof);
}

TEST(HttpServer, EndsAConnectionOfTheOldProtocol) {
  RunningServer server(echo);
  Peer peer(server.port());
  peer.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 200 OK"));
}

TEST(HttpServer, TurnsAnExceptionOfTheHandlerIntoAPlainError) {
  RunningServer server([](const Request&) -> base::task<Response> {
    throw std::runtime_error("secret detail");
    co_return Response{};
  });
  const std::string answer = ask(server.port(), plain_get);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST(HttpServer, NeverSendsALineBreakWithinAHeader) {
  Response response = Response::text("x");
  response.headers.emplace_back("Location", "/a\r\nSet-Cookie: stolen=1");
  RunningServer server(always(response));
  const std::string answer = ask(server.port(), plain_get);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

class RefusedRequest : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(RefusedRequest, IsAnsweredWithItsStatusAndNeverReachesTheHandler) {
  ServerOptions options;
  options.header_bytes_max = 1024;
  options.body_bytes_max = 2000;
  bool handled = false;
  RunningServer server(
      [&](const Request&) -> base::task<Response> {
        handled = true;
        co_return Response::text("ok");
      },
      options);
  const auto& [status, request] = GetParam();
  const std::string answer = ask(server.port(), request);
  EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + status));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_FALSE(handled);
}

std::string post_head(const std::string& more) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + more + "\r\n\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Requests, RefusedRequest,
    testing::Values(std::pair{"400", std::string("nonsense\r\n\r\n")},
                    std::pair{"400", std::string("GET / HTTP/1.1\r\n\r\n")},
                    std::pair{"400", post_head("Content-Length: many")},
                    std::pair{"400",
                              post_head("Content-Length: 5\r\nTransfer-Encoding: chunked") + "0\r\n\r\n"},
                    std::pair{"400", post_head("Transfer-Encoding: chunked") + "zz\r\n"},
                    std::pair{"431", post_head("X-Long: " + std::string(5000, 'x'))},
                    std::pair{"413", post_head("Content-Length: 2001")},
                    std::pair{"413", post_head("Content-Length: 300000") + std::string(300'000, 'x')},
                    std::pair{"413", post_head("Transfer-Encoding: chunked") + "7d1\r\n" +
                                         std::string(2001, 'x') + "\r\n"}));

/// What a proxy in front might take for one request, and a careless server for two.
class AmbiguousRequest : public testing::TestWithParam<std::string> {};

TEST_P(AmbiguousRequest, IsRefusedAndNothingAfterItIsRead) {
  int handled = 0;
  RunningServer server([&](const Request&) -> base::task<Response> {
    ++handled;
    co_return Response::text("ok");
  });
  const std::string answer = ask(server.port(), GetParam() + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(handled, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, AmbiguousRequest,
    testing::Values(post_head("Content-Length: 5\r\nContent-Length: 6") + "hello",
                    post_head("Content-Length: 5, 6") + "hello", post_head("Content-Length: +5") + "hello",
                    post_head("Content-Length: 0x5") + "hello", post_head("Content-Length: 5 5") + "hello",
                    post_head("Content-Length: -1"), post_head("Content-Length:") + "hello",
                    post_head("Content-Length: 18446744073709551621") + "hello"));

INSTANTIATE_TEST_SUITE_P(
    Codings, AmbiguousRequest,
    testing::Values(
        post_head("Transfer-Encoding: xchunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunkedx") + "0\r\n\r\n",
        post_head("Transfer-Encoding: \"chunked\"") + "0\r\n\r\n",
        post_head("Transfer-Encoding: \vchunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunked;a=b") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunked, chunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunked, identity") + "0\r\n\r\n",
        post_head("Transfer-Encoding: identity") + "0\r\n\r\n", post_head("Transfer-Encoding:") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: x\r\nTransfer-Encoding: chunked") + "0\r\n\r\n",
        post_head("Transfer-Encoding: chunked\r\nContent-Length: 5") + "0\r\n\r\n",
        post_head("Transfer-Encoding: x\r\nContent-Length: 5") + "0\r\n\r\n",
        std::string("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")));

INSTANTIATE_TEST_SUITE_P(
    Lines, AmbiguousRequest,
    testing::Values(std::string("GET / HTTP/1.1\nHost: x\n\n"),
                    std::string("GET / HTTP/1.1\r\nHost: x\n\r\n"),
                    post_head("X: a\nContent-Length: 5") + "hello",
                    post_head("X: a\rContent-Length: 5") + "hello", post_head("Content-Length : 5") + "hello",
                    post_head("Transfer-Encoding : chunked") + "0\r\n\r\n",
                    post_head(" Transfer-Encoding: chunked") + "0\r\n\r\n",
                    post_head("\tTransfer-Encoding: chunked") + "0\r\n\r\n",
                    post_head("X: a\r\n Content-Length: 5") + "hello", "\r\n\r\n" + post_head(" X: a"),
                    post_head(std::string("X: a\0b", 6)), post_head("No colon"), post_head(": no name"),
                    post_head("Transfer-Encoding: chunked") + "1\n\nx\n0\n\n",
                    post_head("Transfer-Encoding: chunked") + "-1\r\nx\r\n0\r\n\r\n",
                    post_head("Transfer-Encoding: chunked") + "1\r\nxx\r\n0\r\n\r\n",
                    post_head("Transfer-Encoding: chunked") + "10000000000000001\r\nx\r\n0\r\n\r\n",
                    post_head("Host: y")));

TEST(HttpServer, RefusesAFoldedHeaderThatArrivesByteByByte) {
  RunningServer server(echo);
  Peer peer(server.port());
  for (const char byte : post_head("X: a\r\n Content-Length: 2") + "hi") peer.send({&byte, 1});
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 400 "));
}

TEST(HttpServer, RefusesARequestThatDoesNotBecomeWholeInTime) {
  ServerOptions options;
  options.request_max = milliseconds{80};
  RunningServer server(echo, options);
  Peer peer(server.port());
  peer.send("GET / HTT");
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServer, RefusesARequestThatDripsForTooLong) {
  ServerOptions options;
  options.request_max = milliseconds{80};
  RunningServer server(echo, options);
  Peer peer(server.port());
  peer.send("GET / HTTP/1.1\r\nX-Endless: ");
  while (!peer.hears_within(milliseconds{1})) peer.send("x");
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServer, CutsABodyWithoutEnd) {
  ServerOptions options;
  options.body_bytes_max = 64 * 1024;
  RunningServer server(echo, options);
  Peer peer(server.port());
  peer.send(post_head("Transfer-Encoding: chunked"));
  const std::string chunk = "400\r\n" + std::string(1024, 'x') + "\r\n";
  while (!peer.hears_within(milliseconds{0})) peer.send(chunk);
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 413 "));
}

/// A request whose pieces never come to an end.
struct Endless {
  const char* name;
  std::string head;
  std::string piece;
};

class EndlessRequest : public testing::TestWithParam<Endless> {};

TEST_P(EndlessRequest, IsRefusedBeforeItTakesMemory) {
  bool handled = false;
  ServerOptions options;
  options.body_bytes_max = 64 * 1024;
  RunningServer server(
      [&](const Request&) -> base::task<Response> {
        handled = true;
        co_return Response::text("ok");
      },
      options);
  Peer peer(server.port());
  peer.send(GetParam().head);
  std::size_t sent = 0;
  // Far more than any limit, and far less than what would hurt.
  constexpr std::size_t enough = 4 * 1024 * 1024;
  while (sent < enough && !peer.hears_within(milliseconds{0})) {
    peer.send(GetParam().piece);
    sent += GetParam().piece.size();
  }
  EXPECT_LT(sent, enough);
  const std::string answer = peer.read_all();
  EXPECT_THAT(answer, testing::AnyOf(StartsWith("HTTP/1.1 400 "), StartsWith("HTTP/1.1 413 "),
                                     StartsWith("HTTP/1.1 431 ")));
  EXPECT_FALSE(handled);
}

const std::string chunked_head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kibibyte_of_x(1024, 'x');

INSTANTIATE_TEST_SUITE_P(
    Parts, EndlessRequest,
    testing::Values(Endless{"RequestLine", "GET /", kibibyte_of_x},
                    Endless{"OneHeader", "GET / HTTP/1.1\r\nX: ", kibibyte_of_x},
                    Endless{"ManyHeaders", "GET / HTTP/1.1\r\nHost: x\r\n", "a: b\r\n"},
                    Endless{"HeadersWithoutNames", "GET / HTTP/1.1\r\n", "a:\r\n"},
                    Endless{"ChunkSize", chunked_head, std::string(1024, '0')},
                    Endless{"ChunkExtension", chunked_head + "1;", kibibyte_of_x},
                    Endless{"ChunkExtensionInQuotes", chunked_head + "1;a=\"", kibibyte_of_x},
                    Endless{"ChunkExtensionOfTheLastChunk", chunked_head + "0;", kibibyte_of_x},
                    Endless{"ChunkExtensionsThatEnd", chunked_head, "1;" + kibibyte_of_x + "\r\nx\r\n"},
                    Endless{"OneTrailer", chunked_head + "0\r\nX: ", kibibyte_of_x},
                    Endless{"ManyTrailers", chunked_head + "0\r\n", "a: b\r\n"},
                    Endless{"TrailersAfterABody", chunked_head + "1\r\nx\r\n0\r\n",
                            "X-Long: " + kibibyte_of_x + "\r\n"},
                    Endless{"Body", chunked_head, "1\r\nx\r\n"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(HttpServer, TakesABodyInChunksOfOneByteEach) {
  RunningServer server(echo);
  std::string body;
  for (int i = 0; i < 20'000; ++i) body += "1\r\nx\r\n";
  EXPECT_THAT(ask(server.port(), chunked_head + body + "0\r\n\r\n"), EndsWith(std::string(20'000, 'x')));
}

TEST(HttpServer, RefusesMoreHeadersThanItsLimit) {
  RunningServer server(echo);
  std::string some;
  for (int i = 0; i < 99; ++i) some += "a: b\r\n";
  EXPECT_THAT(ask(server.port(), "GET / HTTP/1.1\r\nHost: x\r\n" + some + "\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(server.port(), "GET / HTTP/1.1\r\nHost: x\r\n" + some + "c: d\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST(HttpServer, DoesNotTakeTrailersForHeaders) {
  Request seen;
  RunningServer server([&](const Request& request) -> base::task<Response> {
    seen = request;
    co_return Response::text("ok");
  });
  const std::string trailers =
      "1\r\nx\r\n0\r\nX-Forwarded-For: 203.0.113.9\r\nCookie: a=b\r\nHost: evil\r\n\r\n";
  ask(server.port(), chunked_head + trailers);
  EXPECT_EQ(seen.body, "x");
  EXPECT_EQ(seen.header("X-Forwarded-For"), "");
  EXPECT_EQ(seen.header("Cookie"), "");
  EXPECT_EQ(seen.header("Host"), "x");
  Peer slow(server.port());
  for (const char byte : chunked_head + trailers) slow.send({&byte, 1});
  EXPECT_THAT(slow.read_until("ok"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(seen.headers.size(), 2U);
}

TEST(HttpServer, HearsNothingOfTheConnectionInATrailer) {
  RunningServer server(echo);
  Peer peer(server.port());
  peer.send(chunked_head + "0\r\nConnection: close\r\n\r\n" + std::string(plain_get));
  EXPECT_THAT(peer.read_until("GET /one? "), HasSubstr("Connection: keep-alive"));
}

TEST(HttpServer, AsksWhatToRefuseWith) {
  ServerOptions options;
  options.body_bytes_max = 10;
  std::string language;
  options.refuse = [&](const Request& head, int status) {
    language = head.header("Accept-Language");
    return Response::html("<p>" + std::to_string(status) + "</p>", status);
  };
  RunningServer server(echo, options);
  EXPECT_THAT(ask(server.port(), post_head("Accept-Language: fr\r\nContent-Length: 11") + "hello hello"),
              EndsWith("<p>413</p>"));
  EXPECT_EQ(language, "fr");
  EXPECT_THAT(ask(server.port(), "nonsense\r\n\r\n"), EndsWith("<p>400</p>"));
}

/// A connection that says the beginning of a request, from another address of this computer.
Peer half_request(std::uint16_t port, const char* from = "127.0.0.1") {
  Peer peer(port, from);
  peer.send("GET / HTTP/1.1\r\nX-Half: ");
  return peer;
}

bool still_open(Peer& peer) {
  return !peer.hears_within(milliseconds{0});
}

TEST(HttpServer, HalfRequestsOfOneAddressKeepNoVisitorOut) {
  ServerOptions options;
  options.connections_max = 4;
  RunningServer server(echo, options);
  std::vector<Peer> halves;
  for (int i = 0; i < 20; ++i) {
    halves.push_back(half_request(server.port()));
    EXPECT_THAT(ask(server.port(), plain_get), StartsWith("HTTP/1.1 200 ")) << i;
  }
}

TEST(HttpServer, TakesThePlaceOfTheAddressThatHasMost) {
  ServerOptions options;
  options.connections_max = 3;
  RunningServer server(echo, options);
  Peer quiet = half_request(server.port(), "127.0.0.2");
  Peer first = half_request(server.port(), "127.0.0.3");
  Peer second = half_request(server.port(), "127.0.0.3");
  Peer third(server.port(), "127.0.0.4");
  third.send(plain_get);
  third.read_until("GET /one? ");
  EXPECT_EQ(first.read_all(), "");
  EXPECT_TRUE(still_open(quiet));
  EXPECT_TRUE(still_open(second));
}

TEST(HttpServer, LimitsTheConnectionsOfOneAddress) {
  ServerOptions options;
  options.connections_per_address_max = 2;
  RunningServer server(echo, options);
  Peer other = half_request(server.port(), "127.0.0.2");
  Peer first = half_request(server.port());
  Peer second = half_request(server.port());
  Peer third(server.port());
  third.send(plain_get);
  third.read_until("GET /one? ");
  EXPECT_EQ(first.read_all(), "");
  EXPECT_TRUE(still_open(second));
  EXPECT_TRUE(still_open(other));
}

TEST(HttpServer, DoesNotLimitAnAddressThatSpeaksForMany) {
  ServerOptions options;
  options.connections_per_address_max = 1;
  options.speaks_for_many = [](std::string_view address) { return address == "127.0.0.1"; };
  RunningServer server(echo, options);
  Peer first = half_request(server.port());
  Peer second(server.port());
  second.send(plain_get);
  second.read_until("GET /one? ");
  EXPECT_TRUE(still_open(first));
}

TEST(HttpServer, EndsNoConnectionWhoseAnswerIsBeingMade) {
  ServerOptions options;
  options.connections_per_address_max = 1;
  std::promise<void> entered;
  std::optional<asio::steady_timer> gate;
  std::optional<RunningServer> server;
  server.emplace(
      [&](const Request&) -> base::task<Response> {
        gate.emplace(server->loop(), std::chrono::hours{1});
        entered.set_value();
        error_code ignored;
        co_await gate->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_return Response::text("finished");
      },
      options);
  Peer busy(server->port());
  busy.send(plain_get);
  entered.get_future().wait();
  Peer second(server->port());
  EXPECT_THAT(second.read_all(), StartsWith("HTTP/1.1 503 "));
  asio::post(server->loop(), [&] { gate->cancel(); });
  EXPECT_THAT(busy.read_until("finished"), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, CallsAVisitorByTheIpV4AddressOnAListenerForBothKinds) {
  ServerOptions options;
  options.host = "::";
  Request seen;
  std::optional<RunningServer> server;
  try {
    server.emplace(
        [&](const Request& request) -> base::task<Response> {
          seen = request;
          co_return Response::text("ok");
        },
        options);
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "this computer has no IPv6";
  }
  ask(server->port(), plain_get);
  EXPECT_EQ(seen.peer, "127.0.0.1");
}

TEST(Address, IsWrittenInOneWay) {
  EXPECT_EQ(plain_address("::ffff:203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(plain_address("::FFFF:cb00:7109"), "203.0.113.9");
  EXPECT_EQ(plain_address("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(plain_address("2001:DB8:0:0::5"), "2001:db8::5");
  EXPECT_EQ(plain_address("fe80::1%1"), "fe80::1");
  EXPECT_EQ(plain_address("unknown"), "unknown");
}

TEST(Address, OfIpV6StandsForItsWholeNetwork) {
  EXPECT_EQ(network_of("2001:db8::5"), network_of("2001:db8:0:0:ffff::1"));
  EXPECT_NE(network_of("2001:db8::5"), network_of("2001:db8:0:1::5"));
  EXPECT_EQ(network_of("::ffff:203.0.113.9"), "203.0.113.9");
  EXPECT_NE(network_of("203.0.113.9"), network_of("203.0.113.10"));
}

TEST(HttpServer, EndsAnIdleConnectionWithoutAWord) {
  ServerOptions options;
  options.idle_max = milliseconds{80};
  RunningServer server(echo, options);
  Peer peer(server.port());
  peer.send(plain_get);
  peer.read_until("GET /one? ");
  EXPECT_EQ(peer.read_all(), "");
  EXPECT_EQ(peer.end(), asio::error::eof);
}

TEST(HttpServer, GivesUpOnAReaderThatTakesNothing) {
  ServerOptions options;
  options.stall_max = milliseconds{80};
  std::promise<void> given_up;
  Response endless = Response::text("");
  endless.stream = [&](BodyWriter& writer) -> base::task<> {
    const std::string piece(1'000'000, 'x');
    bool taken = true;
    while (taken) taken = co_await writer.write(piece);
    given_up.set_value();
  };
  RunningServer server(always(endless), options);
  Peer peer(server.port());
  peer.send(plain_get);
  given_up.get_future().wait();
}

TEST(HttpServer, StopLetsAnswersUnderWayGoOutAndEndsIdleConnections) {
  std::promise<void> entered;
  std::optional<asio::steady_timer> gate;
  std::optional<RunningServer> server;
  server.emplace([&](const Request&) -> base::task<Response> {
    gate.emplace(server->loop(), std::chrono::hours{1});
    entered.set_value();
    error_code ignored;
    co_await gate->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return Response::text("finished");
  });
  Peer idle(server->port());
  Peer busy(server->port());
  busy.send(plain_get);
  entered.get_future().wait();
  server->stop();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_THROW(Peer{server->port()}, std::exception);
  asio::post(server->loop(), [&] { gate->cancel(); });
  EXPECT_THAT(busy.read_all(), EndsWith("Connection: close\r\n\r\nfinished"));
}

TEST(HttpServer, IsDrainedWhenTheLastAnswerIsOut) {
  asio::io_context loop{1};
  asio::steady_timer gate(loop, asio::steady_timer::time_point::max());
  Server server(loop, ServerOptions{}, [&](const Request&) -> base::task<Response> {
    error_code opened;
    co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, opened));
    co_return Response::text("late");
  });
  Peer peer(server.port());
  peer.send(plain_get);
  loop.run_for(milliseconds{50});
  server.stop();
  std::optional<bool> drained;
  asio::co_spawn(
      loop, [&]() -> base::task<> { drained = co_await server.drain(std::chrono::hours{1}); },
      asio::detached);
  loop.run_for(milliseconds{50});
  EXPECT_FALSE(drained);
  gate.cancel();
  loop.run();
  EXPECT_EQ(drained, true);
  EXPECT_THAT(peer.read_all(), EndsWith("late"));
}

TEST(HttpServer, ClosesConnectionsThatAreNotDrainedInTime) {
  asio::io_context loop{1};
  Response endless = Response::text("");
  endless.stream = [](BodyWriter& writer) -> base::task<> {
    const std::string piece(100'000, 'x');
    for (bool there = true; there;) there = co_await writer.write(piece);
  };
  Server server(loop, ServerOptions{}, always(endless));
  Peer peer(server.port());  // which reads nothing
  peer.send(plain_get);
  loop.run_for(milliseconds{50});
  server.stop();
  std::vector<bool> drained;
  const auto drain = [&]() -> base::task<> {
    for (bool ended = false; !ended;) {
      ended = co_await server.drain(milliseconds{10});
      drained.push_back(ended);
    }
  };
  asio::co_spawn(loop, drain(), asio::detached);
  loop.run();
  EXPECT_THAT(drained, testing::ElementsAre(false, true));
}

TEST(HttpServer, DoesNotWaitLongForARequestThatIsHalfThereWhenItStops) {
  asio::io_context loop{1};
  Server server(loop, ServerOptions{}, echo);
  Peer peer(server.port());
  peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
  loop.run_for(milliseconds{50});
  server.stop();
  loop.run();  // returns when the connection has ended
  EXPECT_THAT(peer.read_all(), StartsWith("HTTP/1.1 408"));
}

TEST(HttpServer, StopsItsLoopFromBeingBusy) {
  asio::io_context loop{1};
  Server server(loop, ServerOptions{}, echo);
  Peer idle(server.port());
  loop.run_for(milliseconds{20});
  server.stop();
  loop.run();
  EXPECT_EQ(idle.read_all(), "");
}

using Takeover = std::function<base::task<>(Wire&, std::string_view head)>;

Response taken_over(Takeover takeover) {
  Response response = Response::text("0123456789");
  response.takeover = std::move(takeover);
  return response;
}

TEST(HttpServer, ATakeoverThatSendsNothingEndsTheConnectionWithoutAnAnswer) {
  RunningServer server(always(taken_over([](Wire&, std::string_view) -> base::task<> { co_return; })));
  Peer peer(server.port());
  peer.send(plain_get);
  EXPECT_EQ(peer.read_all(), "");
  EXPECT_EQ(peer.end(), asio::error::eof);
}

TEST(HttpServer, ATakeoverMayEndTheConnectionWithAReset) {
  RunningServer server(always(taken_over([](Wire& wire, std::string_view) -> base::task<> {
    wire.reset();
    co_return;
  })));
  Peer peer(server.port());
  peer.send(plain_get);
  EXPECT_EQ(peer.read_all(), "");
  EXPECT_EQ(peer.end(), asio::error::connection_reset);
}

TEST(HttpServer, ATakeoverIsToldTheHeadAndMaySendLessThanItPromises) {
  RunningServer server(always(taken_over([](Wire& wire, std::string_view head) -> base::task<> {
    co_await wire.send(head);
    co_await wire.send("01234");
  })));
  Peer peer(server.port());
  peer.send(plain_get);
  const std::string answer = peer.read_all();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(body_of(answer), "01234");
}

TEST(HttpServer, ATakeoverMayWaitUntilTheOtherEndGivesUp) {
  std::promise<void> asked;
  RunningServer server([&](const Request&) -> base::task<Response> {
    asked.set_value();
    co_return taken_over([](Wire& wire, std::string_view) { return wire.wait_for_end(); });
  });
  Peer peer(server.port());
  peer.send(plain_get);
  asked.get_future().wait();
  peer.finish_sending();
  EXPECT_EQ(peer.read_all(), "");
}

TEST(HttpServer, StreamsPiecesAsChunks) {
  Response response = Response::text("");
  response.stream = [](BodyWriter& writer) -> base::task<> {
    co_await writer.write("data: one\n\n");
    co_await writer.write("");
    co_await writer.write("data: two\n\n");
  };
  RunningServer server(always(response));
  const std::string answer = ask(server.port(), plain_get);
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(body_of(answer), "b\r\ndata: one\n\n\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n");
}

TEST(HttpServer, StreamsWithoutChunksToTheOldProtocol) {
  Response response = Response::text("");
  response.stream = [](BodyWriter& writer) -> base::task<> { co_await writer.write("all of it"); };
  RunningServer server(always(response));
  EXPECT_EQ(body_of(ask(server.port(), "GET / HTTP/1.0\r\n\r\n")), "all of it");
}

TEST(HttpServer, SaysWhyItCannotListen) {
  asio::io_context loop;
  Server first(loop, ServerOptions{}, echo);
  ServerOptions taken;
  taken.port = first.port();
  try {
    Server second(loop, taken, echo);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(taken.port)));
  }
}

}  // namespace
}  // namespace sms_notifier::http
