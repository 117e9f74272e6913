#include <gtest/gtest.h>

#include "domain/sentences.h"

namespace sms_notifier::domain {
namespace {

TEST(Sentence, SaysItsValuesInTheirPlaces) {
  const Sentence missed("Missed call from {} at {}: {}"_key, "555-123-4567",
                        ClockTime{std::chrono::minutes{603}},
                        Sentence("no text, {}"_key, "the call was answered"_key));
  EXPECT_EQ(in_english(missed), "Missed call from 555-123-4567 at 10:03: no text, the call was answered");
}

TEST(Sentence, WritesEachKindOfValue) {
  const auto said = [](const Value& value) { return in_english(Sentence("{} s"_key, value)); };
  EXPECT_EQ(said(std::size_t{12'000}), "12000 s");
  EXPECT_EQ(said(-3), "-3 s");
  EXPECT_EQ(said(ClockTime{std::chrono::minutes{0}}), "00:00 s");
  EXPECT_EQ(said(ClockTime{std::chrono::minutes{1439}}), "23:59 s");
  EXPECT_EQ(said(Seconds{std::chrono::milliseconds{1260}}), "1.3 s");
  EXPECT_EQ(said(Seconds{std::chrono::seconds{-1}}), "0.0 s");
  EXPECT_EQ(said(Dollars{12'340'000}), "$12.34 s");
  EXPECT_EQ(said(Sentence::as_written("{}")), "{} s");
}

TEST(Sentence, TakesTheTimeFromTheClockOnTheWall) {
  EXPECT_EQ(in_english(clock_time(*parse_wall_time("2026-09-12 14:03:59"))), "14:03");
}

TEST(Sentence, LooksForNoPlacesInItsValues) {
  EXPECT_EQ(in_english(Sentence("{}: {} texts"_key, "{}", "{} x")), "{}: {} x texts");
}

TEST(Sentence, RepeatsOfAForeignTextOneLineAndNoMoreThanItMay) {
  const Sentence endless("{} s"_key, std::string(1'000'000, 'x'));
  EXPECT_LE(in_english(endless).size(), value_bytes_max + 10);
  EXPECT_EQ(in_english(Sentence("{} s"_key, "two\r\nlines\x1b[31m")), "two lines [31m s");
}

TEST(Sentence, IsAsItWasWrittenWhenItIsNotOurs) {
  EXPECT_EQ(in_english(Sentence::as_written("100% {} {}")), "100% {} {}");
  EXPECT_NE(Sentence::as_written("text sent"), Sentence("text sent"_key));
}

TEST(Sentence, WithFewerValuesThanPlacesIsStillSaid) {
  const Sentence stored = Sentence::stored("{} of {}", {Value(1)});
  EXPECT_EQ(in_english(stored), "1 of {}");
}

}  // namespace
}  // namespace sms_notifier::domain
