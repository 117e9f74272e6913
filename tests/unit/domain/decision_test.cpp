#include "domain/decision.h"

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// A missed call, its profile and its circumstances, all of which say "reply" until a test changes one.
struct Case {
  Call call{{PhoneNumber::parse("5551234567"), ""},
            did,
            {Leg{"k", now - seconds{20}, Disposition::NoAnswer, seconds{0}}}};
  ProfileRules rules{did};
  CallerHistory history;
  DayBudget budget{0, 100};
  Moment moment{now, *parse_wall_time("2027-01-15 12:00:00"), now - hours{12}, minutes{15}};

  Case() { rules.message = "Sorry we missed you."; }
  Decision decided() const { return decide(call, rules, history, budget, moment); }
};

TEST(Rules, AnswerAMissedCall) {
  EXPECT_EQ(Case().decided(), Decision(ReplyToCall{}));
}

TEST(Rules, ACallAnsweredUpToTheThresholdIsMissed) {
  Case c;
  c.rules.call_duration = seconds{10};
  c.call.legs[0].disposition = Disposition::Answered;
  c.call.legs[0].seconds = seconds{10};
  EXPECT_EQ(c.decided(), Decision(ReplyToCall{}));
  c.call.legs[0].seconds = seconds{11};
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::Answered}));
}

TEST(Rules, FireInTheOrderOfTheDesign) {
  Case c;
  c.call.legs[0].disposition = Disposition::Answered;
  c.call.legs[0].seconds = seconds{60};
  c.call.did = other_did;
  c.call.caller.number.reset();
  c.rules.limit_to_one_did = true;
  c.call.legs[0].started_at = now - hours{2};
  c.history = {true, true, true, now - hours{1}, 0};
  c.rules.hours = OpeningHours::parse("mon 09:00-10:00");
  c.budget = {100, 100};
  c.rules.message = " ";
  c.rules.dry_run = true;

  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::Answered}));
  c.call.legs[0].seconds = seconds{0};
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::OtherDid}));
  c.call.did = did;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::NoCallerNumber}));
  c.call.caller = parse_caller_id("8005550111");
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::OwnNumber}));
  c.history.own_number = false;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::TooOld}));
  c.call.legs[0].started_at = now - minutes{15};
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::Blocked}));
  c.history.blocked = false;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::OptedOut}));
  c.history.opted_out = false;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::RecentlyTexted}));
  c.history.last_texted_at = now - hours{24};
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::Closed}));
  c.rules.hours.reset();
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::NotTextable}));
  c.call.caller = parse_caller_id("5551234567");
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::CapReached}));
  c.budget.used = 99;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::NoMessage}));
  c.rules.message = "Hello";
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::DryRun}));
  c.rules.dry_run = false;
  EXPECT_EQ(c.decided(), Decision(ReplyToCall{}));
}

TEST(Rules, WithAHistorySizeForgetCallersWhoAreFurtherBack) {
  Case c;
  c.history.last_texted_at = now - hours{1};
  c.history.callers_since = 20;
  c.rules.history_size = 21;
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::RecentlyTexted}));
  c.rules.history_size = 20;
  EXPECT_EQ(c.decided(), Decision(ReplyToCall{}));
}

TEST(ACallersDay, IsTheLongerOf24HoursAndTheCalendarDate) {
  constexpr std::chrono::seconds day = hours{24};
  EXPECT_EQ(texts_count_since(now, day, now - hours{9}), now - day);
  EXPECT_EQ(texts_count_since(now, day, now - hours{25} + minutes{45}), now - hours{25} + minutes{45});
  EXPECT_EQ(texts_count_since(now, hours{48}, now - hours{25}), now - hours{48});
}

TEST(ACallersDay, DoesNotStretchAShorterCooldownThatTheOwnerChose) {
  EXPECT_EQ(texts_count_since(now, hours{12}, now - hours{20}), now - hours{12});
  EXPECT_EQ(texts_count_since(now, seconds{0}, now - hours{20}), now);
}

TEST(ACallersDay, IsNeverTakenForShorterThanItIsByTheClockOnTheWall) {
  EXPECT_EQ(day_began_at_the_earliest(now, *parse_wall_time("2026-11-01 23:15:00")),
            now - hours{24} - minutes{15});
}

TEST(Rules, ACallToItselfIsFromAnOwnNumber) {
  Case c;
  c.call.caller.number = did.number();
  EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::OwnNumber}));
}

TEST(Rules, ANumberOfAnotherCountryCannotBeTexted) {
  Case c;
  for (const char* callerid : {"+442071838750", "911", "\"RESTRICTED\" <7378742833>", "9005550123"}) {
    c.call.caller = parse_caller_id(callerid);
    EXPECT_EQ(c.decided(), Decision(Skip{SkipReason::NotTextable})) << callerid;
  }
}

TEST(Reasons, HaveCodesThatReadBackAndWords) {
  for (int i = 0; i <= static_cast<int>(SkipReason::DryRun); ++i) {
    const auto reason = static_cast<SkipReason>(i);
    EXPECT_EQ(skip_reason_from_code(to_code(reason)), reason);
    EXPECT_FALSE(in_words(reason).empty());
  }
  EXPECT_EQ(decision_from_code("reply"), Decision(ReplyToCall{}));
  EXPECT_EQ(decision_from_code("nonsense"), std::nullopt);
}

Profile profile(int id, const char* number, bool limited, bool running) {
  Profile p{ProfileId(id), AccountId(1), ProfileRules{*Did::parse(number)}, running, std::nullopt};
  p.rules.limit_to_one_did = limited;
  return p;
}

TEST(ProfileChoice, PrefersTheOneWhoseNumberWasCalled) {
  const std::vector<Profile> profiles{profile(1, "5550100199", false, true),
                                      profile(2, "5550100100", true, true)};
  EXPECT_EQ(choose_profile(profiles, other_did)->id, ProfileId(2));
  EXPECT_EQ(choose_profile(profiles, did)->id, ProfileId(1));
}

TEST(ProfileChoice, FallsBackToTheOldestThatTakesAnyNumber) {
  const std::vector<Profile> profiles{profile(1, "5550100199", true, true),
                                      profile(2, "5550100198", false, true),
                                      profile(3, "5550100197", false, true)};
  EXPECT_EQ(choose_profile(profiles, other_did)->id, ProfileId(2));
}

TEST(ProfileChoice, IgnoresStoppedProfiles) {
  const std::vector<Profile> profiles{profile(1, "5550100100", false, false),
                                      profile(2, "5550100198", true, true)};
  EXPECT_EQ(choose_profile(profiles, other_did)->id, ProfileId(2));
  EXPECT_EQ(choose_profile(std::span(profiles).first(1), other_did), nullptr);
}

}  // namespace
}  // namespace sms_notifier::domain
