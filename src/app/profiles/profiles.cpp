#include "app/profiles/profiles.h"

#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::app {
namespace {

using Errors = std::vector<domain::Sentence>;

/// What the profile would do beside the account's other profiles: an error when it could never answer a call,
/// a warning when it answers calls that the owner may expect another one to answer.
struct Neighbours {
  Errors errors;
  std::vector<domain::Sentence> warnings;
};

Neighbours look_at_neighbours(const std::vector<ProfileView>& profiles, std::optional<domain::ProfileId> self,
                              const domain::CheckedProfile& checked) {
  Neighbours result;
  for (const ProfileView& other : profiles) {
    if (other.profile.id == self) continue;
    if (domain::lower_case(other.account_email) != domain::lower_case(checked.account)) continue;
    const std::int64_t number = other.profile.id.value();
    if (other.profile.rules.did == checked.rules.did) {
      result.errors.push_back(
          {"did \"{}\" is already answered by profile {} of the same account: edit that one, or give "
           "another DID"_key,
           checked.rules.did.digits(), number});
    } else if (!other.profile.rules.limit_to_one_did && !checked.rules.limit_to_one_did) {
      result.warnings.push_back(
          {"profile {} of the same account also answers calls to any number: a call to a number without a "
           "profile of its own is answered by the oldest running one, once"_key,
           number});
    }
  }
  return result;
}

}  // namespace

base::task<SaveResult> add_profile(Settings& settings, domain::ProfileForm form,
                                   std::optional<base::Secret> password, Act act) {
  const auto checked = domain::check(form);
  if (!checked) co_return checked.error();
  const std::vector<ProfileView> profiles = co_await settings.profiles({});
  Neighbours neighbours = look_at_neighbours(profiles, std::nullopt, *checked);
  if (!neighbours.errors.empty()) co_return neighbours.errors;

  const std::optional<domain::ProfileId> id = co_await settings.add_profile(*checked, password, act);
  if (!id) {
    co_return Errors{
        {"the account \"{}\" is new here: its API password is needed (the one set in the VoIP.ms portal "
         "under "
         "SOAP and REST/JSON API, not the one you log in with)"_key,
         checked->account}};
  }
  co_return SavedProfile{*id, std::move(neighbours.warnings)};
}

base::task<SaveResult> edit_profile(Settings& settings, domain::ProfileId id, domain::ProfileForm form,
                                    std::optional<base::Secret> password, Act act) {
  const auto checked = domain::check(form);
  if (!checked) co_return checked.error();
  const std::vector<ProfileView> profiles = co_await settings.profiles({});
  Neighbours neighbours = look_at_neighbours(profiles, id, *checked);
  if (!neighbours.errors.empty()) co_return neighbours.errors;

  const Settings::EditResult edited = co_await settings.edit_profile(id, *checked, password, act);
  switch (edited) {
    case Settings::EditResult::Done:
      co_return SavedProfile{id, std::move(neighbours.warnings)};
    case Settings::EditResult::NoSuchProfile:
      co_return Errors{{"there is no profile {}"_key, id.value()}};
    case Settings::EditResult::PasswordNeeded:
      co_return Errors{{"the account \"{}\" is new here: its API password is needed"_key, checked->account}};
  }
  co_return Errors{"the profile could not be saved"_key};
}

}  // namespace sms_notifier::app
