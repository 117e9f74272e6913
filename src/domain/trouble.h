#pragma once

#include <optional>
#include <string_view>

#include "domain/sentence.h"

namespace sms_notifier::domain {

/// What kept the provider from answering, by what the owner does about it (docs/provider/transport.md,
/// "Status words").
enum class TroubleKind {
  Unreachable,       ///< no connection, or no answer in time
  UnreadableAnswer,  ///< an answer that is not the provider's JSON: HTML, XML, cut off, too long, 5xx
  WrongCredentials,
  PasswordUnreadable,  ///< ours cannot be opened: it was stored under another key
  ApiDisabled,
  AddressRefused,   ///< our IP is not on the account's allow-list
  TooManyRequests,  ///< per-minute limit
  Maintenance,      ///< passing trouble by the provider's own word
  DailyLimit,       ///< of texts, VoIP.ms' own
  NoFunds,
  HeldUp,      ///< our own doing: claimed, but not handed over in time
  BadRequest,  ///< the provider refused the request itself: a wrong parameter or an unknown status word
};

/// `no_funds`: of the database, the API and metrics.
std::string_view to_code(TroubleKind kind);
std::optional<TroubleKind> trouble_kind_from_code(std::string_view code);

/// Whether it says something of one text alone, and nothing of the account's others.
bool concerns_one_text(TroubleKind kind);
/// Whether only the owner can mend it (so that asking often is pointless).
bool needs_owner(TroubleKind kind);
/// Whether a good answer to another question speaks for its being over: it needs the same password, address
/// and network.
bool ends_with_a_good_answer(TroubleKind kind);
/// For the owner: what is wrong, and where in the portal to mend it.
Key in_words(TroubleKind kind);

}  // namespace sms_notifier::domain
