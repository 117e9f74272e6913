#include "voipms/status_table.h"

#include <algorithm>
#include <array>

namespace sms_notifier::voipms {
namespace {

using Kind = app::TroubleKind;
using Read = ReadMeaning;
using Send = SendMeaning;

constexpr auto table = std::to_array<StatusMeaning>({
    {"success", Read::Success, Send::Accepted, Kind::BadRequest},

    // Nothing found. These answer a question; a text is never answered with them.
    {"no_cdr", Read::NoCalls, Send::Unconfirmed, Kind::BadRequest},
    {"no_sms", Read::NoTexts, Send::Unconfirmed, Kind::BadRequest},
    {"no_mms", Read::NoTexts, Send::Unconfirmed, Kind::BadRequest},
    {"no_did", Read::NoDids, Send::Unconfirmed, Kind::BadRequest},

    // The account: refused before anything was looked at.
    {"missing_credentials", Read::Trouble, Send::NotSent, Kind::WrongCredentials},
    {"invalid_credentials", Read::Trouble, Send::NotSent, Kind::WrongCredentials},
    {"api_not_enabled", Read::Trouble, Send::NotSent, Kind::ApiDisabled},
    {"ip_not_enabled", Read::Trouble, Send::NotSent, Kind::AddressRefused},
    {"limit_reached", Read::Trouble, Send::NotSent, Kind::DailyLimit},
    {"non_sufficient_funds", Read::Trouble, Send::NotSent, Kind::NoFunds},

    // Not executed now.
    {"api_limit_exceeded", Read::Trouble, Send::NotSent, Kind::TooManyRequests},
    {"method_maintenance", Read::Trouble, Send::NotSent, Kind::Maintenance},

    // Trouble behind the interface, which may have begun after the text went out.
    {"unavailable_info", Read::Trouble, Send::Unconfirmed, Kind::Maintenance},
    {"tls_error", Read::Trouble, Send::Unconfirmed, Kind::Maintenance},
    {"provider_outofservice", Read::Trouble, Send::Unconfirmed, Kind::Maintenance},
    {"sms_failed", Read::Trouble, Send::Unconfirmed, Kind::BadRequest},

    // The text: the same request would be refused again.
    {"invalid_dst", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_did", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_contact", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_sms", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_from_number", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_to_number", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"message_empty", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"sms_toolong", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"exceeds_file_size", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_media", Read::Trouble, Send::Rejected, Kind::BadRequest},
    {"invalid_method", Read::Trouble, Send::Rejected, Kind::BadRequest},
});

}  // namespace

StatusMeaning meaning_of(std::string_view word) {
  const auto found = std::ranges::find(table, word, &StatusMeaning::word);
  if (found != table.end()) return *found;
  // Something that every text needs was not there, so there was nothing to send.
  if (word.starts_with("missing_")) return {word, Read::Trouble, Send::Rejected, Kind::BadRequest};
  return {word, Read::Trouble, Send::Unconfirmed, Kind::BadRequest};
}

}  // namespace sms_notifier::voipms
