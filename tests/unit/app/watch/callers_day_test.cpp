// A caller gets one text a day, and a day is the longer of 24 hours and the date.

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test_support::a_caller;
using test_support::Engine;

/// A caller who rings twice; the profile is new.
struct TwoCalls {
  TwoCalls(const std::string& first, const std::string& second, const std::string& cooldown = "")
      : engine(first) {
    domain::ProfileForm form = Engine::form();
    form.cooldown = cooldown;
    engine.run_profile(engine.add_profile(form));
    engine.start();
    engine.run_for(seconds{1});
    engine.call("first", a_caller, seconds{0});
    engine.run_for(minutes{1});
    engine.run_until(second);
    engine.call("second", a_caller, seconds{0});
    engine.run_for(minutes{1});
  }
  Engine engine;
};

TEST(TwoCallsOfOneDay, OfTheDayThatHas25HoursGetOneText) {
  TwoCalls calls("2026-11-01 00:05:00", "2026-11-01 23:15:00");
  EXPECT_EQ(calls.engine.decision("second"), "recently_texted");
  EXPECT_EQ(calls.engine.texts(), 1U);
}

TEST(TwoCallsOfOneDay, GetTwoTextsWhenTheOwnerChoseAShorterCooldown) {
  TwoCalls calls("2026-11-01 00:05:00", "2026-11-01 23:15:00", "12");
  EXPECT_EQ(calls.engine.texts(), 2U);
}

TEST(TwoCallsOfOneDay, ThatAre24HoursApartOnTheNextDateGetTwoTexts) {
  TwoCalls calls("2026-09-15 12:00:00", "2026-09-16 12:05:00");
  EXPECT_EQ(calls.engine.texts(), 2U);
}

TEST(TwoCallsOfOneDay, OfTheDayThatHas23HoursStillAre24HoursApart) {
  TwoCalls calls("2026-03-08 00:05:00", "2026-03-09 00:15:00");
  EXPECT_EQ(calls.engine.decision("second"), "recently_texted");
  EXPECT_EQ(calls.engine.texts(), 1U);
}

}  // namespace
}  // namespace sms_notifier::app
