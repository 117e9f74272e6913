#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/settings.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/profile.h"

namespace sms_notifier::app {

struct SavedProfile {
  domain::ProfileId id;
  std::vector<domain::Sentence> warnings;  ///< for the owner: allowed, but perhaps not meant
};
using SaveResult = base::Result<SavedProfile, std::vector<domain::Sentence>>;

/// Adds a profile, stopped. A new account needs its API password.
base::task<SaveResult> add_profile(Settings& settings, domain::ProfileForm form,
                                   std::optional<base::Secret> password, Act act);

/// Changes a profile; the change applies at once.
base::task<SaveResult> edit_profile(Settings& settings, domain::ProfileId id, domain::ProfileForm form,
                                    std::optional<base::Secret> password, Act act);

}  // namespace sms_notifier::app
