#include "sim/storage.h"

#include <filesystem>

#include "platform/vault.h"

namespace sms_notifier::sim {
namespace {

constexpr const char* database = "sim.db";
constexpr const char* database_copy = "copy.db";

}  // namespace

SqliteStorage::SqliteStorage()
    : vault_(platform::make_vault(platform::make_vault_key())),
      store_(storage::open_sqlite({folder_.file(database)}, *vault_)) {}

void SqliteStorage::keep_copy() {
  copy(database, database_copy);
}
void SqliteStorage::put_copy_back() {
  copy(database_copy, database);
}

/// The store closes for it, which folds the log into the file.
void SqliteStorage::copy(const std::string& from, const std::string& to) {
  store_.reset();
  std::filesystem::copy_file(folder_.file(from), folder_.file(to),
                             std::filesystem::copy_options::overwrite_existing);
  store_ = storage::open_sqlite({folder_.file(database)}, *vault_);
}

}  // namespace sms_notifier::sim
