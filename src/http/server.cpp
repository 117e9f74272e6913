#include "http/server.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/address.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = beast::http::request_parser<beast::http::string_body>;

/// A waiting connection holds no more than this for its next request.
constexpr std::size_t idle_read_bytes = 4 * 1024;
constexpr std::size_t body_read_bytes = 16 * 1024;
/// A chunk of one byte comes with five more: so many bytes around each byte of a body are nothing unusual.
constexpr std::size_t framing_bytes_per_body_byte = 8;
/// How much of a refused request is read and thrown away, so that the refusal is not lost in a reset.
constexpr std::size_t linger_bytes_max = 8 * 1024 * 1024;
constexpr std::chrono::seconds linger_max{2};
constexpr std::chrono::milliseconds accept_pause{100};
/// What a request that is still being read gets when the server stops.
constexpr std::chrono::seconds last_requests_max{1};

/// Where bytes come from and go to, plain or TLS. The virtual calls keep Asio's templates from being compiled
/// for each kind of stream. Buffers and error codes must outlive the wait.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual base::task<> open(error_code& error) = 0;
  virtual base::task<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) = 0;
  virtual base::task<std::size_t> write_some(std::array<asio::const_buffer, 2> parts, error_code& error) = 0;
  /// Says goodbye in order; returns when the other end has done so, too.
  virtual base::task<> finish(error_code& error) = 0;
  virtual tcp::socket& socket() = 0;
};

class PlainStream final : public Stream {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

  base::task<> open(error_code&) override { co_return; }
  base::task<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
    return socket_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  base::task<std::size_t> write_some(std::array<asio::const_buffer, 2> parts, error_code& error) override {
    return socket_.async_write_some(parts, asio::redirect_error(asio::use_awaitable, error));
  }
  base::task<> finish(error_code& error) override {
    socket_.shutdown(tcp::socket::shutdown_send, error);
    std::string discarded(idle_read_bytes, '\0');
    std::size_t taken = 0;
    while (!error && taken < linger_bytes_max) taken += co_await read_some(asio::buffer(discarded), error);
  }
  tcp::socket& socket() override { return socket_; }

 private:
  tcp::socket socket_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  base::task<> open(error_code& error) override {
    return stream_.async_handshake(asio::ssl::stream_base::server,
                                   asio::redirect_error(asio::use_awaitable, error));
  }
  base::task<std::size_t> read_some(asio::mutable_buffer buffer, error_code& error) override {
    return stream_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
  }
  base::task<std::size_t> write_some(std::array<asio::const_buffer, 2> parts, error_code& error) override {
    return stream_.async_write_some(parts, asio::redirect_error(asio::use_awaitable, error));
  }
  base::task<> finish(error_code& error) override {
    return stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
  }
  tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  asio::ssl::stream<tcp::socket> stream_;
};

std::unique_ptr<asio::ssl::context> make_tls(const TlsFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error)
    throw std::runtime_error("cannot use the certificate " + files.certificate + ": " + error.message());
  context->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) throw std::runtime_error("cannot use the private key " + files.key + ": " + error.message());
  return context;
}

