#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/health/profile_states.h"
#include "app/profiles/account_check.h"
#include "domain/profile.h"
#include "web/site/site_state.h"

namespace sms_notifier::web {

/// The form for a profile, new or not, with what is said about it.
struct ProfileFormPage {
  std::optional<domain::ProfileId> id;  ///< absent: a new one
  domain::ProfileForm form;
  bool password_kept = false;  ///< typed before, and kept until the form is saved
  std::vector<domain::Sentence> errors;
  std::optional<app::AccountReport> report;
  std::optional<app::ProfileStatus> status;  ///< as it works now; of an existing one
};

/// As the owner typed it: the fields `name`, `did`, `message`, `call_duration`, `limit_to_one_DID` and the
/// rules.
domain::ProfileForm read_profile_form(const Visit& visit);
Page profile_form_page(SiteState& site, const Visit& visit, const ProfileFormPage& shown);

}  // namespace sms_notifier::web
