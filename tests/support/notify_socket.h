#pragma once

#include <string>

namespace sms_notifier::test_support {

/// The service manager's end of NOTIFY_SOCKET.
class NotifySocket {
 public:
  /// `address`: a path, or `@` and a name.
  explicit NotifySocket(std::string address);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  const std::string& address() const { return address_; }
  /// Waits for a message; empty when none comes for a long time.
  std::string next();

 private:
  std::string address_;
  int socket_;
};

}  // namespace sms_notifier::test_support
