#pragma once

#include <optional>

#include <simdjson.h>

#include "app/ports/provider.h"

namespace sms_notifier::voipms {

/// The calls in getCDR's list, or in the one bare object that stands for a list of one, as far as the filter
/// wants them. Nothing when the list cannot be read to its end. `row_parser` serves rows that must be
/// repaired.
std::optional<app::CdrAnswer> read_rows(simdjson::ondemand::value list, app::CdrRowFilter& filter,
                                        simdjson::ondemand::parser& row_parser);

}  // namespace sms_notifier::voipms
