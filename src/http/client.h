#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/task.h"
#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace sms_notifier::http {

/// One multipart/form-data POST. Values are sent as they are: no file look-ups, no URL.
struct FormPost {
  std::string url;
  std::vector<std::pair<std::string, base::Secret>> fields;  ///< secret, because some of them are
  base::Duration connect_max = std::chrono::seconds{10};
  base::Duration total_max = std::chrono::seconds{60};
  std::size_t body_bytes_max = std::size_t{16} * 1024 * 1024;
  /// A connection of its own: libcurl repeats a request by itself when a kept connection turns out to be
  /// dead, and some requests must never be repeated.
  bool fresh_connection = false;
  /// Asked when name, connection and TLS stand, right before the first byte; false ends the request with
  /// Failure::Kind::Withdrawn. Must not throw. Only with fresh_connection.
  std::function<bool()> may_leave;
};

struct ReceivedResponse {
  int status = 0;
  /// Followed in memory by at least 64 spare bytes of capacity, so that a parser may read past the end.
  std::string body;
  /// The server's clock (header `Date`), in whole seconds. Nothing when it does not say it in one header that
  /// can be read, or when a cache answered in its place (header `Age`).
  std::optional<base::Instant> date;
  base::Duration took{0};  ///< from the request's start to the answer's end
};

/// Why there is no reply.
struct Failure {
  enum class Kind {
    NotConnected,  ///< name, connection, TLS or certificate: not one byte of the request left this machine
    TimedOut,
    Interrupted,  ///< connection ended, or the answer broke off
    TooLong,      ///< the answer was longer than allowed
    Aborted,      ///< end_repeatable() or abort_all()
    Withdrawn,    ///< may_leave() said no: not one byte of the request left this machine
  };
  Kind kind;
  /// False only when it is certain that not one byte of the request left this machine.
  bool may_have_been_sent = true;
  std::string detail;  ///< the network's words, without URL or fields
};

using Outcome = std::variant<ReceivedResponse, Failure>;

struct ClientOptions {
  std::string user_agent;
  std::string ca_file;  ///< empty: the system's
  std::size_t in_flight_max = 4096;
};

/// HTTP client on the caller's loop: libcurl multi, keep-alive, TLS verified, gzip, no redirects, no cookies.
/// No proxy either, whatever the environment says: what the requests pass through is decided by the
/// configuration. Requests beyond in_flight_max wait in the order they came, but for those with a fresh
/// connection; waiting does not count towards time-outs. Not thread-safe: belongs to its loop, which must
/// outlive it.
class Client {
 public:
  /// Throws std::runtime_error when libcurl cannot be set up.
  Client(boost::asio::io_context& loop, ClientOptions options);
  ~Client();  ///< as abort_all()
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Resumes the caller on the caller's executor, never before post() was awaited, and never throws for what
  /// the network or the server does. At most one request reaches the server when fresh_connection is set;
  /// without it libcurl sends the request again when a kept connection turns out to be dead.
  base::task<Outcome> post(FormPost request);

  /// Takes back the body of a reply that was read: its memory serves for bodies to come. No caller has to.
  void reuse(std::string body);

  /// From now on only requests with a fresh connection are made: the others end with Failure::Kind::Aborted,
  /// also those under way.
  void end_repeatable();
  /// Ends every request under way, and every one that waits for its turn, with Failure::Kind::Aborted.
  void abort_all();
  /// Requests that libcurl is working on. Zero only when none waits for its turn either.
  std::size_t in_flight() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with what the loop still holds of it
};

}  // namespace sms_notifier::http
