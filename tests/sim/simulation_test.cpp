#include "sim/simulation.h"

#include <gtest/gtest.h>

#include "sim/waiting.h"

namespace sms_notifier::sim {
namespace {

/// Runs so many days with their perils; a failure says what would fail with fewer of them.
void simulate(std::uint64_t first_seed, int runs) {
  for (std::uint64_t seed = first_seed; seed < first_seed + static_cast<std::uint64_t>(runs); ++seed) {
    RunOptions options;
    options.seed = seed;
    options.sqlite = seed % 10 == 0;
    try {
      run(options, perils_of(seed, options.days));
    } catch (const Violation& violation) {
      FAIL() << violation.what() << "\nAgain: ./dev sim --seed " << seed << " --days " << options.days;
    }
  }
}

/// Ten times twenty days, so that they run side by side.
class Simulation : public ::testing::TestWithParam<int> {};
TEST_P(Simulation, KeepsEveryPromise) {
  simulate(1 + static_cast<std::uint64_t>(GetParam()) * 10, 10);
}
INSTANTIATE_TEST_SUITE_P(TwentyDays, Simulation, ::testing::Range(0, 10));

/// Days with one trouble at a time, in which everyone who is missed has to be texted.
class BoundedTroubles : public ::testing::TestWithParam<std::uint64_t> {};
TEST_P(BoundedTroubles, LeaveNoCallerWithoutAText) {
  RunOptions options;
  options.seed = GetParam();
  options.missed_strangers = true;
  try {
    const Report report = run(options, bounded_perils(options.seed, options.days));
    EXPECT_GE(report.during_perils, 50);
  } catch (const Violation& violation) {
    FAIL() << violation.what() << "\nAgain: ./dev sim --days 0 --live 2 --seed " << options.seed;
  }
}
INSTANTIATE_TEST_SUITE_P(TwoDays, BoundedTroubles, ::testing::Range<std::uint64_t>(1, 7));

TEST(ACallInTheHourThatComesTwice, IsFoundInTheLedgerWhenItsRowIsFirstSeenInTheSecondPass) {
  simulate(40300, 1);
}

TEST(AnUncertainTextOfTheHourThatComesTwice, IsFoundAgainByTheCrossCheck) {
  simulate(40304, 1);
}

TEST(LossySends, AreNeverDoubledAndNearlyAllArrive) {
  RunOptions options;
  options.missed_calls = 1000;
  const Report report = run(options, lossy_sends(options.days));
  EXPECT_EQ(report.replies, 1000);
  EXPECT_EQ(report.sent + report.uncertain, report.replies);
  EXPECT_GE(report.texted, 985);
}

TEST(FiftyCallers, AreTextedOnceEachAfterTenMinutesOfTrouble) {
  EXPECT_NO_THROW(wait_after_outages());
}

TEST(TwoInstallations, TextNobodyTwiceWhenBothAlwaysLook) {
  const Report report = run_two_installations(1, true);
  EXPECT_EQ(report.texts, report.calls);
}

TEST(TwoInstallations, FindOutAboutEachOtherWithinAnHour) {
  EXPECT_NO_THROW(run_two_installations(1, false));
}

}  // namespace
}  // namespace sms_notifier::sim
