#include "app/profiles/profiles.h"

#include "domain/text.h"

namespace sms_notifier::app {
namespace {

using Errors = std::vector<base::Error>;

/// What the profile would do beside the account's other profiles: an error when it could never answer a call,
/// a warning when it answers calls that the owner may expect another one to answer.
struct Neighbours {
  Errors errors;
  std::vector<std::string> warnings;
};

Neighbours look_at_neighbours(const std::vector<ProfileView>& profiles, std::optional<domain::ProfileId> self,
                              const domain::CheckedProfile& checked) {
  Neighbours result;
  for (const ProfileView& other : profiles) {
    if (other.profile.id == self) continue;
    if (domain::lower_case(other.account_email) != domain::lower_case(checked.account)) continue;
    const std::string number = std::to_string(other.profile.id.value());
    if (other.profile.rules.did == checked.rules.did) {
      result.errors.push_back({"did \"" + std::string(checked.rules.did.digits()) +
                               "\" is already answered by profile " + number +
                               " of the same account: edit that one, or give another DID"});
    } else if (!other.profile.rules.limit_to_one_did && !checked.rules.limit_to_one_did) {
      result.warnings.push_back(
          "profile " + number +
          " of the same account also answers calls to any number: a call to a number without a "
          "profile of its own is answered by the oldest running one, once");
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
        {"the account \"" + checked->account +
         "\" is new here: its API password is needed (the one set in the VoIP.ms portal under SOAP and "
         "REST/JSON API, not the one you log in with)"}};
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
      co_return Errors{{"there is no profile " + std::to_string(id.value())}};
    case Settings::EditResult::PasswordNeeded:
      co_return Errors{{"the account \"" + checked->account + "\" is new here: its API password is needed"}};
  }
  co_return Errors{{"the profile could not be saved"}};
}

}  // namespace sms_notifier::app
