#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "http/server.h"
#include "support/temp_folder.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

/// A certificate and its key in files, good for this test only.
class CertificateFiles {
 public:
  CertificateFiles() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::FILE* file = std::fopen(files().certificate.c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    file = std::fopen(files().key.c_str(), "w");
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }
  TlsFiles files() const { return {folder_.file("chain.pem"), folder_.file("key.pem")}; }

 private:
  test_support::TempFolder folder_;
};

base::task<Response> answer_with_path(const Request& request) {
  co_return Response::text(request.path);
}

class ServerOverTls : public testing::Test {
 protected:
  ServerOverTls() {
    ServerOptions options;
    options.tls = files_.files();
    server_ = std::make_unique<Server>(loop_, options, answer_with_path);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~ServerOverTls() override {
    asio::post(loop_, [this] { server_->stop(); });
    thread_.join();
  }

  CertificateFiles files_;
  asio::io_context loop_{1};
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerOverTls, AnswersWithinTlsAndSaysGoodbyeInOrder) {
  asio::io_context own_loop;
  asio::ssl::context context(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket> stream(own_loop, context);
  stream.next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
  stream.handshake(asio::ssl::stream_base::client);
  asio::write(stream,
              asio::buffer(std::string_view("GET /one HTTP/1.1\r\nHost: x\r\n\r\n"
                                            "GET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
  std::string answers;
  boost::system::error_code end;
  asio::read(stream, asio::dynamic_buffer(answers), end);
  EXPECT_THAT(answers, HasSubstr("\r\n\r\n/one"));
  EXPECT_THAT(answers, HasSubstr("\r\n\r\n/two"));
  EXPECT_EQ(end, asio::error::eof);
}

TEST_F(ServerOverTls, EndsAConnectionThatSpeaksNoTls) {
  asio::io_context own_loop;
  tcp::socket socket(own_loop);
  socket.connect({asio::ip::address_v4::loopback(), server_->port()});
  asio::write(socket, asio::buffer(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  std::string answer;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(answer), end);
  EXPECT_THAT(answer, testing::Not(HasSubstr("HTTP/1.1")));
}

TEST(TlsFilesOfServer, ThatCannotBeReadAreNamed) {
  asio::io_context loop;
  ServerOptions options;
  options.tls = TlsFiles{"/nonexistent/chain.pem", "/nonexistent/key.pem"};
  try {
    Server server(loop, options, answer_with_path);
    FAIL() << "a server without a certificate";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/chain.pem"));
  }
}

}  // namespace
}  // namespace sms_notifier::http
