#pragma once

#include <string>

namespace sms_notifier::storage {

/// Held by the one service that works on a data folder; command-line tools need none. Ends with the object or
/// the process, whichever is first.
class ServiceLock {
 public:
  /// Throws std::runtime_error, naming the process that holds it, when another service has the folder.
  explicit ServiceLock(const std::string& data_folder);
  ~ServiceLock();
  ServiceLock(const ServiceLock&) = delete;
  ServiceLock& operator=(const ServiceLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace sms_notifier::storage
