#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "app/events.h"
#include "app/ports/settings.h"
#include "domain/profile.h"

namespace sms_notifier::app {

/// Accounts and profiles as last read from the settings. Belongs to the monitor's loop.
class Roster {
 public:
  struct Entry {
    Account account;
    std::vector<domain::Profile> profiles;  ///< oldest first

    bool has_running() const;
  };

  Roster() = default;
  Roster(std::vector<Account> accounts, const std::vector<ProfileView>& profiles);

  /// What is known of these accounts now; one that is in neither list is gone.
  void replace(const std::set<domain::AccountId>& changed, std::vector<Account> accounts,
               const std::vector<ProfileView>& profiles);

  const std::map<domain::AccountId, Entry>& entries() const { return entries_; }
  /// Nothing when the account is gone.
  const Entry* find(domain::AccountId account) const;
  /// One of the business's own numbers, on whichever account.
  bool is_own_did(domain::Did did) const { return own_dids_.contains(did); }

  void set_dids(domain::AccountId account, std::vector<domain::Did> dids, base::Instant at);
  void mark_first_polled(domain::AccountId account, base::Instant at);
  /// Empty e-mail when the account is gone.
  Subject subject(domain::AccountId account, std::optional<domain::ProfileId> profile = std::nullopt) const;

 private:
  void add(std::vector<Account> accounts, const std::vector<ProfileView>& profiles);
  void collect_own_dids();

  std::map<domain::AccountId, Entry> entries_;
  std::set<domain::Did> own_dids_;
};

}  // namespace sms_notifier::app
