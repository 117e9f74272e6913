#include "http/stream.h"

#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// How much of a refused request is read and thrown away, so that the refusal is not lost in a reset.
constexpr std::size_t linger_bytes_max = std::size_t{8} * 1024 * 1024;

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

}  // namespace

std::unique_ptr<Stream> plain_stream(tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> tls_stream(tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsStream>(std::move(socket), context);
}

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

}  // namespace sms_notifier::http
