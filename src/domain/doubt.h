#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace sms_notifier::domain {

/// How far the ledger may be trusted to know every text that went out from our numbers (docs/reliability.md,
/// "When the ledger is not believed").
enum class Doubt {
  None,    ///< texts go
  Mild,    ///< a look at the provider's lists goes before a text, and holds it for a while at most
  Strict,  ///< no text goes unless a look has gone well
};

/// Why the doubt is strict.
enum class StrictCause {
  EarlierLedger,      ///< the database is an earlier one, or another's: claims are missing in it
  OtherInstallation,  ///< the provider lists texts in our own words that did not come from here
};
std::string_view to_code(StrictCause cause);
std::optional<StrictCause> strict_cause_from_code(std::string_view code);

struct StrictDoubt {
  StrictCause cause = StrictCause::EarlierLedger;
  base::Instant since;  ///< of another installation: when its latest text was sent that was seen

  friend bool operator==(const StrictDoubt&, const StrictDoubt&) = default;
};

/// What is known of an account and one of its numbers when a text wants to go from it.
struct DoubtFacts {
  bool always_look = false;  ///< configured so
  /// Something may have been missed (a pause in polling, a profile that was started), and no cross-check has
  /// gone well since that came long enough afterwards.
  bool missed_something = false;
  std::optional<base::Instant> texted_by_hand_at;  ///< the latest that was seen
  std::optional<StrictDoubt> strict;
  std::optional<base::Instant> trusted_at;  ///< the owner said that texts shall go
  base::Instant now;
};

Doubt doubt(const DoubtFacts& facts);

/// A strict doubt that still holds.
bool holds(const StrictDoubt& strict, std::optional<base::Instant> trusted_at, base::Instant now);

/// So long a text is held at most for a look that is wanted out of mild doubt, since it was reserved.
constexpr base::Duration mild_hold_max = std::chrono::seconds{40};
/// A list that could not be read is read again after so long at the latest.
constexpr base::Duration list_read_again_after = std::chrono::minutes{5};

}  // namespace sms_notifier::domain
