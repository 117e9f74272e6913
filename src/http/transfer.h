#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <curl/curl.h>

#include "http/client.h"

/// One request as libcurl holds it.
namespace sms_notifier::http {

/// The coroutine that waits for an outcome. Keeps the loop running meanwhile.
class Waiter {
 public:
  explicit Waiter(boost::asio::io_context& loop) : work_(loop.get_executor()) {}
  virtual ~Waiter() = default;
  virtual void resume(Outcome outcome) = 0;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
};

template <auto free>
struct FreedBy {
  void operator()(auto* resource) const { free(resource); }
};
using Easy = std::unique_ptr<CURL, FreedBy<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, FreedBy<curl_multi_cleanup>>;
using Share = std::unique_ptr<CURLSH, FreedBy<curl_share_cleanup>>;
using Headers = std::unique_ptr<curl_slist, FreedBy<curl_slist_free_all>>;

/// Memory of long bodies that were read, for long bodies to come: fresh pages for two megabytes cost as much
/// as decrypting them.
class SpareBodies {
 public:
  /// An empty string, if possible with that much room.
  std::string take(std::size_t bytes);
  void keep(std::string body);

 private:
  static constexpr std::size_t worth_keeping_bytes = std::size_t{128} * 1024;
  static constexpr std::size_t kept_bytes_max = std::size_t{64} * 1024 * 1024;

  std::vector<std::string> kept_;  ///< the one used last is last: it is most likely still in the cache
  std::size_t kept_bytes_ = 0;
};

/// An easy handle, used for one request after the other.
struct Transfer {
  explicit Transfer(SpareBodies& spare_) : spare(spare_) {}

  SpareBodies& spare;
  std::string form;  ///< what is sent; libcurl does not copy it
  Easy easy;
  std::unique_ptr<Waiter> waiter;
  std::string body;
  std::size_t body_bytes_max = 0;
  bool busy = false;
  bool tls = false;
  bool too_long = false;
  bool repeatable = false;
  std::function<bool()> may_leave;  ///< FormPost::may_leave
  bool withdrawn = false;
  std::array<char, CURL_ERROR_SIZE> words{};  ///< libcurl's, about what went wrong

  /// Takes the next piece of the answer; false when it cannot.
  bool take(std::string_view piece);
};

template <class Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  const CURLcode done = curl_easy_setopt(easy, option, value);
  if (done != CURLE_OK) throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(done));
}

/// What stays the same for all requests of a client. Throws std::runtime_error.
void set_lasting_options(Transfer& transfer, const ClientOptions& options, CURLSH* share,
                         curl_slist* headers);
/// What is this request's own; the fields of its form are parted by `boundary`. Throws std::runtime_error.
void prepare(Transfer& transfer, const FormPost& request, const std::string& boundary);

/// Whether bytes of the request may have left this machine, over all connections that libcurl tried for it.
/// The times are kept when libcurl repeats a request, and a phase that was never finished has none. Once the
/// connection (with TLS: the handshake) stands, libcurl may be writing at any moment, so that counts as sent
/// already.
bool may_have_been_sent(CURL* easy, bool tls);

/// What became of a transfer that has ended. Takes its body.
Outcome outcome_of(Transfer& transfer, CURLcode result);

}  // namespace sms_notifier::http
