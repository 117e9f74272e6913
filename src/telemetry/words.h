#pragma once

#include <optional>

#include "app/events.h"
#include "app/ports/log_book.h"
#include "domain/wall_time.h"

namespace sms_notifier::telemetry {

/// The event as a receptionist reads it on the Log page; nothing for what only machines want to know.
std::optional<app::LogRow> log_row(const app::Event& event, base::Instant at, const domain::TimeZone& zone);

}  // namespace sms_notifier::telemetry
