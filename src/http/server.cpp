#include "http/server.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>

#include "http/address.h"
#include "http/incoming.h"
#include "http/stream.h"
#include "http/writing.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t body_read_bytes = 16 * 1024;
constexpr std::chrono::seconds linger_max{2};
constexpr std::chrono::milliseconds accept_pause{100};
/// What a request that is still being read gets when the server stops.
constexpr std::chrono::seconds last_requests_max{1};

struct Connection {
  std::unique_ptr<Stream> stream;
  std::string peer;
  std::string network;  ///< whose places it counts among
  beast::flat_buffer buffer;
  /// When what the connection waits for has lasted too long; the server looks at this at every tick.
  Clock::time_point due = Clock::time_point::max();
  bool expired = false;
  /// Nothing is lost when the connection ends now.
  bool idle = true;
  /// Its place was given to another one; it has left the server's books.
  bool evicted = false;
  /// Since when its other end has not done anything.
  Clock::time_point waiting_since;
  bool reading = false;  ///< a request

  void wait_at_most(base::Duration duration) {
    waiting_since = Clock::now();
    due = waiting_since + duration;
  }
  void wait_for_ever() { due = Clock::time_point::max(); }
  bool keeps_us_waiting() const { return due != Clock::time_point::max(); }
  void interrupt() {
    error_code ignored;
    stream->socket().cancel(ignored);
  }
};

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, ServerOptions server_options, Handler request_handler)
      : loop(io),
        options(std::move(server_options)),
        handler(std::move(request_handler)),
        tls(options.tls ? make_tls(*options.tls) : nullptr),
        acceptor(listen(io, options)),
        port(acceptor.local_endpoint().port()),
        ticker(io),
        all_ended(io) {}

  asio::io_context& loop;
  const ServerOptions options;
  const Handler handler;
  const std::unique_ptr<asio::ssl::context> tls;

  tcp::acceptor acceptor;
  const std::uint16_t port;
  asio::steady_timer ticker;
  asio::steady_timer all_ended;  ///< cancelled when nothing is served any more
  std::unordered_set<Connection*> connections;
  std::size_t serving = 0;                              ///< connections, with those that have left the books
  std::unordered_map<std::string, std::size_t> places;  ///< taken, by network
  bool ticking = false;
  bool stopping = false;

  base::task<> accept();
  void admit(tcp::socket socket);
  /// Ends the connection that has kept the server waiting longest: of that network, or without one, of the
  /// network that has most. False when none of them waits for its other end.
  bool make_room(const std::string* network);
  void leave_books(Connection& connection);
  Response refusal(const Request& head, int status) const;
  base::task<> watch();
  base::task<> serve(std::unique_ptr<Connection> connection);
  base::task<> converse(Connection& connection);
  /// 200 when the request is whole, 0 when the other end is gone, else the status to refuse it with.
  base::task<int> read_request(Connection& connection, Incoming& incoming);
  base::task<int> feed_parser(Connection& connection, RequestParser& parser, Incoming& incoming);
  /// False when the connection cannot be used any more.
  base::task<bool> answer(Connection& connection, const Response& response, const Incoming& incoming,
                          bool keep_alive);
  base::task<bool> write(Connection& connection, std::string_view head, std::string_view body);
  base::task<> wait_for_end(Connection& connection);
  base::task<> say_goodbye(Connection& connection);
  void stop();
  base::task<bool> drain(base::Duration most);

  class TakenConnection;
};

/// What a takeover holds of a connection.
class Server::State::TakenConnection final : public Wire {
 public:
  TakenConnection(State& server, Connection& connection) : server_(server), connection_(connection) {}

  base::task<bool> send(std::string_view bytes) override { return server_.write(connection_, bytes, {}); }
  base::task<> wait_for_end() override { return server_.wait_for_end(connection_); }
  void reset() override {
    // Asio takes the linger option back when a socket is merely destroyed.
    error_code ignored;
    connection_.stream->socket().set_option(asio::socket_base::linger(true, 0), ignored);
    connection_.stream->socket().close(ignored);
  }

