#include "app/task_group.h"

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::app {
namespace {

using std::chrono::seconds;

class Group : public ::testing::Test {
 protected:
  base::task<> wait(base::Duration duration) {
    const std::unique_ptr<Timer> timer = loop.make_timer();
    co_await timer->wait_until(loop.monotonic() + duration);
  }
  base::task<> wait_and_start_another(base::Duration duration) {
    co_await wait(duration);
    group.spawn(wait(duration));
  }
  base::task<> drain_until(base::Monotonic deadline) {
    const bool ended = co_await group.drain(deadline);
    drained = ended;
    drained_at = loop.monotonic();
  }

  test_support::VirtualLoop loop;
  TaskGroup group{loop, loop};
  std::optional<bool> drained;
  base::Monotonic drained_at{};
};

TEST_F(Group, IsDrainedAtOnceWhenNothingRuns) {
  loop.spawn(drain_until(loop.monotonic() + seconds{10}));
  loop.run_for(seconds{0});
  EXPECT_EQ(drained, true);
}

TEST_F(Group, IsDrainedWhenItsLastTaskEnds) {
  group.spawn(wait(seconds{1}));
  group.spawn(wait(seconds{3}));
  EXPECT_EQ(group.size(), 2U);
  const base::Monotonic begin = loop.monotonic();
  loop.spawn(drain_until(begin + seconds{10}));
  loop.run_for(seconds{20});
  EXPECT_EQ(drained, true);
  EXPECT_EQ(drained_at, begin + seconds{3});
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(Group, WaitsForTasksThatItsTasksStart) {
  group.spawn(wait_and_start_another(seconds{2}));
  const base::Monotonic begin = loop.monotonic();
  loop.spawn(drain_until(begin + seconds{10}));
  loop.run_for(seconds{20});
  EXPECT_EQ(drained_at, begin + seconds{4});
}

TEST_F(Group, IsNotWaitedForBeyondTheDeadline) {
  group.spawn(wait(seconds{30}));
  const base::Monotonic begin = loop.monotonic();
  loop.spawn(drain_until(begin + seconds{10}));
  loop.run_for(seconds{20});
  EXPECT_EQ(drained, false);
  EXPECT_EQ(drained_at, begin + seconds{10});
}

TEST_F(Group, MayBeWaitedForByTwo) {
  group.spawn(wait(seconds{5}));
  const base::Monotonic begin = loop.monotonic();
  int ended = 0;
  const auto wait_for_all = [&]() -> base::task<> {
    co_await group.drain();
    ++ended;
  };
  loop.spawn(wait_for_all());
  loop.spawn(wait_for_all());
  loop.spawn(drain_until(begin + seconds{1}));
  loop.run_for(seconds{4});
  EXPECT_EQ(drained, false);
  EXPECT_EQ(ended, 0);
  loop.run_for(seconds{2});
  EXPECT_EQ(ended, 2);
}

}  // namespace
}  // namespace sms_notifier::app
