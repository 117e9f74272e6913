#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sms_notifier::server {

/// systemd, or whatever else started the service and wants to hear how it is: sd_notify(3)'s protocol.
/// Without a manager that listens, nothing is told. May be used from any thread.
class ServiceManager {
 public:
  /// `address`: the value of NOTIFY_SOCKET, a path or `@` and a name.
  explicit ServiceManager(const std::optional<std::string>& address);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  void ready() const noexcept { tell("READY=1"); }
  /// It lives. Left out for longer than WatchdogSec, the manager starts it again.
  void alive() const noexcept { tell("WATCHDOG=1"); }
  void stopping() const noexcept { tell("STOPPING=1"); }

 private:
  /// Never waits: what cannot be told at once is not told.
  void tell(std::string_view state) const noexcept;

  std::string address_;  ///< as the kernel wants it
  int socket_ = -1;
};

}  // namespace sms_notifier::server
