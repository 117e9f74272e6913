#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/sentence.h"

namespace sms_notifier::domain {

/// How many texts a database has claimed, and whose database it is. Kept twice: in the database, and in a
/// file beside it that never goes back with it.
struct ClaimCount {
  std::string installation;  ///< made once, with the database
  std::int64_t claims = 0;
  /// The count was written while it was not known whether the database has every claim.
  bool doubted = false;
  bool operator==(const ClaimCount&) const = default;
};

/// What the count beside the database says of it.
enum class LedgerStanding {
  Complete,    ///< it has every claim that was counted: nothing was lost
  Behind,      ///< fewer claims than were counted: it is an earlier one of this installation
  OfAnother,   ///< another installation's claims were counted
  NotCounted,  ///< it has claims, and no count that can be read
  Doubted,  ///< it, or a file of it, was replaced under a process that used it, or an earlier doubt was not
            ///< noted
};

/// `behind`: a stable code, for log lines.
std::string_view to_code(LedgerStanding standing);
/// For the owner.
Key in_words(LedgerStanding standing);

/// `counted` is what stands beside the database. It is written after the claim was committed, so a database
/// that is ahead has lost nothing: its process died in between.
LedgerStanding ledger_standing(const ClaimCount& ledger, const std::optional<ClaimCount>& counted);

}  // namespace sms_notifier::domain
