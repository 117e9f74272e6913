#include "support/notify_socket.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace sms_notifier::test_support {
namespace {

constexpr int patience_ms = 60'000;

}  // namespace

NotifySocket::NotifySocket(std::string address)
    : address_(std::move(address)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), name.sun_path);
  if (name.sun_path[0] == '@') name.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&name), size) != 0)
    throw std::runtime_error("cannot listen on " + address_);
}

NotifySocket::~NotifySocket() {
  ::close(socket_);
}

std::string NotifySocket::next() {
  pollfd readable{socket_, POLLIN, 0};
  if (::poll(&readable, 1, patience_ms) <= 0) return "";
  std::array<char, 256> message{};
  const ssize_t length = ::recv(socket_, message.data(), message.size(), 0);
  return {message.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

}  // namespace sms_notifier::test_support
