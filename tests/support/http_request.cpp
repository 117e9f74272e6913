#include "support/http_request.h"

#include <sstream>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

namespace sms_notifier::test_support {

HttpAnswer request(const std::string& method, std::uint16_t port, const std::string& path,
                   const std::string& json) {
  using boost::asio::ip::tcp;
  boost::asio::io_context loop;
  tcp::socket socket(loop);
  boost::system::error_code error;
  socket.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port), error);
  if (error) return {};
  const std::string text =
      method + " " + path +
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " + std::to_string(json.size()) +
      "\r\nContent-Type: application/json\r\n\r\n" + json;
  boost::asio::write(socket, boost::asio::buffer(text), error);
  std::string answer;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);

  HttpAnswer result;
  if (answer.size() > 12) result.status = std::stoi(answer.substr(9, 3));
  const auto body = answer.find("\r\n\r\n");
  if (body != std::string::npos) result.body = answer.substr(body + 4);
  return result;
}

}  // namespace sms_notifier::test_support
