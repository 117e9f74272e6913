#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/ports/audit_trail.h"
#include "app/ports/provider.h"
#include "app/ports/scope.h"
#include "base/secret.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/doubt.h"
#include "domain/profile.h"
#include "domain/profile_state.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// What the service has found out about an account, for the people who look.
struct AccountHealth {
  domain::AccountId account;
  std::optional<base::Instant> watched_since;  ///< since when it is polled without a break; none: not yet
  std::optional<base::Instant> last_good_poll;
  std::optional<domain::TroubleKind> poll_trouble;  ///< of the last poll; none: it was good
  domain::Sentence last_error;                      ///< the same in words; empty: it was good
  std::optional<domain::SendTrouble> send_trouble;
  std::optional<domain::Dollars> balance;  ///< as last told
  /// The limit of requests that was found (domain::RequestRate); none: none was ever refused.
  std::optional<int> requests_per_minute;
  std::optional<domain::StrictDoubt> strict;  ///< the ledger is strictly doubted

  friend bool operator==(const AccountHealth&, const AccountHealth&) = default;
};

/// What the service has found out about a profile's texts.
struct ProfileHealth {
  domain::ProfileId profile;
  domain::NumberAbility number = domain::NumberAbility::Unknown;
  int refused_in_row = 0;
  domain::Sentence refused_because;  ///< of the last refused text; the provider's words where there are any
  std::optional<domain::TextsHeld> held;

  friend bool operator==(const ProfileHealth&, const ProfileHealth&) = default;
};

struct Account {
  domain::AccountId id;
  Credentials credentials;        ///< empty password: the key that sealed it is missing
  std::vector<domain::Did> dids;  ///< all numbers of the account, as last told by the provider
  std::optional<base::Instant> dids_asked_at;
  std::optional<base::Instant>
      trusted_at;  ///< when the owner last said that texts shall go whatever is doubted
  AccountHealth health;
};

/// Texts that an account has used on its latest day with any.
struct TextsUsed {
  domain::Day day{};
  int count = 0;
};

/// A profile with what is shown beside it.
struct ProfileView {
  domain::Profile profile;
  std::string account_email;
  AccountHealth account_health;
  ProfileHealth health;
  TextsUsed texts_used;
};

/// What people know a profile by.
struct ProfileName {
  domain::ProfileId id;
  domain::Did did;
  std::string account_email;

  friend bool operator==(const ProfileName&, const ProfileName&) = default;
};

/// Accounts that were changed, and the version up to which that is told.
struct SettingsChanges {
  std::int64_t version = 0;
  std::set<domain::AccountId> accounts;
};

/// Accounts and profiles. Several processes may use the same database: the service and command-line tools.
/// Each call is one transaction, with the audit row of its act when it did what it says; a call that throws
/// has changed nothing. Callable from any loop.
class Settings {
 public:
  virtual ~Settings() = default;

  /// What changed after `version`: by people (not poll health), and with every text that the owner orders. Of
  /// version 0 everything has.
  virtual base::task<SettingsChanges> changes_since(std::int64_t version) = 0;

  virtual base::task<std::vector<Account>> accounts(Scope scope) = 0;
  /// Profiles of these accounts, oldest first.
  virtual base::task<std::vector<ProfileView>> profiles(Scope scope) = 0;
  virtual base::task<std::optional<ProfileView>> profile(domain::ProfileId id) = 0;
  /// Of all profiles, oldest first: for lists to choose from, which should not cost what a ProfileView does.
  virtual base::task<std::vector<ProfileName>> profile_names() = 0;

  /// Stores the profile, stopped. The account is made if its e-mail (whatever the case) is new; a password
  /// that is given replaces the stored one. Nothing when the account is new and no password is given.
  virtual base::task<std::optional<domain::ProfileId>> add_profile(
      const domain::CheckedProfile& profile, const std::optional<base::Secret>& password, Act act) = 0;

  enum class EditResult { Done, NoSuchProfile, PasswordNeeded };
  /// As add_profile, for a profile that exists. Applies at once: a claim that commits later sees it. Refused
  /// texts are forgotten, and what is known of the number when it is another one.
  virtual base::task<EditResult> edit_profile(domain::ProfileId id, const domain::CheckedProfile& profile,
                                              const std::optional<base::Secret>& password, Act act) = 0;

  /// After this returns with running = false, no claim for the profile commits (docs/reliability.md, "What
  /// must always hold"). Running a stopped profile starts it afresh: first_polled_at is cleared, and
  /// watched_since when none of the account was running. False when there is no such profile.
  virtual base::task<bool> set_running(domain::ProfileId id, bool running, Act act) = 0;
  /// Stops the running profiles of these accounts, with an audit row for each: for `monitor.resume = false`.
  virtual base::task<> stop_all(Scope scope, Act act) = 0;
  /// Removes the profile and its log rows; what the ledger knows of its texts stays, and its reserved replies
  /// are cancelled. False when there is no such profile.
  virtual base::task<bool> delete_profile(domain::ProfileId id, Act act) = 0;

  /// Strict doubts of the profile's account that began by then hold nothing any more: its texts go. False
  /// when there is no such profile.
  virtual base::task<bool> trust_ledger(domain::ProfileId id, Act act) = 0;

  /// The first good poll after the profiles were started. Those that have one already keep it.
  virtual base::task<> mark_first_polled(const std::vector<domain::ProfileId>& profiles,
                                         base::Instant at) = 0;
  virtual base::task<> save_health(const std::vector<AccountHealth>& accounts,
                                   const std::vector<ProfileHealth>& profiles) = 0;
  virtual base::task<> save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                                 base::Instant at) = 0;
};

}  // namespace sms_notifier::app