tcp::acceptor listen(asio::io_context& loop, const ServerOptions& options) {
  error_code error;
  tcp::acceptor acceptor(loop);
  tcp::resolver resolver(loop);
  const auto found =
      resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (!error) {
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error)
    throw std::runtime_error("cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " +
                             error.message());
  return acceptor;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Unlike in a form, `+` is a plus in a path.
std::string decode_path(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

/// `http://host/path` is as good as `/path`.
std::string_view without_authority(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

/// A request as far as it was read, and what its answer depends on.
struct Incoming {
  Request request;
  bool head_only = false;  ///< HEAD
  bool chunks_known = false;
  bool keep_alive = false;
};

/// Reads out what the parser knows by now. Trailers must not have been read yet: the parser puts them among
/// the headers.
void take_head(const Parser& parser, Incoming& incoming) {
  const auto& message = parser.get();
  incoming.head_only = message.method() == beast::http::verb::head;
  incoming.chunks_known = message.version() == 11;
  Request& request = incoming.request;
  request.method = std::string(message.method_string());
  const std::string_view target = without_authority({message.target().data(), message.target().size()});
  const auto mark = target.find('?');
  request.path = decode_path(target.substr(0, mark));
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  for (const auto& entry : message)
    request.headers.emplace_back(std::string(entry.name_string()), std::string(entry.value()));
}

/// Holds every byte of a request against a limit, wherever the parser keeps it.
class ByteCount {
 public:
  ByteCount(std::size_t head_max, std::size_t framing_max) : head_max_(head_max), framing_max_(framing_max) {}

  /// `left` bytes wait in the buffer, after the parser took `used`. While it took nothing, all of them belong
  /// to a line that it waits for the end of.
  bool head_fits(std::size_t used, std::size_t left) {
    taken_ += used;
    return taken_ + left <= head_max_;
  }
  void head_ended() { taken_ = 0; }
  bool body_fits(std::size_t used, std::size_t left, std::size_t body_bytes) {
    taken_ += used;
    if (used == 0 && left > framing_max_) return false;
    return taken_ <= body_bytes ||
           taken_ - body_bytes <= framing_max_ + framing_bytes_per_body_byte * body_bytes;
  }

 private:
  const std::size_t head_max_;
  const std::size_t framing_max_;
  std::size_t taken_ = 0;
};

/// Whether every proxy between the client and here has seen the same request as we do. Beast takes no notice
/// of a coding that it does not know, and would take the body for the next request.
bool is_unmistakable(const Parser::value_type& head) {
  const auto hosts = head.count(beast::http::field::host);
  if (hosts > 1 || (hosts == 0 && head.version() == 11)) return false;
  const auto codings = head.count(beast::http::field::transfer_encoding);
  if (codings == 0) return true;
  return codings == 1 && head.version() == 11 && head.count(beast::http::field::content_length) == 0 &&
         beast::iequals(head[beast::http::field::transfer_encoding], "chunked");
}

/// Whether a header goes on in a line that begins with a space, or what looks like a header does. Who reads
/// that line in another way sees another request. `request` begins with a whole head.
bool has_folded_line(std::string_view request) {
  const std::string_view head = request.substr(0, request.find("\r\n\r\n"));
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

int refusal_status(const error_code& error) {
  if (error == beast::http::error::header_limit) return 431;
  if (error == beast::http::error::body_limit) return 413;
  return 400;
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool breaks_header(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

std::string http_date(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text.data(), length};
}

/// The answer up to and including the empty line.
std::string render_head(const Response& response, bool keep_alive, bool chunked, bool length_known) {
  std::string head;
  head.reserve(256);
  const auto reason = beast::http::obsolete_reason(beast::http::int_to_status(response.status));
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason).append("\r\n");
  for (const auto& [name, value] : response.headers)
    head.append(name).append(": ").append(value).append("\r\n");
  head.append("Date: ").append(http_date(std::time(nullptr))).append("\r\n");
  if (chunked) head.append("Transfer-Encoding: chunked\r\n");
  if (length_known && has_body(response.status))
    head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  head.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return head;
}

Response plain_answer(int status) {
  const auto reason = beast::http::obsolete_reason(beast::http::int_to_status(status));
  return Response::text(std::string(reason) + "\n", status);
}

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
  base::task<int> feed_parser(Connection& connection, Parser& parser, Incoming& incoming);
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

namespace {

/// Writes to one connection, in chunks where the protocol has them.
class ConnectionWriter final : public BodyWriter {
 public:
  using Send = std::function<base::task<bool>(std::string_view head, std::string_view body)>;
  ConnectionWriter(Send send, bool chunked) : send_(std::move(send)), chunked_(chunked) {}

  base::task<bool> write(std::string_view piece) override {
    if (gone_) co_return false;
    if (piece.empty()) co_return true;  // an empty chunk would be the end
    std::string framed;
    std::string_view body = piece;
    if (chunked_) {
      std::array<char, 16> size{};
      const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
      framed.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
      body = {};
    }
    const bool sent = co_await send_(framed, body);
    gone_ = !sent;
    co_return sent;
  }
  base::task<bool> finish() {
    if (gone_) co_return false;
    const std::string_view last = chunked_ ? "0\r\n\r\n" : "";
    co_return co_await send_(last, {});
  }

 private:
  const Send send_;
  const bool chunked_;
  bool gone_ = false;
};

}  // namespace

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
    connection->stream = std::make_unique<TlsStream>(std::move(socket), *tls);
  else
    connection->stream = std::make_unique<PlainStream>(std::move(socket));
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
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(
      std::min<std::size_t>(options.header_bytes_max, std::numeric_limits<std::uint32_t>::max())));
  parser.body_limit(options.body_bytes_max);
  const int status = co_await feed_parser(connection, parser, incoming);
  if (status == 200) incoming.request.body = std::move(parser.get().body());
  // What is known of a refused request tells its refusal's language.
  if (status != 200 && incoming.request.headers.empty()) take_head(parser, incoming);
  co_return status;
}

base::task<int> Server::State::feed_parser(Connection& connection, Parser& parser, Incoming& incoming) {
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

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, name)) return value;
  return {};
}

Response Response::text(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

Response Response::html(std::string body, int status) {
  Response response = text(std::move(body), status);
  response.headers.front().second = "text/html; charset=utf-8";
  return response;
}

Response Response::json(std::string body, int status) {
  Response response = text(std::move(body), status);
  response.headers.front().second = "application/json";
  return response;
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
