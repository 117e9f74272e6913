#include "app/ports/audit_rows.h"

#include <utility>

#include "domain/profile_fields.h"

namespace sms_notifier::app {
namespace {

using Kind = AuditTarget::Kind;

AuditTarget target_of(domain::ProfileId id, const std::string& account, domain::Did did) {
  return {Kind::Profile, id.value(), account + ", " + did.number().formatted()};
}

AuditTarget target_of(const ProfileView& view) {
  return target_of(view.profile.id, view.account_email, view.profile.rules.did);
}

AuditDetail secret(std::string field) {
  return {std::move(field), std::nullopt, std::nullopt};
}

AuditDetail recipient(domain::PhoneNumber to) {
  return {"to", std::nullopt, std::string(to.digits())};
}

/// What was set to a value, or changed from one.
std::vector<AuditDetail> changes(const domain::ProfileForm* before, const domain::ProfileForm* after) {
  std::vector<AuditDetail> details;
  for (const domain::ProfileField& field : domain::profile_fields()) {
    std::optional<std::string> old_value, new_value;
    if (before != nullptr) old_value = value_in(*before, field);
    if (after != nullptr) new_value = value_in(*after, field);
    if (old_value != new_value) details.push_back({std::string(field.name), old_value, new_value});
  }
  return details;
}

domain::ProfileForm form_of(const ProfileView& view) {
  return domain::to_form(view.account_email, view.profile.rules);
}

}  // namespace

AuditRow profile_created(const Act& act, domain::ProfileId id, const domain::CheckedProfile& profile,
                         bool password_given) {
  const domain::ProfileForm form = domain::to_form(profile.account, profile.rules);
  AuditRow row{0, act, AuditAction::ProfileCreated, target_of(id, profile.account, profile.rules.did),
               changes(nullptr, &form)};
  if (password_given) row.details.push_back(secret("api_password"));
  return row;
}

AuditRow profile_edited(const Act& act, const ProfileView& before, const domain::CheckedProfile& after,
                        bool password_given) {
  const domain::ProfileForm old_form = form_of(before);
  const domain::ProfileForm new_form = domain::to_form(after.account, after.rules);
  AuditRow row{0, act, AuditAction::ProfileEdited,
               target_of(before.profile.id, after.account, after.rules.did), changes(&old_form, &new_form)};
  if (password_given) row.details.push_back(secret("api_password"));
  return row;
}

AuditRow profile_deleted(const Act& act, const ProfileView& profile) {
  const domain::ProfileForm form = form_of(profile);
  return {0, act, AuditAction::ProfileDeleted, target_of(profile), changes(&form, nullptr)};
}

AuditRow profile_turned(const Act& act, const ProfileView& before, bool running) {
  const AuditAction action = running ? AuditAction::ProfileRun : AuditAction::ProfileStopped;
  return {0, act, action, target_of(before), {}};
}

AuditRow ledger_trusted(const Act& act, const ProfileView& profile) {
  return {0, act, AuditAction::LedgerTrusted, target_of(profile), {}};
}

AuditRow text_ordered(const Act& act, domain::CallId call, domain::PhoneNumber to) {
  return {0, act, AuditAction::TextOrdered, {Kind::Call, call.value(), {}}, {recipient(to)}};
}

AuditRow test_text_ordered(const Act& act, const ProfileView& profile, domain::PhoneNumber to) {
  return {0, act, AuditAction::TestText, target_of(profile), {recipient(to)}};
}

AuditRow user_changed(const Act& act, AuditAction action, const std::string& name) {
  return {0, act, action, {Kind::User, std::nullopt, name}, {}};
}

AuditRow logged_in(Act act, std::int64_t session) {
  act.actor.session = session;
  return {0, std::move(act), AuditAction::LoggedIn, {}, {}};
}

AuditRow session_ended(const Act& act, std::int64_t session) {
  if (act.actor.session == session) return {0, act, AuditAction::LoggedOut, {}, {}};
  return {0, act, AuditAction::SessionEnded, {Kind::Session, session, {}}, {}};
}

AuditRow token_added(const Act& act, std::int64_t id, const std::string& name) {
  return {0, act, AuditAction::TokenAdded, {Kind::Token, id, name}, {}};
}

AuditRow token_removed(const Act& act, std::int64_t id, const std::string& name) {
  return {0, act, AuditAction::TokenRemoved, {Kind::Token, id, name}, {}};
}

}  // namespace sms_notifier::app
