#include "domain/doubt.h"

namespace sms_notifier::domain {
namespace {

/// A number from which others text, too, is watched this long.
constexpr base::Duration elsewhere_remembered = std::chrono::hours{24};

}  // namespace

bool holds(const StrictDoubt& strict, std::optional<base::Instant> trusted_at, base::Instant now) {
  if (trusted_at && *trusted_at >= strict.since) return false;
  return strict.cause == StrictCause::EarlierLedger || now - strict.since < elsewhere_remembered;
}

Doubt doubt(const DoubtFacts& facts) {
  if (facts.always_look) return Doubt::Strict;
  if (facts.strict && holds(*facts.strict, facts.trusted_at, facts.now)) return Doubt::Strict;
  const bool by_hand = facts.texted_by_hand_at && facts.now - *facts.texted_by_hand_at < elsewhere_remembered;
  return facts.missed_something || by_hand ? Doubt::Mild : Doubt::None;
}

std::string_view to_code(StrictCause cause) {
  switch (cause) {
    case StrictCause::EarlierLedger:
      return "earlier_ledger";
    case StrictCause::OtherInstallation:
      return "other_installation";
  }
  return {};
}

std::optional<StrictCause> strict_cause_from_code(std::string_view code) {
  for (const StrictCause cause : {StrictCause::EarlierLedger, StrictCause::OtherInstallation}) {
    if (to_code(cause) == code) return cause;
  }
  return std::nullopt;
}

}  // namespace sms_notifier::domain
