#include "domain/conversation.h"

#include "domain/call.h"

namespace sms_notifier::domain {
namespace {

/// The number that the business called; nothing when the row is no call to the outside.
std::optional<PhoneNumber> called_number(const CdrRow& row, const std::function<bool(Did)>& is_own_did) {
  if (direction_of(row.destination_type) != Direction::Outbound) return std::nullopt;
  const auto number = PhoneNumber::parse(row.destination);
  if (!number || is_own_did(Did(*number))) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Conversation> conversation_of(const CdrRow& row, const std::string& key, base::Instant began_at,
                                            const std::function<bool(Did)>& is_own_did) {
  if (!is_answered(Leg{key, began_at, row.disposition, row.seconds})) return std::nullopt;
  const bool inbound = is_inbound(row, is_own_did);
  const auto other = inbound ? row.caller.number : called_number(row, is_own_did);
  if (!other) return std::nullopt;
  return Conversation{key, *other, inbound, began_at, row.seconds};
}

}  // namespace sms_notifier::domain
