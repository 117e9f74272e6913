#include "storage/schema.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <soci/soci.h>

namespace sms_notifier::storage {
namespace {

/// 0: a new database.
int schema_version(soci::session& sql) {
  int tables = 0;
  sql << "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'", soci::into(tables);
  if (tables == 0) return 0;
  int version = 0;
  sql << "SELECT version FROM schema_version", soci::into(version);
  return version;
}

/// Statements end with a semicolon at the end of a line. Comments go: the library would read colons in them
/// as names.
std::vector<std::string> statements(const std::string& text) {
  std::vector<std::string> all;
  std::string current;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("--")) continue;
    current += line + "\n";
    if (!line.ends_with(';')) continue;
    all.push_back(current);
    current.clear();
  }
  return all;
}

void keep_copy(soci::session& sql, const std::string& path, int version) {
  const std::string copy = path + ".before-" + std::to_string(version + 1);
  std::filesystem::remove(copy);
  sql << "VACUUM INTO :copy", soci::use(copy);
  std::filesystem::permissions(copy,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace

void migrate(soci::session& sql, const std::string& path) {
  const int newest = migrations().back().version;
  const int found = schema_version(sql);
  if (found > newest)
    throw std::runtime_error("the database " + path + " was written by a newer sms-notifier (schema " +
                             std::to_string(found) + ", this one knows " + std::to_string(newest) +
                             "): start the newer program");
  if (found == newest) return;
  if (found > 0) keep_copy(sql, path, found);

  sql << "BEGIN IMMEDIATE";
  try {
    const int current = schema_version(sql);  // another process may have been first
    for (const Migration& migration : migrations()) {
      if (migration.version <= current) continue;
      for (const std::string& statement : statements(migration.sql)) sql << statement;
    }
    if (current == 0) {
      sql << "CREATE TABLE schema_version (version INTEGER NOT NULL)";
      sql << "INSERT INTO schema_version (version) VALUES (0)";
    }
    sql << "UPDATE schema_version SET version = :newest", soci::use(newest);
    sql << "COMMIT";
  } catch (...) {
    sql << "ROLLBACK";
    throw;
  }
}

}  // namespace sms_notifier::storage
