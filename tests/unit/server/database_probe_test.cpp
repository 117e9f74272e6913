#include "server/database_probe.h"

#include <memory>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::server {
namespace {

using std::chrono::seconds;
using storage::Condition;

class Probe : public ::testing::Test {
 protected:
  base::task<Condition> answer() {
    ++asked;
    const std::unique_ptr<app::Timer> timer = loop.make_timer();
    co_await timer->wait_until(loop.monotonic() + takes);
    if (fails) throw std::runtime_error("disk I/O error");
    co_return condition;
  }
  base::task<> look() {
    const std::optional<Condition> found = co_await probe.look();
    last = found;
    has_looked = true;
  }
  /// None: the probe says that the database is silent.
  std::optional<Condition> found_within(base::Duration time) {
    has_looked = false;
    loop.spawn(look());
    loop.run_for(time);
    EXPECT_TRUE(has_looked);
    return last;
  }

  test_support::VirtualLoop loop;
  int asked = 0;
  Condition condition = Condition::Good;
  bool fails = false;
  base::Duration takes = seconds{1};
  DatabaseProbe probe{[this] { return answer(); }, loop, loop};
  std::optional<Condition> last;
  bool has_looked = false;
};

TEST_F(Probe, SaysWhatTheDatabaseSays) {
  EXPECT_EQ(found_within(seconds{1}), Condition::Good);
  for (const Condition told : {Condition::NotWritable, Condition::Damaged, Condition::Exchanged}) {
    condition = told;
    EXPECT_EQ(found_within(seconds{1}), told);
  }
  fails = true;
  EXPECT_EQ(found_within(seconds{1}), Condition::NotWritable);
}

TEST_F(Probe, DoesNotWaitLongForADatabaseThatHangs) {
  takes = std::chrono::hours{1};
  EXPECT_EQ(found_within(DatabaseProbe::patience), std::nullopt);
}

TEST_F(Probe, AsksADatabaseThatHangsOnlyOnce) {
  takes = seconds{30};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(found_within(DatabaseProbe::patience), std::nullopt);
  EXPECT_EQ(asked, 1);
}

TEST_F(Probe, HearsOfADatabaseThatAnswersAgain) {
  takes = seconds{30};
  found_within(DatabaseProbe::patience);
  loop.run_for(seconds{30});
  takes = seconds{1};
  EXPECT_EQ(found_within(seconds{1}), Condition::Good);
}

}  // namespace
}  // namespace sms_notifier::server
