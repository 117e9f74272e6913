#pragma once

#include "app/ports/audit_trail.h"
#include "app/ports/settings.h"
#include "domain/phone_number.h"

/// What the audit trail holds of each act, whichever store writes it.
namespace sms_notifier::app {

AuditRow profile_created(const Act& act, domain::ProfileId id, const domain::CheckedProfile& profile,
                         bool password_given);
/// With what is different afterwards.
AuditRow profile_edited(const Act& act, const ProfileView& before, const domain::CheckedProfile& after,
                        bool password_given);
AuditRow profile_deleted(const Act& act, const ProfileView& profile);
AuditRow profile_turned(const Act& act, const ProfileView& before, bool running);
AuditRow ledger_trusted(const Act& act, const ProfileView& profile);

AuditRow text_ordered(const Act& act, domain::CallId call, domain::PhoneNumber to);
AuditRow test_text_ordered(const Act& act, const ProfileView& profile, domain::PhoneNumber to);

/// Of the acts on a user: UserAdded, SetUp, PasswordChanged, UserRemoved.
AuditRow user_changed(const Act& act, AuditAction action, const std::string& name);
/// The person acts in the session from then on.
AuditRow logged_in(Act act, std::int64_t session);
/// A log-out, when the session is the person's own.
AuditRow session_ended(const Act& act, std::int64_t session);
AuditRow token_added(const Act& act, std::int64_t id, const std::string& name);
AuditRow token_removed(const Act& act, std::int64_t id, const std::string& name);

}  // namespace sms_notifier::app
