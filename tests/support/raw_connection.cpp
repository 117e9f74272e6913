#include "support/raw_connection.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sms_notifier::test_support {
namespace {

constexpr timeval receive_timeout{60, 0};
constexpr std::string_view status_line = "HTTP/1.1 ";

}  // namespace

RawConnection::RawConnection(std::uint16_t port, int receive_bytes)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw std::runtime_error("no descriptor is left for a connection");
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &receive_timeout, sizeof(receive_timeout));
  if (receive_bytes > 0)
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(descriptor_);
    throw std::runtime_error("nobody answers on port " + std::to_string(port));
  }
}

RawConnection::~RawConnection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

bool RawConnection::send(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::finish_sending() const {
  ::shutdown(descriptor_, SHUT_WR);
}

bool RawConnection::read_more() {
  std::array<char, 16 * 1024> piece{};
  const ssize_t length = ::recv(descriptor_, piece.data(), piece.size(), 0);
  if (length <= 0) return false;
  received_.append(piece.data(), static_cast<std::size_t>(length));
  return true;
}

std::string RawConnection::read_all() {
  while (read_more()) {
  }
  return std::exchange(received_, {});
}

std::string RawConnection::read_until(std::string_view mark) {
  while (received_.find(mark) == std::string::npos)
    if (!read_more()) return std::exchange(received_, {});
  std::string front = received_.substr(0, received_.find(mark) + mark.size());
  received_.erase(0, front.size());
  return front;
}

std::string RawConnection::read_answer() {
  std::string answer = read_until("\r\n\r\n");
  const std::string length = header_of(answer, "Content-Length");
  const std::size_t wanted = length.empty() ? 0 : std::stoul(length);
  while (received_.size() < wanted && read_more()) {
  }
  answer += received_.substr(0, wanted);
  received_.erase(0, wanted);
  return answer;
}

std::string say(std::uint16_t port, std::string_view text) {
  RawConnection connection(port);
  connection.send(text);
  connection.finish_sending();
  return connection.read_all();
}

int status_of(std::string_view answer) {
  int status = 0;
  if (answer.starts_with(status_line)) {
    answer.remove_prefix(status_line.size());
    std::from_chars(answer.data(), answer.data() + answer.size(), status);
  }
  return status;
}

int answers_in(std::string_view received) {
  int count = 0;
  for (auto at = received.find(status_line); at != std::string_view::npos;
       at = received.find(status_line, at + 1))
    ++count;
  return count;
}

std::string header_of(std::string_view answer, std::string_view name) {
  const std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
  const std::string start = "\r\n" + std::string(name) + ": ";
  const auto at = head.find(start);
  if (at == std::string_view::npos) return "";
  const std::string_view value = head.substr(at + start.size());
  return std::string(value.substr(0, value.find("\r\n")));
}

std::string between(std::string_view answer, std::string_view begin, std::string_view end) {
  const auto from = answer.find(begin);
  if (from == std::string_view::npos) return "";
  const std::string_view rest = answer.substr(from + begin.size());
  return std::string(rest.substr(0, rest.find(end)));
}

void allow_many_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace sms_notifier::test_support
