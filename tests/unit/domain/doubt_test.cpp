#include "domain/doubt.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const base::Instant at_noon{hours{24 * 20'000}};

DoubtFacts facts() {
  DoubtFacts none;
  none.now = at_noon;
  return none;
}

TEST(TheDoubt, IsNoneWhenNothingSpeaksForOne) {
  EXPECT_EQ(doubt(facts()), Doubt::None);
}

TEST(TheDoubt, IsMildWhenSomethingMayHaveBeenMissed) {
  DoubtFacts missed = facts();
  missed.missed_something = true;
  EXPECT_EQ(doubt(missed), Doubt::Mild);
}

TEST(TheDoubt, IsMildForADayAfterATextByHand) {
  DoubtFacts by_hand = facts();
  by_hand.texted_by_hand_at = at_noon - hours{24} + seconds{1};
  EXPECT_EQ(doubt(by_hand), Doubt::Mild);
  by_hand.texted_by_hand_at = at_noon - hours{24};
  EXPECT_EQ(doubt(by_hand), Doubt::None);
}

TEST(TheDoubt, IsStrictWhenItIsConfiguredSo) {
  DoubtFacts always = facts();
  always.always_look = true;
  EXPECT_EQ(doubt(always), Doubt::Strict);
}

TEST(TheDoubt, OfAnEarlierLedgerIsStrictUntilItIsOver) {
  DoubtFacts earlier = facts();
  earlier.strict = StrictDoubt{StrictCause::EarlierLedger, at_noon - hours{100}};
  EXPECT_EQ(doubt(earlier), Doubt::Strict);
}

TEST(TheDoubt, OverAnotherInstallationIsStrictForADay) {
  DoubtFacts other = facts();
  other.strict = StrictDoubt{StrictCause::OtherInstallation, at_noon - hours{24} + seconds{1}};
  EXPECT_EQ(doubt(other), Doubt::Strict);
  other.strict->since = at_noon - hours{24};
  EXPECT_EQ(doubt(other), Doubt::None);
}

TEST(TheDoubt, ThatTheOwnerOverruledHoldsNothingUnlessItBeganLater) {
  DoubtFacts overruled = facts();
  overruled.strict = StrictDoubt{StrictCause::EarlierLedger, at_noon - hours{2}};
  overruled.trusted_at = at_noon - hours{1};
  EXPECT_EQ(doubt(overruled), Doubt::None);
  overruled.strict->since = at_noon - seconds{1};
  EXPECT_EQ(doubt(overruled), Doubt::Strict);
}

TEST(TheCauseOfAStrictDoubt, IsStoredByItsCode) {
  for (const StrictCause cause : {StrictCause::EarlierLedger, StrictCause::OtherInstallation})
    EXPECT_EQ(strict_cause_from_code(to_code(cause)), cause);
  EXPECT_EQ(strict_cause_from_code("anything"), std::nullopt);
}

}  // namespace
}  // namespace sms_notifier::domain
