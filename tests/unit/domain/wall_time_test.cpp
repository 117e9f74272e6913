#include "domain/wall_time.h"

#include <gtest/gtest.h>

#include "domain/backoff.h"
#include "domain/sentence.h"

namespace sms_notifier::domain {
namespace {

TEST(WallTime, ReadsTheProvidersFormAndNothingElse) {
  ASSERT_TRUE(parse_wall_time("2026-09-12 14:03:10"));
  EXPECT_EQ(to_string(*parse_wall_time("2026-09-12 14:03:10")), "2026-09-12 14:03:10");
  EXPECT_EQ(in_english(clock_time(*parse_wall_time("2026-09-12 04:03:10"))), "04:03");
  EXPECT_TRUE(parse_wall_time("2028-02-29 00:00:00"));
  for (const char* text : {"", "2026-09-12", "2026-09-12T14:03:10", "2026-9-12 14:03:10",
                           "2026-02-30 10:00:00", "2027-02-29 10:00:00", "2026-09-12 24:00:00",
                           "2026-09-12 10:60:00", "2026-09-12 10:00:0x", "2026-09-12 10:00:00 "})
    EXPECT_FALSE(parse_wall_time(text)) << text;
}

TEST(AmbiguousHour, IsTheLaterInstantUnlessThatHasNotComeYet) {
  const base::Instant earlier{std::chrono::hours{500'000}};
  const base::Instant later = earlier + std::chrono::hours{1};
  EXPECT_EQ(resolve({earlier, later}, later + std::chrono::seconds{5}), later);
  EXPECT_EQ(resolve({earlier, later}, later), later);
  EXPECT_EQ(resolve({earlier, later}, later - std::chrono::minutes{1}), later) << "clocks differ a little";
  EXPECT_EQ(resolve({earlier, later}, later - std::chrono::minutes{3}), earlier);
}

TEST(Backoff, DoublesUpToItsEnd) {
  using std::chrono::seconds;
  EXPECT_EQ(poll_backoff.after(1), seconds{5});
  EXPECT_EQ(poll_backoff.after(2), seconds{10});
  EXPECT_EQ(slow_probing.after(3), seconds{240});
  EXPECT_EQ(poll_backoff.after(5), seconds{45});
  EXPECT_EQ(poll_backoff.after(1'000'000), seconds{45});
}

}  // namespace
}  // namespace sms_notifier::domain
