#include "web/view/audit_words.h"

#include <array>
#include <utility>

#include "domain/phone_number.h"
#include "domain/sentences.h"

namespace sms_notifier::web {

domain::Key in_words(app::AuditAction action) {
  switch (action) {
    case app::AuditAction::LoggedIn:
      return "logged in"_key;
    case app::AuditAction::LogInFailed:
      return "failed to log in"_key;
    case app::AuditAction::LoggedOut:
      return "logged out"_key;
    case app::AuditAction::SetUp:
      return "set up the service"_key;
    case app::AuditAction::ProfileCreated:
      return "created a profile"_key;
    case app::AuditAction::ProfileEdited:
      return "changed a profile"_key;
    case app::AuditAction::ProfileDeleted:
      return "deleted a profile"_key;
    case app::AuditAction::ProfileRun:
      return "started a profile"_key;
    case app::AuditAction::ProfileStopped:
      return "stopped a profile"_key;
    case app::AuditAction::LedgerTrusted:
      return "let texts go that were held back"_key;
    case app::AuditAction::TestText:
      return "sent a test text"_key;
    case app::AuditAction::TextOrdered:
      return "asked for a text to be sent"_key;
    case app::AuditAction::UserAdded:
      return "added a user"_key;
    case app::AuditAction::UserRemoved:
      return "removed a user"_key;
    case app::AuditAction::PasswordChanged:
      return "changed the password"_key;
    case app::AuditAction::SessionEnded:
      return "ended a session"_key;
    case app::AuditAction::TokenAdded:
      return "created an API token"_key;
    case app::AuditAction::TokenRemoved:
      return "removed an API token"_key;
    case app::AuditAction::PasswordRefused:
      return "gave a wrong current password"_key;
    case app::AuditAction::TokenRefused:
      return "gave a wrong API token"_key;
    case app::AuditAction::LogTokenRefused:
      return "gave a wrong log token"_key;
    case app::AuditAction::FormRefused:
      return "sent a form that is not from these pages, or too old"_key;
    case app::AuditAction::SetUpRefused:
      return "opened a wrong set-up link"_key;
  }
  return {};
}

domain::Sentence field_in_words(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, domain::Key>, 13> names{{
      {"account", "API e-mail"_key},
      {"api_password", "API password"_key},
      {"did", "Number (DID)"_key},
      {"message", "Message"_key},
      {"call_duration", "Missed-call threshold, seconds"_key},
      {"limit_to_one_did", "Only calls to this number"_key},
      {"wait", "Wait before texting, seconds"_key},
      {"cooldown", "Hours before the same caller is texted again"_key},
      {"history_size", "Callers remembered"_key},
      {"hours", "Hours when texts are sent"_key},
      {"dry_run", "Test mode"_key},
      {"to", "Recipient"_key},
      {"path", "Form"_key},
  }};
  for (const auto& [code, name] : names)
    if (code == field) return name;
  return domain::Sentence::as_written(std::string(field));
}

std::string actor_in_words(const app::Actor& actor, const Words& words) {
  switch (actor.kind) {
    case app::Actor::Kind::Service:
      return words.say("the service"_key);
    case app::Actor::Kind::CommandLine:
      return words.say({"{} on the command line"_key, actor.name});
    case app::Actor::Kind::Program:
      return words.say({"the API token {} of {}"_key, actor.token, actor.name});
    case app::Actor::Kind::Person:
      return actor.name;
    case app::Actor::Kind::Stranger:
      return actor.name.empty() ? words.say("a visitor without a session"_key) : actor.name;
  }
  return "";
}

std::string target_in_words(const app::AuditTarget& target, const Words& words) {
  const std::string id = target.id ? std::to_string(*target.id) : std::string();
  switch (target.kind) {
    case app::AuditTarget::Kind::Profile:
      return words.say({"profile {} ({})"_key, id, target.name});
    case app::AuditTarget::Kind::Call:
      return words.say({"call {}"_key, id});
    case app::AuditTarget::Kind::Session:
      return words.say({"session {}"_key, id});
    case app::AuditTarget::Kind::User:
    case app::AuditTarget::Kind::Token:
    case app::AuditTarget::Kind::None:
      return target.name;
  }
  return "";
}

std::string value_in_words(const app::AuditDetail& detail, const std::string& value, const Words& words) {
  if (value.empty()) return words.say("none"_key);
  const bool is_flag = detail.field == "limit_to_one_did" || detail.field == "dry_run";
  if (is_flag) {
    const bool is_on = value == "true";
    return words.say(is_on ? "yes"_key : "no"_key);
  }
  const bool is_number = detail.field == "did" || detail.field == "to";
  const auto number = is_number ? domain::PhoneNumber::parse(value) : std::nullopt;
  return number ? number->formatted() : value;
}

}  // namespace sms_notifier::web
