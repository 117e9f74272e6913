#pragma once

#include <optional>
#include <string>

#include "app/health/profile_states.h"
#include "app/ports/call_history.h"
#include "base/time.h"

namespace sms_notifier::server {

/// Reads RFC 3339, a day (`2026-11-24`, from its start in UTC) or a duration before `now` (`24h`).
std::optional<base::Instant> parse_since(const std::string& text, base::Instant now);

/// `Not texting: the VoIP.ms balance is used up ...`, `Closed until Monday 09:00`.
std::string state_words(const app::ProfileStatus& status, base::Instant now, const domain::TimeZone& zone);

/// The arrays of `profile list --json` and `calls --json`.
std::string profiles_json(const std::vector<app::ProfileStatus>& profiles);
std::string calls_json(const std::vector<app::CallRecord>& calls);

}  // namespace sms_notifier::server
