#include "domain/ledger_standing.h"

#include "domain/sentences.h"

namespace sms_notifier::domain {

LedgerStanding ledger_standing(const ClaimCount& ledger, const std::optional<ClaimCount>& counted) {
  if (!counted) return ledger.claims == 0 ? LedgerStanding::Complete : LedgerStanding::NotCounted;
  if (counted->installation != ledger.installation) return LedgerStanding::OfAnother;
  if (counted->claims > ledger.claims) return LedgerStanding::Behind;
  return counted->doubted ? LedgerStanding::Doubted : LedgerStanding::Complete;
}

std::string_view to_code(LedgerStanding standing) {
  switch (standing) {
    case LedgerStanding::Complete:
      return "complete";
    case LedgerStanding::Behind:
      return "behind";
    case LedgerStanding::OfAnother:
      return "of_another";
    case LedgerStanding::NotCounted:
      return "not_counted";
    case LedgerStanding::Doubted:
      return "doubted";
  }
  return {};
}

Key in_words(LedgerStanding standing) {
  switch (standing) {
    case LedgerStanding::Complete:
      return "the database has every text that was handed over"_key;
    case LedgerStanding::Behind:
      return "the database is an earlier one: texts were handed over that it does not know"_key;
    case LedgerStanding::OfAnother:
      return "the database is another installation's"_key;
    case LedgerStanding::NotCounted:
      return "the file claims beside the database is missing or unreadable, so the database may be an earlier one"_key;
    case LedgerStanding::Doubted:
      return "the database was replaced while it was in use"_key;
  }
  return {};
}

}  // namespace sms_notifier::domain
