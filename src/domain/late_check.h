#pragma once

#include <optional>
#include <variant>

#include "base/time.h"
#include "domain/decision.h"
#include "domain/profile.h"
#include "domain/reply.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// Why a text is to be sent.
enum class TextCause {
  MissedCall,  ///< the rules decided it
  Order,       ///< the owner ordered it for a call that got none
  Test,        ///< the owner sends it to a phone of their own, to see that texting works
};

/// What is known right before a text is claimed, beside the text itself.
struct LateFacts {
  TextCause cause = TextCause::MissedCall;
  bool running = false;  ///< false also when the profile is gone
  bool dry_run = false;
  std::optional<OpeningHours> hours;
  std::chrono::seconds cooldown{0};
  bool opted_out = false;
  bool blocked = false;
  /// The last text to the caller that the provider lists although it was not sent from here.
  std::optional<base::Instant> texted_elsewhere_at;
  /// The end of the last conversation between the caller and any of the business's numbers.
  std::optional<base::Instant> spoke_until;
  base::Instant called_at;  ///< when the caller last tried
  base::Instant wanted_at;  ///< when the text was reserved or, after an uncertain one, ordered
  base::Instant now;
  WallTime wall_now;  ///< `now` on the provider's wall clock, for opening hours
};

/// Why the text is not wanted any more; nothing when it may go out. Of an ordered text the owner knew what
/// had happened by then, so only what came after the order speaks against it. A test text goes out whether
/// the profile runs or not.
std::optional<CancelReason> late_check(const LateFacts& facts);

/// A text that was claimed in time and may have reached the provider may be claimed so much later, unless the
/// owner ordered it: each proof of absence takes seven minutes of the time allowed
/// (docs/decisions/0039-a-text-that-was-tried-may-go-later.md).
constexpr base::Duration later_once_tried = std::chrono::minutes{5};

/// How often a text was tried, and how long it may be.
struct Tries {
  int maybe_sent = 0;  ///< intents that may have reached the provider
  int orders = 0;      ///< by the owner
  base::Instant expires_at;

  /// The text is claimed before, or never.
  base::Instant claimable_until() const {
    return maybe_sent > 0 && orders == 0 ? expires_at + later_once_tried : expires_at;
  }
  bool has_intent_left() const { return maybe_sent < intents_allowed(orders); }
  /// Of a text that was proved absent.
  bool may_follow(base::Instant now) const { return has_intent_left() && now < claimable_until(); }
};

/// What is known of a reply when a worker wants to claim it.
struct ClaimFacts {
  ReplyState state = ReplyState::Reserved;
  Tries tries;
  LateFacts late;
};

/// It may be claimed now.
struct MayClaim {};
/// It is not reserved any more, or has had all its intents.
struct MayNotClaim {};
struct MustExpire {};
using ClaimVerdict = std::variant<MayClaim, MayNotClaim, CancelReason, MustExpire>;
ClaimVerdict claim_verdict(const ClaimFacts& facts);

/// Why nothing was ordered, or why no test text is sent; nothing has changed then.
enum class OrderRefusal {
  NoSuchCall,
  NotOffered,   ///< the call's text cannot be ordered, or another person ordered it a moment ago
  ProfileGone,  ///< deleted, or moved to another account
  ProfileStopped,
  DryRun,
  OptedOut,
  Blocked,
  CapReached,
  TestsUsedUp,
};

/// What is known when the owner orders the text of a call.
struct OrderFacts {
  Decision decision;                ///< of the call
  std::optional<ReplyState> reply;  ///< of the call, if it has a reply
  bool has_number = false;          ///< the caller's
  bool profile_here = false;        ///< the profile that decided is still one of the call's account
  bool running = false;
  bool dry_run = false;
  bool opted_out = false;
  bool blocked = false;
  DayBudget budget;
};
std::optional<OrderRefusal> may_order(const OrderFacts& facts);

/// Test texts that an account may send in a day, so that trying does not use up what callers need.
constexpr int test_texts_per_day = 20;

/// What is known when the owner wants a test text.
struct TestFacts {
  bool profile_here = false;
  bool opted_out = false;
  bool blocked = false;
  int tests_today = 0;
  DayBudget budget;
};
std::optional<OrderRefusal> may_test(const TestFacts& facts);

}  // namespace sms_notifier::domain
