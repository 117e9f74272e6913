#include "app/ports/provider.h"

namespace sms_notifier::app {

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

}  // namespace sms_notifier::app
