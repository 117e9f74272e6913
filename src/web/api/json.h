#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "app/health/profile_states.h"
#include "app/ports/call_history.h"
#include "app/ports/log_book.h"
#include "base/time.h"

/// What profiles, calls and log rows look like as JSON: on the command line and in the API.
namespace sms_notifier::web {

/// `2026-11-24T14:03:10Z`; fractions only where there are any.
std::string rfc3339(base::Instant instant);
/// Nothing when the text is no instant; a fraction of a second is passed over.
std::optional<base::Instant> parse_rfc3339(const std::string& text);

boost::json::object to_json(const app::ProfileStatus& status);
boost::json::object to_json(const app::CallRecord& record);
boost::json::object to_json(const app::LogRow& row);

}  // namespace sms_notifier::web
