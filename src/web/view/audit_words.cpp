#include "web/view/audit_words.h"

#include <array>
#include <utility>

#include "domain/phone_number.h"

namespace sms_notifier::web {

std::string_view in_words(app::AuditAction action) {
  switch (action) {
    case app::AuditAction::LoggedIn:
      return "logged in";
    case app::AuditAction::LogInFailed:
      return "failed to log in";
    case app::AuditAction::LoggedOut:
      return "logged out";
    case app::AuditAction::SetUp:
      return "set up the service";
    case app::AuditAction::ProfileCreated:
      return "created a profile";
    case app::AuditAction::ProfileEdited:
      return "changed a profile";
    case app::AuditAction::ProfileDeleted:
      return "deleted a profile";
    case app::AuditAction::ProfileRun:
      return "started a profile";
    case app::AuditAction::ProfileStopped:
      return "stopped a profile";
    case app::AuditAction::TestText:
      return "sent a test text";
    case app::AuditAction::TextOrdered:
      return "asked for a text to be sent";
    case app::AuditAction::UserAdded:
      return "added a user";
    case app::AuditAction::UserRemoved:
      return "removed a user";
    case app::AuditAction::PasswordChanged:
      return "changed the password";
    case app::AuditAction::SessionEnded:
      return "ended a session";
    case app::AuditAction::TokenAdded:
      return "created an API token";
    case app::AuditAction::TokenRemoved:
      return "removed an API token";
    case app::AuditAction::PasswordRefused:
      return "gave a wrong current password";
    case app::AuditAction::TokenRefused:
      return "gave a wrong API token";
    case app::AuditAction::LogTokenRefused:
      return "gave a wrong log token";
    case app::AuditAction::FormRefused:
      return "sent a form that is not from these pages, or too old";
    case app::AuditAction::SetUpRefused:
      return "opened a wrong set-up link";
  }
  return "";
}

std::string_view field_in_words(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> names{{
      {"account", "API e-mail"},
      {"api_password", "API password"},
      {"did", "Number (DID)"},
      {"message", "Message"},
      {"call_duration", "Missed-call threshold, seconds"},
      {"limit_to_one_did", "Only calls to this number"},
      {"wait", "Wait before texting, seconds"},
      {"cooldown", "Hours before the same caller is texted again"},
      {"history_size", "Callers remembered"},
      {"hours", "Hours when texts are sent"},
      {"dry_run", "Test mode"},
      {"to", "Recipient"},
      {"path", "Form"},
  }};
  for (const auto& [code, name] : names)
    if (code == field) return name;
  return field;
}

std::string actor_in_words(const app::Actor& actor, const Words& words) {
  switch (actor.kind) {
    case app::Actor::Kind::Service:
      return words.say("the service");
    case app::Actor::Kind::CommandLine:
      return tell(words, "{} on the command line", actor.name);
    case app::Actor::Kind::Program:
      return tell(words, "the API token {} of {}", actor.token, actor.name);
    case app::Actor::Kind::Person:
      return actor.name;
    case app::Actor::Kind::Stranger:
      return actor.name.empty() ? words.say("a visitor without a session") : actor.name;
  }
  return "";
}

std::string target_in_words(const app::AuditTarget& target, const Words& words) {
  const std::string id = target.id ? std::to_string(*target.id) : std::string();
  switch (target.kind) {
    case app::AuditTarget::Kind::Profile:
      return tell(words, "profile {} ({})", id, target.name);
    case app::AuditTarget::Kind::Call:
      return tell(words, "call {}", id);
    case app::AuditTarget::Kind::Session:
      return tell(words, "session {}", id);
    case app::AuditTarget::Kind::User:
    case app::AuditTarget::Kind::Token:
    case app::AuditTarget::Kind::None:
      return target.name;
  }
  return "";
}

std::string value_in_words(const app::AuditDetail& detail, const std::string& value, const Words& words) {
  if (value.empty()) return words.say("none");
  const bool is_flag = detail.field == "limit_to_one_did" || detail.field == "dry_run";
  if (is_flag) {
    const bool is_on = value == "true";
    return words.say(is_on ? "yes" : "no");
  }
  const bool is_number = detail.field == "did" || detail.field == "to";
  const auto number = is_number ? domain::PhoneNumber::parse(value) : std::nullopt;
  return number ? number->formatted() : value;
}

}  // namespace sms_notifier::web
