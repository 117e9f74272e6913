#include "storage/sqlite/schema.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

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
  // SQLite fills an empty file as it is; one that it made itself could be read by others for a moment.
  const int descriptor = ::open(copy.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    throw std::runtime_error("the copy " + copy + " cannot be made: " + std::strerror(errno));
  ::close(descriptor);
  sql << "VACUUM INTO :copy", soci::use(copy);
}

}  // namespace

void migrate(soci::session& sql, const std::string& path, const std::vector<Migration>& all) {
  const int newest = all.back().version;
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
    for (const Migration& migration : all) {
      if (migration.version <= current) continue;
      for (const std::string& statement : statements(migration.sql)) sql << statement;
    }
    if (current == 0) {
      sql << "CREATE TABLE schema_version (version INTEGER NOT NULL)";
      sql << "INSERT INTO schema_version (version) VALUES (0)";
    }
    sql << "UPDATE schema_version SET version = :newest WHERE version < :newest2", soci::use(newest),
        soci::use(newest);
    sql << "COMMIT";
  } catch (...) {
    const std::exception_ptr reason = std::current_exception();
    try {
      sql << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // SQLite had ended the transaction by itself; what counts is why.
    }
    std::rethrow_exception(reason);
  }
}

}  // namespace sms_notifier::storage
