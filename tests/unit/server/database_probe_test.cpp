#include "server/database_probe.h"

#include <memory>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::server {
namespace {

using std::chrono::seconds;
using Finding = DatabaseProbe::Finding;

class Probe : public ::testing::Test {
 protected:
  base::task<bool> answer() {
    ++asked;
    const std::unique_ptr<app::Timer> timer = loop.make_timer();
    co_await timer->wait_until(loop.monotonic() + takes);
    if (fails) throw std::runtime_error("disk I/O error");
    co_return writable;
  }
  base::task<> look() {
    const Finding found = co_await probe.look();
    last = found;
  }
  std::optional<Finding> found_within(base::Duration time) {
    last.reset();
    loop.spawn(look());
    loop.run_for(time);
    return last;
  }

  test_support::VirtualLoop loop;
  int asked = 0;
  bool writable = true;
  bool fails = false;
  base::Duration takes = seconds{1};
  DatabaseProbe probe{[this] { return answer(); }, loop, loop};
  std::optional<Finding> last;
};

TEST_F(Probe, SaysWhatTheDatabaseSays) {
  EXPECT_EQ(found_within(seconds{1}), Finding::Writable);
  writable = false;
  EXPECT_EQ(found_within(seconds{1}), Finding::NotWritable);
  fails = true;
  EXPECT_EQ(found_within(seconds{1}), Finding::NotWritable);
}

TEST_F(Probe, DoesNotWaitLongForADatabaseThatHangs) {
  takes = std::chrono::hours{1};
  EXPECT_EQ(found_within(DatabaseProbe::patience), Finding::Silent);
}

TEST_F(Probe, AsksADatabaseThatHangsOnlyOnce) {
  takes = seconds{30};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(found_within(DatabaseProbe::patience), Finding::Silent);
  EXPECT_EQ(asked, 1);
}

TEST_F(Probe, HearsOfADatabaseThatAnswersAgain) {
  takes = seconds{30};
  found_within(DatabaseProbe::patience);
  loop.run_for(seconds{30});
  takes = seconds{1};
  EXPECT_EQ(found_within(seconds{1}), Finding::Writable);
}

}  // namespace
}  // namespace sms_notifier::server
