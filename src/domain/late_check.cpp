#include "domain/late_check.h"

namespace sms_notifier::domain {

std::optional<CancelReason> late_check(const LateFacts& facts) {
  const bool test = facts.cause == TextCause::Test;
  const bool ordered = facts.cause == TextCause::Order;
  if (!test && !facts.running) return CancelReason::ProfileStopped;
  if (facts.opted_out) return CancelReason::OptedOut;
  if (facts.blocked) return CancelReason::Blocked;
  if (test) return std::nullopt;

  const base::Instant speaking_counts_since = ordered ? facts.wanted_at : facts.called_at;
  if (facts.spoke_until && *facts.spoke_until > speaking_counts_since) return CancelReason::GotThrough;
  const base::Instant day_began = day_began_at_the_earliest(facts.now, facts.wall_now);
  const base::Instant texts_count =
      ordered ? facts.wanted_at : texts_count_since(facts.now, facts.cooldown, day_began);
  if (facts.texted_elsewhere_at && *facts.texted_elsewhere_at > texts_count)
    return CancelReason::TextedElsewhere;
  if (!ordered && facts.hours && !facts.hours->open_at(facts.wall_now)) return CancelReason::Closed;
  if (facts.dry_run) return CancelReason::DryRun;
  return std::nullopt;
}

ClaimVerdict claim_verdict(const ClaimFacts& facts) {
  if (facts.state != ReplyState::Reserved || !facts.tries.has_intent_left()) return MayNotClaim{};
  if (const auto reason = late_check(facts.late)) return *reason;
  if (facts.late.now >= facts.tries.claimable_until()) return MustExpire{};
  return MayClaim{};
}

std::optional<OrderRefusal> may_order(const OrderFacts& facts) {
  if (!can_be_ordered(facts.decision, facts.reply) || !facts.has_number) return OrderRefusal::NotOffered;
  if (!facts.profile_here) return OrderRefusal::ProfileGone;
  if (!facts.running) return OrderRefusal::ProfileStopped;
  if (facts.dry_run) return OrderRefusal::DryRun;
  if (facts.opted_out) return OrderRefusal::OptedOut;
  if (facts.blocked) return OrderRefusal::Blocked;
  if (facts.budget.used >= facts.budget.cap) return OrderRefusal::CapReached;
  return std::nullopt;
}

std::optional<OrderRefusal> may_test(const TestFacts& facts) {
  if (!facts.profile_here) return OrderRefusal::ProfileGone;
  if (facts.opted_out) return OrderRefusal::OptedOut;
  if (facts.blocked) return OrderRefusal::Blocked;
  if (facts.tests_today >= test_texts_per_day) return OrderRefusal::TestsUsedUp;
  if (facts.budget.used >= facts.budget.cap) return OrderRefusal::CapReached;
  return std::nullopt;
}

}  // namespace sms_notifier::domain
