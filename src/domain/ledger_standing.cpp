#include "domain/ledger_standing.h"

namespace sms_notifier::domain {

LedgerStanding ledger_standing(const ClaimCount& ledger, const std::optional<ClaimCount>& counted) {
  if (!counted) return ledger.claims == 0 ? LedgerStanding::Complete : LedgerStanding::NotCounted;
  if (counted->installation != ledger.installation) return LedgerStanding::OfAnother;
  if (counted->claims > ledger.claims) return LedgerStanding::Behind;
  return counted->doubted ? LedgerStanding::Doubted : LedgerStanding::Complete;
}

}  // namespace sms_notifier::domain