 private:
  State& server_;
  Connection& connection_;
};

base::task<> Server::State::accept() {
  const auto self = shared_from_this();
  asio::steady_timer pause(loop);
  while (!stopping) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      admit(std::move(socket));
    } else if (!stopping) {
      // Most likely no descriptors are left: wait until some connection ends.
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void Server::State::admit(tcp::socket socket) {
  error_code ignored;
  const auto endpoint = socket.remote_endpoint(ignored);
  auto connection = std::make_unique<Connection>();
  connection->peer = plain_address(endpoint.address().to_string());
  connection->network = network_of(connection->peer);
  const bool for_many = options.speaks_for_many && options.speaks_for_many(connection->peer);
  const auto taken = places.find(connection->network);
  const bool too_many_of_theirs =
      !for_many && taken != places.end() && taken->second >= options.connections_per_address_max;
  const bool has_room = (!too_many_of_theirs || make_room(&connection->network)) &&
                        (connections.size() < options.connections_max || make_room(nullptr));
  if (!has_room) {
    if (!tls) {
      Request unread;
      unread.peer = connection->peer;
      const Response response = refusal(unread, 503);
      const std::string text = render_head(response, false, false, true) + response.body;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(text), ignored);
      socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
    return;
  }
  socket.set_option(tcp::no_delay(true), ignored);
  if (tls)
    connection->stream = tls_stream(std::move(socket), *tls);
  else
    connection->stream = plain_stream(std::move(socket));
  connections.insert(connection.get());
  ++places[connection->network];
  ++serving;
  asio::co_spawn(loop, serve(std::move(connection)), asio::detached);
  if (!ticking) {
    ticking = true;
    asio::co_spawn(loop, watch(), asio::detached);
  }
}

bool Server::State::make_room(const std::string* network) {
  Connection* chosen = nullptr;
  std::size_t most = 0;
  for (Connection* connection : connections) {
    if (!connection->keeps_us_waiting()) continue;
    if (network != nullptr && connection->network != *network) continue;
    const std::size_t count = places.at(connection->network);
    const bool better = chosen == nullptr || count > most ||
                        (count == most && connection->waiting_since < chosen->waiting_since);
    if (!better) continue;
    chosen = connection;
    most = count;
  }
  if (chosen == nullptr) return false;
  leave_books(*chosen);
  chosen->evicted = true;
  // At once, so that its descriptor is free for the next one; what waits for it hears of an error.
  error_code ignored;
  chosen->stream->socket().close(ignored);
  return true;
}

void Server::State::leave_books(Connection& connection) {
  connections.erase(&connection);
  const auto taken = places.find(connection.network);
  if (--taken->second == 0) places.erase(taken);
}

Response Server::State::refusal(const Request& head, int status) const {
  return options.refuse ? options.refuse(head, status) : plain_answer(status);
}

/// One timer for all connections: looking at ten thousand of them twice a second is cheaper than moving their
/// timers with every request.
base::task<> Server::State::watch() {
  const auto self = shared_from_this();
  const base::Duration shortest = std::min({options.idle_max, options.request_max, options.stall_max});
  const base::Duration tick =
      std::clamp<base::Duration>(shortest / 8, std::chrono::milliseconds{10}, std::chrono::milliseconds{500});
  while (!connections.empty()) {
    ticker.expires_after(tick);
    error_code error;
    co_await ticker.async_wait(asio::redirect_error(asio::use_awaitable, error));
    const auto now = Clock::now();
    for (Connection* connection : connections) {
      if (connection->due > now) continue;
      connection->expired = true;
      connection->interrupt();
    }
  }
  ticking = false;
}

base::task<> Server::State::serve(std::unique_ptr<Connection> connection) {
  const auto self = shared_from_this();
  try {
    connection->wait_at_most(options.request_max);
    error_code error;
    co_await connection->stream->open(error);
    if (!error) co_await converse(*connection);
  } catch (const std::exception&) {
    // Out of memory, or the loop is being taken down: this connection ends, the others go on.
  }
  if (!connection->evicted) leave_books(*connection);
  if (connections.empty()) ticker.cancel();
  if (--serving == 0) all_ended.cancel();
}

base::task<> Server::State::converse(Connection& connection) {
  bool keep_alive = true;
  while (keep_alive) {
    Incoming incoming;
    incoming.request.peer = connection.peer;
    connection.reading = true;
    const int status = co_await read_request(connection, incoming);
    connection.reading = false;
    if (status == 0) co_return;
    connection.wait_for_ever();
    if (status != 200) {
      const Response response = refusal(incoming.request, status);
      co_await answer(connection, response, incoming, false);
      co_await say_goodbye(connection);
      co_return;
    }
    Response response;
    bool failed = false;
    try {
      response = co_await handler(incoming.request);
    } catch (const std::exception&) {
      failed = true;
    }
    for (const auto& [name, value] : response.headers)
      failed = failed || breaks_header(name) || breaks_header(value);
    if (failed) response = refusal(incoming.request, 500);
    keep_alive = incoming.keep_alive && !stopping;
    keep_alive = co_await answer(connection, response, incoming, keep_alive) && keep_alive;
    if (!keep_alive && !response.takeover) co_await say_goodbye(connection);
  }
}

base::task<int> Server::State::read_request(Connection& connection, Incoming& incoming) {
  RequestParser parser;
  parser.header_limit(static_cast<std::uint32_t>(
      std::min<std::size_t>(options.header_bytes_max, std::numeric_limits<std::uint32_t>::max())));
  parser.body_limit(options.body_bytes_max);
  const int status = co_await feed_parser(connection, parser, incoming);
  if (status == 200) incoming.request.body = std::move(parser.get().body());
  // What is known of a refused request tells its refusal's language.
  if (status != 200 && incoming.request.headers.empty()) take_head(parser, incoming);
  co_return status;
}

base::task<int> Server::State::feed_parser(Connection& connection, RequestParser& parser,
                                           Incoming& incoming) {
  ByteCount count(options.header_bytes_max, options.header_bytes_max);
  bool told_to_continue = false;
  connection.idle = true;
  connection.expired = false;
  connection.wait_at_most(options.idle_max);
  if (connection.buffer.size() == 0) connection.buffer.shrink_to_fit();
  for (;;) {
    if (connection.buffer.size() > 0) {
      if (connection.idle) connection.wait_at_most(options.request_max);
      connection.idle = false;
      const asio::const_buffer bytes = connection.buffer.data();
      const bool head_awaited = !parser.is_header_done();
      error_code error;
      const std::size_t used = parser.put(bytes, error);
      // Beast takes the head in one piece.
      const bool folded = head_awaited && has_folded_line({static_cast<const char*>(bytes.data()), used});
      connection.buffer.consume(used);
      if (error && error != beast::http::error::need_more) co_return refusal_status(error);
      const std::size_t left = connection.buffer.size();
      if (head_awaited && parser.is_header_done()) {
        if (folded || !is_unmistakable(parser.get())) co_return 400;
        take_head(parser, incoming);
        incoming.keep_alive = parser.keep_alive();
        if (incoming.request.headers.size() > options.header_count_max) co_return 431;
        count.head_ended();
        // Until here it takes one part at a time, so that trailers are never among the headers.
        parser.eager(true);
      } else if (head_awaited) {
        if (!count.head_fits(used, left)) co_return 431;
      } else if (!count.body_fits(used, left, parser.get().body().size())) {
        co_return 431;
      }
      if (parser.is_done()) co_return 200;
      if (used > 0 && left > 0) continue;
    }
    if (parser.is_header_done() && !told_to_continue) {
      told_to_continue = true;
      const auto& message = parser.get();
      if (beast::iequals(message[beast::http::field::expect], "100-continue")) {
        const std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
        const bool sent = co_await write(connection, interim, {});
        if (!sent) co_return 0;
        connection.wait_at_most(options.request_max);
      }
    }
    if (stopping && connection.idle) co_return 0;
    error_code error;
    const std::size_t room = parser.is_header_done() ? body_read_bytes : idle_read_bytes;
    const asio::mutable_buffer space = connection.buffer.prepare(room);
    const std::size_t got = co_await connection.stream->read_some(space, error);
    connection.buffer.commit(got);
    if (connection.evicted) co_return 0;
    if (connection.expired && !connection.idle) co_return 408;
    if (error) co_return 0;
  }
}

base::task<bool> Server::State::answer(Connection& connection, const Response& response,
                                       const Incoming& incoming, bool keep_alive) {
  if (response.takeover) {
    const std::string head = render_head(response, false, false, true);
    TakenConnection wire(*this, connection);
    co_await response.takeover(wire, head);
    co_return false;
  }
  const bool body_wanted = !incoming.head_only && has_body(response.status);
  if (response.stream) {
    const bool chunked = incoming.chunks_known;
    const std::string head = render_head(response, keep_alive && chunked, chunked, false);
    bool fine = co_await write(connection, head, {});
    if (!fine || !body_wanted) co_return fine&& chunked;
    ConnectionWriter writer(
        [this, &connection](std::string_view first, std::string_view second) {
          return write(connection, first, second);
        },
        chunked);
    co_await response.stream(writer);
    fine = co_await writer.finish();
    co_return fine&& chunked;
  }
  const std::string head = render_head(response, keep_alive, false, true);
  const std::string_view body = body_wanted ? std::string_view(response.body) : std::string_view();
  co_return co_await write(connection, head, body);
}

base::task<bool> Server::State::write(Connection& connection, std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> parts{asio::const_buffer(head.data(), head.size()),
                                          asio::const_buffer(body.data(), body.size())};
  while (parts[0].size() + parts[1].size() > 0) {
    connection.wait_at_most(options.stall_max);
    error_code error;
    const std::size_t sent = co_await connection.stream->write_some(parts, error);
    if (error) co_return false;
    const std::size_t of_head = std::min(sent, parts[0].size());
    parts[0] += of_head;
    parts[1] += sent - of_head;
  }
  connection.wait_for_ever();
  co_return true;
}

base::task<> Server::State::wait_for_end(Connection& connection) {
  connection.idle = true;
  error_code error;
  while (!error && !stopping) {
    connection.buffer.clear();
    const asio::mutable_buffer space = connection.buffer.prepare(idle_read_bytes);
    co_await connection.stream->read_some(space, error);
  }
}

base::task<> Server::State::say_goodbye(Connection& connection) {
  if (stopping) co_return;
  connection.idle = true;
  connection.wait_at_most(linger_max);
  error_code error;
  co_await connection.stream->finish(error);
}

void Server::State::stop() {
  if (stopping) return;
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  for (Connection* connection : connections) {
    if (connection->idle)
      connection->interrupt();
    else if (connection->reading)
      connection->wait_at_most(last_requests_max);
  }
}

base::task<bool> Server::State::drain(base::Duration most) {
  const auto self = shared_from_this();
  error_code ended;
  if (serving > 0) {
    all_ended.expires_after(most);
    co_await all_ended.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }
  const bool all = serving == 0;
  for (Connection* connection : connections) connection->stream->socket().close(ended);
  co_return all;
}

Server::Server(asio::io_context& loop, ServerOptions options, Handler handler)
    : state_(std::make_shared<State>(loop, std::move(options), std::move(handler))) {
  asio::co_spawn(loop, state_->accept(), asio::detached);
}

Server::~Server() {
  state_->stop();
}

std::uint16_t Server::port() const {
  return state_->port;
}

void Server::stop() {
  state_->stop();
}

base::task<bool> Server::drain(base::Duration most) {
  return state_->drain(most);
}

}  // namespace sms_notifier::http
