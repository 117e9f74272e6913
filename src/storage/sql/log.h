#pragma once

#include <string>
#include <vector>

#include "app/ports/log_book.h"

namespace soci {
class session;
}

/// The log as SQL. Each function runs inside a transaction that its caller begins and ends.
namespace sms_notifier::storage::log_sql {

void append(soci::session& sql, const std::vector<app::LogRow>& rows);
std::vector<app::LogRow> log_rows(soci::session& sql, const app::LogQuery& query);
std::vector<std::string> companies(soci::session& sql);

}  // namespace sms_notifier::storage::log_sql
