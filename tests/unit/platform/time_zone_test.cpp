#include "platform/time_zone.h"

#include <gtest/gtest.h>

#include "domain/poll_window.h"

namespace sms_notifier::platform {
namespace {

using domain::parse_wall_time;

base::Instant utc(const char* text) {
  return base::Instant{parse_wall_time(text)->time.time_since_epoch()};
}

class Toronto : public ::testing::Test {
 protected:
  std::unique_ptr<domain::TimeZone> zone = load_time_zone("America/Toronto");
};

TEST_F(Toronto, IsFiveHoursBehindInWinterAndFourInSummer) {
  EXPECT_EQ(zone->instants(*parse_wall_time("2026-01-15 12:00:00")).earlier, utc("2026-01-15 17:00:00"));
  EXPECT_EQ(zone->instants(*parse_wall_time("2026-07-15 12:00:00")).earlier, utc("2026-07-15 16:00:00"));
  EXPECT_EQ(domain::to_string(zone->wall_time(utc("2026-07-15 16:00:00"))), "2026-07-15 12:00:00");
}

TEST_F(Toronto, HasOneHourTwiceInAutumn) {
  const auto twice = zone->instants(*parse_wall_time("2026-11-01 01:30:00"));
  EXPECT_EQ(twice.earlier, utc("2026-11-01 05:30:00"));
  EXPECT_EQ(twice.later, utc("2026-11-01 06:30:00"));
  const auto after = zone->instants(*parse_wall_time("2026-11-01 02:00:00"));
  EXPECT_EQ(after.earlier, after.later);
}

TEST_F(Toronto, SkipsAnHourInSpringWithoutLosingARow) {
  const auto skipped = zone->instants(*parse_wall_time("2026-03-08 02:30:00"));
  EXPECT_EQ(skipped.earlier, utc("2026-03-08 06:30:00"));
  EXPECT_EQ(skipped.later, utc("2026-03-08 07:30:00"));
}

TEST_F(Toronto, EveryMinuteOfBothClockChangeNightsIsResolvedToItself) {
  for (const char* night :
       {"2026-11-01 03:00:00", "2026-03-08 04:00:00", "2027-11-07 03:00:00", "2027-03-14 04:00:00"}) {
    for (int minute = 0; minute < 300; ++minute) {
      const base::Instant called = utc(night) + std::chrono::minutes{minute};
      const base::Instant first_seen = called + std::chrono::seconds{12};
      EXPECT_EQ(domain::resolve(zone->instants(zone->wall_time(called)), first_seen), called)
          << night << minute;
    }
  }
}

TEST_F(Toronto, AfterMidnightThePollStillAsksForYesterday) {
  const base::Instant just_after_midnight = utc("2026-11-25 05:00:05");  // 00:00:05 Eastern
  const domain::PollWindow window = domain::poll_window(
      {just_after_midnight, just_after_midnight - std::chrono::seconds{10}, std::chrono::minutes{15}, false},
      *zone);
  EXPECT_EQ(domain::to_string(window.from), "2026-11-24");
  EXPECT_EQ(domain::to_string(window.to), "2026-11-25");
}

TEST_F(Toronto, AfterAnOutageThePollAsksFromTheDayOfTheLastGoodOne) {
  const base::Instant now = utc("2026-11-25 17:00:00");
  const domain::PollWindow window =
      domain::poll_window({now, now - std::chrono::days{3}, std::chrono::minutes{15}, false}, *zone);
  EXPECT_EQ(domain::to_string(window.from), "2026-11-22");
  const domain::PollWindow long_gone =
      domain::poll_window({now, now - std::chrono::days{300}, std::chrono::minutes{15}, false}, *zone);
  EXPECT_EQ(domain::to_string(long_gone.from), "2026-10-25");
}

TEST_F(Toronto, AtNoonThePollAsksForTodayOnlyExceptAtAFullLook) {
  const base::Instant now = utc("2026-11-25 17:00:00");
  const base::Instant last = now - std::chrono::seconds{10};
  EXPECT_EQ(domain::to_string(domain::poll_window({now, last, std::chrono::minutes{15}, false}, *zone).from),
            "2026-11-25");
  EXPECT_EQ(domain::to_string(domain::poll_window({now, last, std::chrono::minutes{15}, true}, *zone).from),
            "2026-11-24");
}

TEST(TimeZone, ThatDoesNotExistIsRefusedInWords) {
  try {
    load_time_zone("Mars/Olympus");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("Mars/Olympus"), std::string::npos);
  }
}

}  // namespace
}  // namespace sms_notifier::platform
