#include "server/heartbeat.h"

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class BeatingHeart : public ::testing::Test {
 protected:
  BeatingHeart() {
    loop.spawn(heart.run());
    loop.run_for(seconds{60});
  }

  test_support::VirtualLoop loop;
  int beats = 0;
  Heartbeat heart{loop, [this] { ++beats; }};
};

TEST_F(BeatingHeart, IsAliveAsLongAsItsLoopTurns) {
  EXPECT_TRUE(heart.alive());
  EXPECT_EQ(beats, 61);
}

TEST_F(BeatingHeart, IsAliveWhileItsLoopIsBusyForAMoment) {
  loop.sleep(seconds{10});
  EXPECT_TRUE(heart.alive());
}

TEST_F(BeatingHeart, IsNotAliveWhenItsLoopHasHungForTenSeconds) {
  loop.sleep(seconds{10} + milliseconds{1});
  EXPECT_FALSE(heart.alive());
  EXPECT_EQ(beats, 61);
}

TEST_F(BeatingHeart, IsAliveAgainWhenItsLoopGoesOn) {
  loop.sleep(seconds{60});
  loop.run_for(seconds{1});
  EXPECT_TRUE(heart.alive());
}

TEST_F(BeatingHeart, StopsWhenAsked) {
  heart.stop();
  loop.run_for(seconds{60});
  EXPECT_EQ(beats, 61);
}

}  // namespace
}  // namespace sms_notifier::server
