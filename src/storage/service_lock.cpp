#include "storage/service_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace sms_notifier::storage {
namespace {

/// The process that wrote its number into the lock file; empty when it cannot be read.
std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return length > 0 ? " (process " + std::string(text.data(), static_cast<std::size_t>(length)) + ")" : "";
}

}  // namespace

ServiceLock::ServiceLock(const std::string& data_folder) {
  const std::string file = data_folder + "/sms-notifier.lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw std::runtime_error("the lock " + file + " cannot be opened: " + std::strerror(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string who = holder(descriptor_);
    ::close(descriptor_);
    throw std::runtime_error("another sms-notifier service" + who + " is already working on " + data_folder +
                             ": stop it first, or choose another folder with --data");
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, pid.data(), pid.size(), 0) < 0) {
    ::close(descriptor_);
    throw std::runtime_error("the lock " + file + " cannot be written: " + std::strerror(errno));
  }
}

ServiceLock::~ServiceLock() {
  ::close(descriptor_);
}

}  // namespace sms_notifier::storage
