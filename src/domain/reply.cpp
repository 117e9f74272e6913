#include "domain/reply.h"

#include <algorithm>
#include <array>

#include "domain/profile.h"
#include "domain/sentences.h"

namespace sms_notifier::domain {
namespace {

constexpr std::array<std::string_view, 8> state_codes{"reserved", "sending",   "sent",      "rejected",
                                                      "unknown",  "uncertain", "cancelled", "expired"};

template <class Enum, std::size_t N>
std::optional<Enum> from_code(const std::array<std::string_view, N>& codes, std::string_view code) {
  const auto found = std::find(codes.begin(), codes.end(), code);
  if (found == codes.end()) return std::nullopt;
  return static_cast<Enum>(found - codes.begin());
}

constexpr std::array<std::string_view, 2> kind_codes{"sms", "mms"};

/// The state after the event when no earlier text of the reply can be out.
std::optional<ReplyState> next_of_only_text(ReplyState state, ReplyEvent event) {
  switch (state) {
    case ReplyState::Reserved:
      if (event == ReplyEvent::Claim) return ReplyState::Sending;
      // Proved absent, it seemed, and then found after all, or a text that may be it.
      if (event == ReplyEvent::Accept) return ReplyState::Sent;
      if (event == ReplyEvent::GiveUp) return ReplyState::Uncertain;
      if (event == ReplyEvent::Cancel) return ReplyState::Cancelled;
      if (event == ReplyEvent::Expire) return ReplyState::Expired;
      return std::nullopt;
    case ReplyState::Sending:
      if (event == ReplyEvent::Accept) return ReplyState::Sent;
      if (event == ReplyEvent::Refuse) return ReplyState::Rejected;
      if (event == ReplyEvent::NotSent) return ReplyState::Reserved;
      if (event == ReplyEvent::LoseSight) return ReplyState::Unknown;
      return std::nullopt;
    case ReplyState::Unknown:
      if (event == ReplyEvent::Accept) return ReplyState::Sent;
      if (event == ReplyEvent::ProveAbsent) return ReplyState::Reserved;
      if (event == ReplyEvent::GiveUp) return ReplyState::Uncertain;
      return std::nullopt;
    case ReplyState::Uncertain:
      // Late evidence may still show that it went out; only the owner may send it again.
      if (event == ReplyEvent::Accept) return ReplyState::Sent;
      if (event == ReplyEvent::Order) return ReplyState::Reserved;
      return std::nullopt;
    case ReplyState::Sent:
      // That the list says so is no reason to send it again.
      if (event == ReplyEvent::Disprove) return ReplyState::Uncertain;
      return std::nullopt;
    case ReplyState::Rejected:
    case ReplyState::Cancelled:
    case ReplyState::Expired:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_code(MessageKind kind) {
  return kind_codes[static_cast<std::size_t>(kind)];
}
std::optional<MessageKind> message_kind_from_code(std::string_view code) {
  return from_code<MessageKind>(kind_codes, code);
}

MessageKind kind_of(std::string_view body) {
  return body.size() <= sms_bytes_max ? MessageKind::Sms : MessageKind::Mms;
}

std::string_view to_code(ReplyState state) {
  return state_codes[static_cast<std::size_t>(state)];
}
std::optional<ReplyState> reply_state_from_code(std::string_view code) {
  return from_code<ReplyState>(state_codes, code);
}

std::optional<ReplyState> next_state(ReplyState state, ReplyEvent event, bool may_be_out) {
  const std::optional<ReplyState> next = next_of_only_text(state, event);
  if (next && may_be_out && !counts_as_texted(*next)) return ReplyState::Uncertain;
  return next;
}

bool can_resolve(ReplyState state, ReplyEvent event, int maybe_sent, bool may_be_out) {
  if (state == ReplyState::Unknown) return true;
  if (state != ReplyState::Reserved || maybe_sent == 0) return false;
  return event == ReplyEvent::Accept || (event == ReplyEvent::GiveUp && !may_be_out);
}

bool can_be_ordered(const Decision& decision, std::optional<ReplyState> reply) {
  if (reply) return next_state(*reply, ReplyEvent::Order).has_value();
  return decision == Decision(Skip{SkipReason::TooOld});
}

bool is_open(ReplyState state) {
  return state == ReplyState::Reserved || state == ReplyState::Sending || state == ReplyState::Unknown;
}

bool counts_as_texted(ReplyState state) {
  return is_open(state) || state == ReplyState::Sent || state == ReplyState::Uncertain;
}

std::string_view to_code(CancelReason reason) {
  switch (reason) {
    case CancelReason::GotThrough:
      return "got_through";
    case CancelReason::ProfileStopped:
      return "profile_stopped";
    case CancelReason::OptedOut:
      return "opted_out";
    case CancelReason::Blocked:
      return "blocked";
    case CancelReason::TextedElsewhere:
      return "already_texted_seen_at_provider";
    case CancelReason::Closed:
      return "closed";
    case CancelReason::DryRun:
      return "dry_run";
  }
  return "";
}

Key in_words(CancelReason reason) {
  switch (reason) {
    case CancelReason::GotThrough:
      return "the caller got through in the meantime"_key;
    case CancelReason::ProfileStopped:
      return "the profile was stopped before the text was sent"_key;
    case CancelReason::OptedOut:
      return "the caller asked not to be texted"_key;
    case CancelReason::Blocked:
      return "the caller is on your block list"_key;
    case CancelReason::TextedElsewhere:
      return "VoIP.ms lists a text to this caller that did not come from here"_key;
    case CancelReason::Closed:
      return "your hours ended before the text was sent"_key;
    case CancelReason::DryRun:
      return "the profile is in test mode by now: nothing is sent"_key;
  }
  return {};
}

}  // namespace sms_notifier::domain
