#include "domain/opening_hours.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

bool open(const char* times, const char* wall) {
  return OpeningHours::parse(times)->open_at(*parse_wall_time(wall));
}

TEST(OpeningHours, OpenAtTheFirstMinuteAndCloseAtTheLast) {
  EXPECT_FALSE(open("mon-fri 09:00-17:00", "2026-11-23 08:59:59"));
  EXPECT_TRUE(open("mon-fri 09:00-17:00", "2026-11-23 09:00:00"));
  EXPECT_TRUE(open("mon-fri 09:00-17:00", "2026-11-27 16:59:59"));
  EXPECT_FALSE(open("mon-fri 09:00-17:00", "2026-11-27 17:00:00"));
  EXPECT_FALSE(open("mon-fri 09:00-17:00", "2026-11-28 12:00:00"));
}

TEST(OpeningHours, MayReachMidnight) {
  EXPECT_TRUE(open("sun 20:00-24:00", "2026-11-29 23:59:59"));
}

TEST(OpeningHours, ReadBackAsTheyAreWritten) {
  const std::string text = "mon-fri 09:00-17:00, sat 10:00-14:00";
  EXPECT_EQ(OpeningHours::parse(text)->to_string(), text);
}

TEST(OpeningHours, ThatMakeNoSenseAreRefused) {
  for (const char* text : {"", "always", "mon", "mon 9-17", "mon 09:00-09:00", "fri-mon 09:00-17:00",
                           "mon 09:00-25:00", "mon 09:60-10:00", "mon 09:00-17:00 x"})
    EXPECT_FALSE(OpeningHours::parse(text)) << text;
}

TEST(OpeningHours, SayWhenTheyNextOpen) {
  const auto times = *OpeningHours::parse("mon-fri 09:00-12:00, mon-fri 13:00-17:00, sat 10:00-14:00");
  const auto opens_after = [&](const char* wall) {
    return to_string(times.opens_after(*parse_wall_time(wall)));
  };
  EXPECT_EQ(opens_after("2026-11-25 08:59:59"), "2026-11-25 09:00:00");
  EXPECT_EQ(opens_after("2026-11-25 12:00:00"), "2026-11-25 13:00:00");
  EXPECT_EQ(opens_after("2026-11-25 17:00:00"), "2026-11-26 09:00:00");
  EXPECT_EQ(opens_after("2026-11-27 22:00:00"), "2026-11-28 10:00:00");
  EXPECT_EQ(opens_after("2026-11-28 14:00:00"), "2026-11-30 09:00:00");
}

TEST(OpeningHours, ThatOpenOnceAWeekOpenInAWeek) {
  const auto times = *OpeningHours::parse("wed 09:00-10:00");
  EXPECT_EQ(to_string(times.opens_after(*parse_wall_time("2026-11-25 10:00:00"))), "2026-12-02 09:00:00");
}

}  // namespace
}  // namespace sms_notifier::domain
