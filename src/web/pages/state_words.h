#pragma once

#include <string>

#include "app/health/profile_states.h"
#include "web/site/site_state.h"
#include "web/site/visit.h"
#include "web/view/view.h"

namespace sms_notifier::web {

/// `Running`, `Closed until Monday 09:00`.
std::string state_text(const SiteState& site, const Words& words, const app::ProfileStatus& status);
/// Why it is not texting or waits, and what to do about it; empty when there is nothing to say.
std::string reason_text(const Words& words, const app::ProfileStatus& status);

/// The state as every page shows it: word, colour and icon, and a sentence where there is something to say.
void show_state(Values values, const SiteState& site, const Visit& visit, const app::ProfileStatus& status);

}  // namespace sms_notifier::web
