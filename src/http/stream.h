#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "base/task.h"
#include "http/server.h"

namespace sms_notifier::http {

/// A waiting connection holds no more than this for its next request.
constexpr std::size_t idle_read_bytes = std::size_t{4} * 1024;

/// Where bytes come from and go to, plain or TLS. The virtual calls keep Asio's templates from being compiled
/// for each kind of stream. Buffers and error codes must outlive the wait.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual base::task<> open(boost::system::error_code& error) = 0;
  virtual base::task<std::size_t> read_some(boost::asio::mutable_buffer buffer,
                                            boost::system::error_code& error) = 0;
  virtual base::task<std::size_t> write_some(std::array<boost::asio::const_buffer, 2> parts,
                                             boost::system::error_code& error) = 0;
  /// Says goodbye in order; returns when the other end has done so, too.
  virtual base::task<> finish(boost::system::error_code& error) = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<Stream> plain_stream(boost::asio::ip::tcp::socket socket);
/// The context must outlive the stream.
std::unique_ptr<Stream> tls_stream(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context);

/// Throws std::runtime_error when a file cannot be used.
std::unique_ptr<boost::asio::ssl::context> make_tls(const TlsFiles& files);

/// Throws std::runtime_error when the address cannot be listened on.
boost::asio::ip::tcp::acceptor listen(boost::asio::io_context& loop, const ServerOptions& options);

}  // namespace sms_notifier::http
