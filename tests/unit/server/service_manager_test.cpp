#include "server/service_manager.h"

#include <gtest/gtest.h>

#include "support/notify_socket.h"
#include "support/temp_folder.h"

namespace sms_notifier::server {
namespace {

using test_support::NotifySocket;

TEST(ServiceManager, HearsHowTheServiceIs) {
  const test_support::TempFolder folder;
  NotifySocket socket(folder.file("notify"));
  const ServiceManager manager(socket.address());
  manager.ready();
  manager.alive();
  manager.stopping();
  EXPECT_EQ(socket.next(), "READY=1");
  EXPECT_EQ(socket.next(), "WATCHDOG=1");
  EXPECT_EQ(socket.next(), "STOPPING=1");
}

TEST(ServiceManager, MayHaveAnAbstractAddress) {
  const test_support::TempFolder folder;
  NotifySocket socket("@" + folder.file("notify"));
  const ServiceManager manager(socket.address());
  manager.ready();
  EXPECT_EQ(socket.next(), "READY=1");
}

TEST(ServiceManager, MayBeAbsentGoneOrNonsense) {
  const test_support::TempFolder folder;
  for (const std::optional<std::string>& address :
       {std::optional<std::string>(), std::optional<std::string>(""),
        std::optional<std::string>("vsock:2:1234"), std::optional<std::string>("/" + std::string(300, 'x')),
        std::optional<std::string>(folder.file("nobody"))}) {
    const ServiceManager manager(address);
    manager.ready();
  }
}

TEST(ServiceManager, IsNotWaitedForWhenItDoesNotRead) {
  const test_support::TempFolder folder;
  const NotifySocket socket(folder.file("notify"));
  const ServiceManager manager(socket.address());
  for (int i = 0; i < 10'000; ++i) manager.alive();
}

}  // namespace
}  // namespace sms_notifier::server
