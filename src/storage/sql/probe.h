#pragma once

#include <soci/soci.h>

namespace sms_notifier::storage::probe_sql {

/// Writes to the database, and changes nothing.
void write(soci::session& sql);
/// Reads the newest row of each table that a text depends on.
void read(soci::session& sql);

}  // namespace sms_notifier::storage::probe_sql
