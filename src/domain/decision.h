#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/call.h"
#include "domain/profile.h"
#include "domain/sentence.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// Why a call gets no text, in the order in which the rules look (docs/life-of-a-missed-call.md, "Decide").
enum class SkipReason {
  Answered,
  OtherDid,
  NoCallerNumber,
  OwnNumber,
  TooOld,
  Blocked,
  OptedOut,
  RecentlyTexted,
  Closed,
  GotThrough,
  NotTextable,
  CapReached,
  NoMessage,
  DryRun,
};

/// Stable code, used in database, API, CSV and metrics: `opted_out`.
std::string_view to_code(SkipReason reason);
std::optional<SkipReason> skip_reason_from_code(std::string_view code);

struct ReplyToCall {
  friend bool operator==(const ReplyToCall&, const ReplyToCall&) = default;
};
struct Skip {
  SkipReason reason;
  friend bool operator==(const Skip&, const Skip&) = default;
};
using Decision = std::variant<ReplyToCall, Skip>;

/// `reply`, or the code of the reason.
std::string_view to_code(const Decision& decision);
std::optional<Decision> decision_from_code(std::string_view code);
/// `reply` first, then the reasons in the order of the rules.
std::vector<Decision> all_decisions();
/// The reason as a receptionist reads it, after "No text: ".
Key in_words(SkipReason reason);
Key in_words(const Decision& decision);

/// What the ledger knows of the caller when the rules are asked.
struct CallerHistory {
  bool own_number = false;
  bool blocked = false;
  bool opted_out = false;
  /// When the profile last texted (or reserved a text to) this caller.
  std::optional<base::Instant> last_texted_at;
  /// How many other callers the profile texted since then.
  int callers_since = 0;
  /// The end of the last conversation between the caller and any of the business's numbers.
  std::optional<base::Instant> spoke_until;
};

/// What the account may still send today.
struct DayBudget {
  int used = 0;
  int cap = 0;
};

/// When the rules are asked, and how old a call may be.
struct Moment {
  base::Instant now;
  WallTime wall_now;          ///< `now` on the provider's wall clock, for opening hours
  base::Instant day_began;    ///< the records' calendar day of `now`
  base::Duration age_max{0};  ///< reply window right after a start, else catch-up time
};

/// Whether the call came too late to be answered with a text.
bool is_fresh(base::Instant called_at, const Moment& moment);

/// An earlier text to the caller counts when it is later than this. A cooldown of a day or longer is never
/// shorter than the caller's day, which is the longer of 24 h and the records' calendar day of `now`: in
/// autumn one has 25 hours (docs/decisions/0034-a-callers-day.md).
base::Instant texts_count_since(base::Instant now, std::chrono::seconds cooldown, base::Instant day_began);
/// When the records' calendar day began at the earliest, told from the clock on the wall alone.
base::Instant day_began_at_the_earliest(base::Instant now, WallTime wall_now);

/// Whether a text to the caller would come too soon after the last one: among the last `history_size`
/// callers, where there is one, and after `texts_count_since`.
bool in_cooldown(const CallerHistory& history, base::Instant texts_count_since,
                 std::optional<int> history_size);

/// Whether caller and business have spoken since the call: any answered call between them, either way.
bool got_through(const Call& call, const CallerHistory& history);

/// The rules, cheapest first; the first that fires is the reason.
Decision decide(const Call& call, const ProfileRules& rules, const CallerHistory& history,
                const DayBudget& budget, const Moment& moment);

/// The running profile that answers calls to this DID: the one whose number was called, else the oldest that
/// is not limited to its own. When all are limited, the oldest: its rules then give `other_did`. Profiles are
/// given oldest first; none of them running gives nullptr.
const Profile* choose_profile(std::span<const Profile> profiles, Did called);

}  // namespace sms_notifier::domain
