#include "app/ports/audit_trail.h"

#include <array>
#include <utility>

namespace sms_notifier::app {
namespace {

template <class Value, std::size_t size>
using Codes = std::array<std::pair<Value, std::string_view>, size>;

constexpr Codes<Actor::Kind, 5> actor_codes{{
    {Actor::Kind::Service, "service"},
    {Actor::Kind::CommandLine, "command_line"},
    {Actor::Kind::Person, "person"},
    {Actor::Kind::Program, "program"},
    {Actor::Kind::Stranger, "stranger"},
}};

constexpr Codes<AuditTarget::Kind, 6> target_codes{{
    {AuditTarget::Kind::None, ""},
    {AuditTarget::Kind::Profile, "profile"},
    {AuditTarget::Kind::Call, "call"},
    {AuditTarget::Kind::User, "user"},
    {AuditTarget::Kind::Session, "session"},
    {AuditTarget::Kind::Token, "token"},
}};

constexpr Codes<AuditAction, 23> action_codes{{
    {AuditAction::LoggedIn, "login"},
    {AuditAction::LogInFailed, "login_failed"},
    {AuditAction::LoggedOut, "logout"},
    {AuditAction::SetUp, "set_up"},
    {AuditAction::ProfileCreated, "profile_created"},
    {AuditAction::ProfileEdited, "profile_edited"},
    {AuditAction::ProfileDeleted, "profile_deleted"},
    {AuditAction::ProfileRun, "profile_run"},
    {AuditAction::ProfileStopped, "profile_stopped"},
    {AuditAction::LedgerTrusted, "ledger_trusted"},
    {AuditAction::TestText, "test_text"},
    {AuditAction::TextOrdered, "text_ordered"},
    {AuditAction::UserAdded, "user_added"},
    {AuditAction::UserRemoved, "user_removed"},
    {AuditAction::PasswordChanged, "password_changed"},
    {AuditAction::SessionEnded, "session_ended"},
    {AuditAction::TokenAdded, "token_added"},
    {AuditAction::TokenRemoved, "token_removed"},
    {AuditAction::PasswordRefused, "password_refused"},
    {AuditAction::TokenRefused, "token_refused"},
    {AuditAction::LogTokenRefused, "log_token_refused"},
    {AuditAction::FormRefused, "form_refused"},
    {AuditAction::SetUpRefused, "set_up_refused"},
}};

template <class Value, std::size_t size>
std::string_view code_of(const Codes<Value, size>& codes, Value value) {
  for (const auto& [known, code] : codes)
    if (known == value) return code;
  return "";
}

template <class Value, std::size_t size>
std::optional<Value> value_of(const Codes<Value, size>& codes, std::string_view code) {
  for (const auto& [value, known] : codes)
    if (known == code) return value;
  return std::nullopt;
}

}  // namespace

std::string_view to_code(Actor::Kind kind) {
  return code_of(actor_codes, kind);
}
std::optional<Actor::Kind> actor_kind_from_code(std::string_view code) {
  return value_of(actor_codes, code);
}

std::string_view to_code(AuditTarget::Kind kind) {
  return code_of(target_codes, kind);
}
std::optional<AuditTarget::Kind> audit_target_from_code(std::string_view code) {
  return value_of(target_codes, code);
}

std::string_view to_code(AuditAction action) {
  return code_of(action_codes, action);
}
std::optional<AuditAction> audit_action_from_code(std::string_view code) {
  return value_of(action_codes, code);
}

}  // namespace sms_notifier::app
