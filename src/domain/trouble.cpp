#include "domain/trouble.h"

#include <algorithm>
#include <array>

#include "domain/sentences.h"

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

bool concerns_one_text(TroubleKind kind) {
  return kind == TroubleKind::HeldUp || kind == TroubleKind::BadRequest;
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

bool ends_with_a_good_answer(TroubleKind kind) {
  switch (kind) {
    case TroubleKind::Unreachable:
    case TroubleKind::UnreadableAnswer:
    case TroubleKind::WrongCredentials:
    case TroubleKind::PasswordUnreadable:
    case TroubleKind::ApiDisabled:
    case TroubleKind::AddressRefused:
    case TroubleKind::TooManyRequests:
    case TroubleKind::Maintenance:
      return true;
    case TroubleKind::DailyLimit:
    case TroubleKind::NoFunds:
    case TroubleKind::HeldUp:
    case TroubleKind::BadRequest:
      return false;
  }
  return false;
}

Key in_words(TroubleKind kind) {
  switch (kind) {
    case TroubleKind::Unreachable:
      return "VoIP.ms cannot be reached or does not answer in time"_key;
    case TroubleKind::UnreadableAnswer:
      return "VoIP.ms sends answers that make no sense (it may be having trouble)"_key;
    case TroubleKind::WrongCredentials:
      return "VoIP.ms refuses the API e-mail or API password: check both in the portal under Main Menu > "
             "SOAP and "
             "REST/JSON API"_key;
    case TroubleKind::PasswordUnreadable:
      return "the stored API password cannot be read: give it again by editing the profile"_key;
    case TroubleKind::ApiDisabled:
      return "the API is switched off: enable it in the VoIP.ms portal under Main Menu > SOAP and REST/JSON "
             "API"_key;
    case TroubleKind::AddressRefused:
      return "VoIP.ms refuses this computer's IP address: add it in the portal under Main Menu > SOAP and "
             "REST/JSON "
             "API > Enable IP Address"_key;
    case TroubleKind::TooManyRequests:
      return "VoIP.ms asks for fewer requests per minute"_key;
    case TroubleKind::Maintenance:
      return "VoIP.ms is under maintenance"_key;
    case TroubleKind::DailyLimit:
      return "VoIP.ms' limit of texts per day is reached: ask messaging@voip.ms for a higher one"_key;
    case TroubleKind::NoFunds:
      return "the VoIP.ms balance is used up: add funds in the portal under Finances > Add Funds"_key;
    case TroubleKind::HeldUp:
      return "this computer was too slow; the text is tried again"_key;
    case TroubleKind::BadRequest:
      return "VoIP.ms refuses the request"_key;
  }
  return {};
}

}  // namespace sms_notifier::domain
