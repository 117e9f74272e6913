#include "domain/trouble.h"

#include <algorithm>
#include <array>

namespace sms_notifier::domain {
namespace {

struct Code {
  TroubleKind kind;
  std::string_view code;
};

constexpr auto codes = std::to_array<Code>({
    {TroubleKind::Unreachable, "unreachable"},
    {TroubleKind::UnreadableAnswer, "unreadable_answer"},
    {TroubleKind::WrongCredentials, "wrong_credentials"},
    {TroubleKind::PasswordUnreadable, "password_unreadable"},
    {TroubleKind::ApiDisabled, "api_disabled"},
    {TroubleKind::AddressRefused, "address_refused"},
    {TroubleKind::TooManyRequests, "too_many_requests"},
    {TroubleKind::Maintenance, "maintenance"},
    {TroubleKind::DailyLimit, "daily_limit"},
    {TroubleKind::NoFunds, "no_funds"},
    {TroubleKind::HeldUp, "held_up"},
    {TroubleKind::BadRequest, "bad_request"},
});

}  // namespace

std::string_view to_code(TroubleKind kind) {
  return std::ranges::find(codes, kind, &Code::kind)->code;
}

std::optional<TroubleKind> trouble_kind_from_code(std::string_view code) {
  const auto found = std::ranges::find(codes, code, &Code::code);
  if (found == codes.end()) return std::nullopt;
  return found->kind;
}

bool needs_owner(TroubleKind kind) {
  switch (kind) {
    case TroubleKind::WrongCredentials:
    case TroubleKind::PasswordUnreadable:
    case TroubleKind::ApiDisabled:
    case TroubleKind::AddressRefused:
    case TroubleKind::NoFunds:
      return true;
    case TroubleKind::Unreachable:
    case TroubleKind::UnreadableAnswer:
    case TroubleKind::TooManyRequests:
    case TroubleKind::Maintenance:
    case TroubleKind::DailyLimit:
    case TroubleKind::HeldUp:
    case TroubleKind::BadRequest:
      return false;
  }
  return false;
}

std::string_view in_words(TroubleKind kind) {
  switch (kind) {
    case TroubleKind::Unreachable:
      return "VoIP.ms cannot be reached or does not answer in time";
    case TroubleKind::UnreadableAnswer:
      return "VoIP.ms sends answers that make no sense (it may be having trouble)";
    case TroubleKind::WrongCredentials:
      return "VoIP.ms refuses the API e-mail or API password: check both in the portal under Main Menu > "
             "SOAP and "
             "REST/JSON API";
    case TroubleKind::PasswordUnreadable:
      return "the stored API password cannot be read: give it again by editing the profile";
    case TroubleKind::ApiDisabled:
      return "the API is switched off: enable it in the VoIP.ms portal under Main Menu > SOAP and REST/JSON "
             "API";
    case TroubleKind::AddressRefused:
      return "VoIP.ms refuses this computer's IP address: add it in the portal under Main Menu > SOAP and "
             "REST/JSON "
             "API > Enable IP Address";
    case TroubleKind::TooManyRequests:
      return "VoIP.ms asks for fewer requests per minute";
    case TroubleKind::Maintenance:
      return "VoIP.ms is under maintenance";
    case TroubleKind::DailyLimit:
      return "VoIP.ms' limit of texts per day is reached: ask messaging@voip.ms for a higher one";
    case TroubleKind::NoFunds:
      return "the VoIP.ms balance is used up: add funds in the portal under Finances > Add Funds";
    case TroubleKind::HeldUp:
      return "this computer was too slow; the text is tried again";
    case TroubleKind::BadRequest:
      return "VoIP.ms refuses the request";
  }
  return "";
}

}  // namespace sms_notifier::domain
