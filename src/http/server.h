#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"
#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace sms_notifier::http {

struct Request {
  std::string method;                                        ///< `GET`
  std::string path;                                          ///< decoded, without the query
  std::string query;                                         ///< as sent, without `?`
  std::vector<std::pair<std::string, std::string>> headers;  ///< in the order sent
  std::string body;
  std::string peer;  ///< address of the connection's other end, without the port (address.h)

  /// First header of that name, whatever the case; empty when absent.
  std::string_view header(std::string_view name) const;
};

/// Where a handler writes an answer whose length it does not know beforehand.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// Returns when the network took the piece; false when the other end is gone, and then nothing more is
  /// sent.
  virtual base::task<bool> write(std::string_view piece) = 0;
};

/// A connection without HTTP's rules.
class Wire {
 public:
  virtual ~Wire() = default;
  /// Returns when the network took all of it; false when the other end is gone.
  virtual base::task<bool> send(std::string_view bytes) = 0;
  /// Returns when the other end has gone, or when the server stops.
  virtual base::task<> wait_for_end() = 0;
  /// Ends the connection with RST.
  virtual void reset() = 0;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// When set, the body is what this writes, instead of `body`: live updates, long exports. It is not called
  /// for HEAD. stop() does not end it: the code that feeds it does.
  std::function<base::task<>(BodyWriter&)> stream;
  /// When set, nothing is sent but what this sends, and then the connection ends: for servers that are meant
  /// to misbehave. `head` is what would have been sent before `body`.
  std::function<base::task<>(Wire&, std::string_view head)> takeover;

  static Response text(std::string body, int status = 200);
  static Response html(std::string body, int status = 200);
  static Response json(std::string body, int status = 200);
};

using Handler = std::function<base::task<Response>(const Request&)>;
/// What answers a request that no handler sees: it is too large, too slow, broken, or there is no place left.
/// `head` is what was understood of it, which may be nothing but `peer`.
using Refuser = std::function<Response(const Request& head, int status)>;

/// Certificate chain and private key, PEM files.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system picks one
  std::optional<TlsFiles> tls;
  std::size_t body_bytes_max = 16 * 1024 * 1024;
  /// Of the head, and again of everything around a body in chunks: sizes, extensions, trailers.
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t header_count_max = 100;
  std::size_t connections_max = 10'000;
  /// Of one IPv4 address or one IPv6 network. One more ends the one of theirs that has been waiting longest.
  std::size_t connections_per_address_max = 64;
  /// Addresses that the limit is not for: reverse proxies connect for all their visitors.
  std::function<bool(std::string_view address)> speaks_for_many;
  Refuser refuse;                                         ///< a plain line when it is not set
  base::Duration idle_max = std::chrono::seconds{75};     ///< keep-alive
  base::Duration request_max = std::chrono::seconds{30};  ///< from first byte to whole request
  base::Duration stall_max = std::chrono::seconds{60};    ///< of a reader that takes nothing of the answer
};

/// HTTP/1.1 with keep-alive, and TLS when asked. Trailers are read and thrown away. When all places are
/// taken, a new connection takes the place of one whose other end keeps the server waiting, of the address
/// that has most: requests that never become whole keep no visitor out. Everything happens on the loop it is
/// given; a handler may wait. An exception that leaves a handler becomes a plain 500.
class Server {
 public:
  /// Listens at once. Throws std::runtime_error with a sentence for the user when the address cannot be used.
  Server(boost::asio::io_context& loop, ServerOptions options, Handler handler);
  ~Server();  ///< as stop()

  std::uint16_t port() const;
  /// No new connections; idle ones are closed; requests that are being read get a moment more, and answers
  /// under way go out. Call on the loop.
  void stop();
  /// Returns true when every connection has ended after stop(). Those that have not ended after `most` are
  /// closed, and then it returns false: some answers may still be in the making. Call on the loop.
  base::task<bool> drain(base::Duration most);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sms_notifier::http
