#pragma once

#include "app/ports/retention.h"

namespace soci {
class session;
}

/// What old records lose, as SQL. Runs inside a transaction that its caller begins and ends.
namespace sms_notifier::storage::retention_sql {

int prune(soci::session& sql, const app::RetentionCuts& cuts, int limit);

}  // namespace sms_notifier::storage::retention_sql
