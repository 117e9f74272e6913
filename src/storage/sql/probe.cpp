#include "storage/sql/probe.h"

#include <array>
#include <string>

#include "storage/sql/rows.h"

namespace sms_notifier::storage::probe_sql {

void write(soci::session& sql) {
  sql << "UPDATE settings_version SET version = version";
}

void read(soci::session& sql) {
  constexpr std::array tables{"accounts", "profiles", "calls",    "legs",          "decisions",
                              "replies",  "attempts", "contacts", "conversations", "budgets"};
  for (const char* table : tables) {
    Int rows = 0;
    sql << "SELECT count(*) FROM (SELECT * FROM " + std::string(table) + " ORDER BY rowid DESC LIMIT 1)",
        soci::into(rows);
  }
}

}  // namespace sms_notifier::storage::probe_sql
