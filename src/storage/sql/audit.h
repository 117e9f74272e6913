#pragma once

#include <optional>
#include <vector>

#include "app/ports/audit_trail.h"

namespace soci {
class session;
}

/// The audit trail as SQL. Each function runs inside a transaction that its caller begins and ends.
namespace sms_notifier::storage::audit_sql {

void note(soci::session& sql, const app::AuditRow& row);
std::vector<app::AuditRow> audit_rows(soci::session& sql, std::optional<std::int64_t> before,
                                      std::size_t limit);

}  // namespace sms_notifier::storage::audit_sql
