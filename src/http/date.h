#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sms_notifier::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the form that RFC 9110 has every server send. Anything
/// else, impossible dates and a day of the week that is not the date's included, is none.
std::optional<base::Instant> parse_date(std::string_view text);
/// The same form; parts of a second are left out.
std::string to_date(base::Instant instant);

}  // namespace sms_notifier::http
