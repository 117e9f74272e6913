#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/settings.h"
#include "app/ports/vault.h"

namespace soci {
class session;
}

/// Accounts and profiles as SQL. Each function runs inside a transaction that its caller
/// begins and ends.
namespace sms_notifier::storage::settings_sql {

app::SettingsChanges changes_since(soci::session& sql, std::int64_t seen_version);
/// Settings of the account, or texts that the owner wants from it, have changed.
void changed(soci::session& sql, domain::AccountId account);
std::vector<app::Account> accounts(soci::session& sql, const app::Vault& vault, const app::Scope& scope);
/// All, oldest first, or the one.
std::vector<app::ProfileView> profiles(soci::session& sql, std::optional<domain::ProfileId> only);
std::vector<app::ProfileName> profile_names(soci::session& sql);
std::optional<domain::ProfileId> add_profile(soci::session& sql, const app::Vault& vault,
                                             const domain::CheckedProfile& profile,
                                             const std::optional<base::Secret>& password);
app::Settings::EditResult edit_profile(soci::session& sql, const app::Vault& vault, domain::ProfileId id,
                                       const domain::CheckedProfile& profile,
                                       const std::optional<base::Secret>& password);
bool set_running(soci::session& sql, domain::ProfileId id, bool running);
bool trust_ledger(soci::session& sql, domain::ProfileId profile, base::Instant at);
/// As they were before.
std::vector<app::ProfileView> stop_all(soci::session& sql, const app::Scope& scope);
bool delete_profile(soci::session& sql, domain::ProfileId id);
void mark_first_polled(soci::session& sql, const std::vector<domain::ProfileId>& profiles, base::Instant at);
void save_health(soci::session& sql, const std::vector<app::AccountHealth>& accounts,
                 const std::vector<app::ProfileHealth>& profiles);
void save_dids(soci::session& sql, domain::AccountId account, const std::vector<domain::Did>& dids,
               base::Instant at);

}  // namespace sms_notifier::storage::settings_sql
