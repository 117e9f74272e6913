#include "server/descriptors.h"

#include <algorithm>
#include <sys/resource.h>

#include <gtest/gtest.h>

namespace sms_notifier::server {
namespace {

TEST(Descriptors, BrowsersTakeNoMoreThanHalfOfThem) {
  EXPECT_EQ(web_connections_max(1024), 512U);
  EXPECT_EQ(web_connections_max(65'536), 10'000U);
  EXPECT_EQ(web_connections_max(0), 1U);
}

TEST(Descriptors, AreAsManyAsTheSystemAllows) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{std::min<rlim_t>(before.rlim_max, 100), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  const std::size_t raised = raise_descriptor_limit();
  EXPECT_EQ(raised, std::min<rlim_t>(before.rlim_max, 65'536));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace sms_notifier::server
