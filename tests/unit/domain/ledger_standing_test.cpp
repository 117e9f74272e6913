#include "domain/ledger_standing.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

TEST(ALedger, WithAsManyClaimsAsWereCountedLostNothing) {
  EXPECT_EQ(ledger_standing({"ours", 7}, ClaimCount{"ours", 7}), LedgerStanding::Complete);
}

TEST(ALedger, ThatIsAheadOfTheCountLostNothingSinceItsProcessDiedBeforeItCounted) {
  EXPECT_EQ(ledger_standing({"ours", 8}, ClaimCount{"ours", 7}), LedgerStanding::Complete);
}

TEST(ALedger, WithFewerClaimsThanWereCountedIsAnEarlierOne) {
  EXPECT_EQ(ledger_standing({"ours", 6}, ClaimCount{"ours", 7}), LedgerStanding::Behind);
  EXPECT_EQ(ledger_standing({"ours", 0}, ClaimCount{"ours", 7}), LedgerStanding::Behind);
}

TEST(ALedger, BesideTheCountOfAnotherInstallationIsNotBelievedHoweverManyClaimsItHas) {
  for (const int claims : {0, 7, 8})
    EXPECT_EQ(ledger_standing({"theirs", claims}, ClaimCount{"ours", 7}), LedgerStanding::OfAnother)
        << claims;
}

TEST(ALedger, WithoutACountIsBelievedOnlyIfItNeverClaimed) {
  EXPECT_EQ(ledger_standing({"ours", 0}, std::nullopt), LedgerStanding::Complete);
  EXPECT_EQ(ledger_standing({"ours", 1}, std::nullopt), LedgerStanding::NotCounted);
}

TEST(ALedger, StaysInADoubtThatNobodyNoted) {
  EXPECT_EQ(ledger_standing({"ours", 7}, ClaimCount{"ours", 7, true}), LedgerStanding::Doubted);
  EXPECT_EQ(ledger_standing({"ours", 9}, ClaimCount{"ours", 7, true}), LedgerStanding::Doubted);
  EXPECT_EQ(ledger_standing({"ours", 6}, ClaimCount{"ours", 7, true}), LedgerStanding::Behind);
}

}  // namespace
}  // namespace sms_notifier::domain
