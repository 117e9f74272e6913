#pragma once

#include "app/health/profile_states.h"
#include "web/site/site_state.h"
#include "web/site/visit.h"
#include "web/view/view.h"

namespace sms_notifier::web {

/// The state as every page shows it: word, colour and icon, and a sentence where there is something to say.
void show_state(Values values, const SiteState& site, const Visit& visit, const app::ProfileStatus& status);

}  // namespace sms_notifier::web
