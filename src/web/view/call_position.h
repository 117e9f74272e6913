#pragma once

#include <optional>
#include <string>

#include "app/ports/call_history.h"

namespace sms_notifier::web {

/// The digits by which calls are sought: those of a whole number without its country code, or of a part of
/// one.
std::string digits_of(const std::string& text);

/// Where a page of calls ended, as it stands in URLs: `<microseconds>.<id>`.
std::string to_text(const app::CallPosition& position);
std::optional<app::CallPosition> parse_position(const std::string& text);
app::CallPosition position_of(const app::CallRecord& record);

}  // namespace sms_notifier::web
