// kill -9 at random moments while calls arrive. `./dev torture kills` does the same for longer.

#include <iostream>

#include <gtest/gtest.h>

#include "support/installation/kill_loop.h"

namespace sms_notifier::functional {
namespace {

TEST(Crash, KillsAtRandomMomentsTextNobodyTwiceAndForgetNobody) {
  constexpr int kills = 30;
  constexpr std::uint64_t seed = 20261124;
  const test_support::KillFigures figures = test_support::kill_at_random_moments(kills, seed);
  EXPECT_EQ(figures.kills, kills);
  EXPECT_GT(figures.tally.sent, 0);
  std::cout << figures.kills << " kills, " << in_words(figures.tally) << "\n";
}

}  // namespace
}  // namespace sms_notifier::functional
