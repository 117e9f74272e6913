#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/decision.h"
#include "domain/phone_number.h"

namespace sms_notifier::domain {

enum class MessageKind { Sms, Mms };
std::string_view to_code(MessageKind kind);
std::optional<MessageKind> message_kind_from_code(std::string_view code);

/// Under 160 UTF-8 bytes SMS, else MMS (docs/provider/texts.md, "Sending").
MessageKind kind_of(std::string_view body);

struct TextMessage {
  Did from;
  PhoneNumber to;
  std::string body;

  friend bool operator==(const TextMessage&, const TextMessage&) = default;
};

/// The life of a reply (docs/reliability.md, "States of a reply").
enum class ReplyState { Reserved, Sending, Sent, Rejected, Unknown, Uncertain, Cancelled, Expired };
std::string_view to_code(ReplyState state);
std::optional<ReplyState> reply_state_from_code(std::string_view code);

/// What can happen to a reply.
enum class ReplyEvent {
  Claim,        ///< the intent to send was made durable
  Accept,       ///< the provider took it, or was found to have taken it
  Refuse,       ///< the provider refused it for good
  NotSent,      ///< it certainly did not leave
  LoseSight,    ///< submitted, and it is not known whether it went out
  ProveAbsent,  ///< the provider's list shows that it did not go out
  GiveUp,       ///< reconciling could not decide, or another try is not allowed
  Cancel,       ///< no longer wanted, before it was claimed
  Expire,       ///< too late, before it was claimed
  Disprove,     ///< the id under which it counts as sent is another text's, as a list shows
  Order,        ///< the owner wants it sent although it may have gone out already
};

/// The state after the event, or nothing where the event is illegal: the only place that knows.
/// `may_be_out`: the reply was ordered while it was uncertain. It is not cancelled, expired or rejected then
/// but uncertain again, since no more is known of the earlier text than before.
std::optional<ReplyState> next_state(ReplyState state, ReplyEvent event, bool may_be_out = false);

/// Whether what a look at the provider's list showed may end the reply so (Accept, ProveAbsent or GiveUp).
/// One that was proved absent and reserved again may be found after all, or a text that may be it, unless the
/// owner ordered it knowing that (`may_be_out`). `maybe_sent`: its intents that may have reached the
/// provider.
bool can_resolve(ReplyState state, ReplyEvent event, int maybe_sent, bool may_be_out);

/// Whether the reply is still to be worked on.
bool is_open(ReplyState state);
/// Whether the reply counts against the caller's cooldown and the account's day: everything that was sent,
/// may have been sent, or still may be.
bool counts_as_texted(ReplyState state);

/// Intents that may have reached the provider, per reply: each one after the first needs a proof of absence
/// (docs/reliability.md, "What must always hold").
constexpr int intents_max = 4;
/// The same for a reply that the owner ordered so many times.
constexpr int intents_allowed(int orders) {
  return intents_max + orders;
}

/// Whether the owner may order the text of a call: it is uncertain, or there is none because the call was too
/// old. `reply`: the state of the call's reply, if there is one.
bool can_be_ordered(const Decision& decision, std::optional<ReplyState> reply);

/// Why a reply was cancelled before it was claimed.
enum class CancelReason { GotThrough, ProfileStopped, OptedOut, Blocked, TextedElsewhere, Closed, DryRun };
std::string_view to_code(CancelReason reason);
Key in_words(CancelReason reason);

}  // namespace sms_notifier::domain
