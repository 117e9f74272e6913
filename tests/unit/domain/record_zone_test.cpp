#include "domain/record_zone.h"

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

void judge(RecordZone& zone, base::Duration ago, bool appeared = true) {
  zone.judge(now - ago, now - ago + seconds{10}, now, appeared);
}

TEST(TheUsualZone, IsBelievedWhateverOneRowSays) {
  RecordZone zone(true);
  EXPECT_TRUE(zone.believed());
  judge(zone, -hours{24 * 3650});
  judge(zone, -hours{3});
  EXPECT_TRUE(zone.believed());
  judge(zone, minutes{1});
  judge(zone, -hours{3});
  EXPECT_TRUE(zone.believed()) << "a fresh one came in between";
}

TEST(TheUsualZone, IsNotBelievedWhenThreeRowsLieInTheFutureUntilTwoAreFresh) {
  RecordZone zone(true);
  for (int n = 0; n < 3; ++n) judge(zone, -hours{3});
  EXPECT_FALSE(zone.believed());
  judge(zone, minutes{1});
  EXPECT_FALSE(zone.believed());
  judge(zone, minutes{1});
  EXPECT_TRUE(zone.believed());
}

TEST(TheUsualZone, IsBelievedThoughRowsAppearHoursLate) {
  RecordZone zone(true);
  for (int n = 0; n < 9; ++n) judge(zone, hours{3});
  EXPECT_TRUE(zone.believed());
}

TEST(AnotherZone, IsBelievedWhenTwoRowsAppearedThatAreFresh) {
  RecordZone zone(false);
  EXPECT_FALSE(zone.believed());
  judge(zone, minutes{1}, false);
  judge(zone, minutes{2}, false);
  judge(zone, minutes{1});
  EXPECT_FALSE(zone.believed()) << "rows that were listed at the start prove nothing";
  judge(zone, minutes{1});
  EXPECT_TRUE(zone.believed());
}

TEST(AnotherZone, IsNotBelievedOnceARowLiesInTheFuture) {
  RecordZone zone(false);
  judge(zone, minutes{1});
  judge(zone, -hours{3});
  judge(zone, minutes{1});
  EXPECT_FALSE(zone.believed());
  judge(zone, minutes{1});
  EXPECT_TRUE(zone.believed());
  judge(zone, -minutes{3}, false);
  EXPECT_FALSE(zone.believed());
}

TEST(AnotherZone, IsNotBelievedWhenFreshCallsLookHoursOld) {
  RecordZone zone(false);
  for (int n = 0; n < 9; ++n) judge(zone, hours{1});
  EXPECT_FALSE(zone.believed());
}

}  // namespace
}  // namespace sms_notifier::domain
