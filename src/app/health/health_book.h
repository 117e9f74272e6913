#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "app/ports/provider.h"
#include "app/ports/settings.h"

namespace sms_notifier::app {

/// What the service finds out about accounts and profiles while it works, for pages and commands: the monitor
/// stores it soon after it changes. Belongs to the monitor's loop.
class HealthBook {
 public:
  /// Accounts and profiles as stored; what is known already stays. Those of `changed` that are in neither
  /// list are gone.
  void follow(const std::set<domain::AccountId>& changed, const std::vector<Account>& accounts,
              const std::vector<ProfileView>& profiles);
  /// Nothing of an account or profile that is gone.
  const AccountHealth* account(domain::AccountId id) const;
  const ProfileHealth* profile(domain::ProfileId id) const;

  void watch_began(domain::AccountId id, base::Instant at);
  void poll_went_well(domain::AccountId id, base::Instant at);
  /// Of requests per minute; none: nothing was ever refused.
  void rate_found(domain::AccountId id, std::optional<int> per_minute);
  /// The ledger is strictly doubted. One that is an earlier one stays so when another installation is seen;
  /// of doubts with the same cause the later one counts.
  void doubt_strictly(domain::AccountId id, domain::StrictDoubt doubt);
  void strict_doubt_over(domain::AccountId id);
  void poll_failed(domain::AccountId id, const Trouble& trouble, base::Instant at);

  void text_accepted(domain::AccountId account, domain::ProfileId profile);
  /// Also of a text that was proved not to have gone out.
  void text_refused(domain::ProfileId profile, const domain::Sentence& because);
  void text_put_off(domain::AccountId account, const Trouble& why, base::Instant at);
  void note_held(domain::ProfileId profile, std::optional<domain::TextsHeld> held);

  void balance_told(domain::AccountId account, domain::Dollars balance);
  void number_told(domain::ProfileId profile, domain::NumberAbility ability);

  /// The owner gave another password.
  void credentials_changed(domain::AccountId account);
  /// The owner changed what the profile does; `other_number`: it texts from another number or account.
  void settings_changed(domain::ProfileId profile, bool other_number);

  /// What has changed since it was last stored. `good_polls_too`: also accounts of which only the time of the
  /// last good poll has.
  struct Unsaved {
    std::vector<AccountHealth> accounts;
    std::vector<ProfileHealth> profiles;
    bool empty() const { return accounts.empty() && profiles.empty(); }
  };
  Unsaved unsaved(bool good_polls_too) const;
  void saved(const Unsaved& stored);

 private:
  std::map<domain::AccountId, AccountHealth> accounts_;
  std::map<domain::ProfileId, ProfileHealth> profiles_;
  std::map<domain::ProfileId, domain::AccountId> account_of_;
  std::map<domain::AccountId, AccountHealth> stored_accounts_;
  std::map<domain::ProfileId, ProfileHealth> stored_profiles_;
};

}  // namespace sms_notifier::app
