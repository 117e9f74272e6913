#pragma once

#include <string>
#include <vector>

namespace soci {
class session;
}

namespace sms_notifier::storage {

struct Migration {
  int version;
  const char* sql;
};
/// All of them, in order (src/storage/migrations/).
const std::vector<Migration>& migrations();

/// Brings the database to the newest schema. An older database is copied to `<path>.before-<version>` first.
/// Throws std::runtime_error when it is newer than this program.
void migrate(soci::session& sql, const std::string& path, const std::vector<Migration>& all = migrations());

}  // namespace sms_notifier::storage
