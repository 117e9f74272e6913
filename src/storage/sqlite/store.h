#pragma once

#include <memory>
#include <string>

#include "app/ports/vault.h"
#include "storage/store.h"

namespace sms_notifier::storage {

struct SqliteOptions {
  std::string path;          ///< of the database file; its folder exists
  bool check_pages = false;  ///< looks at every page now and then, on a thread of its own
};

/// Opens (or makes) the database and brings it to the newest schema; a copy of an older database is kept
/// beside it. Works on threads of its own: one writer with group commit, two readers. Throws
/// std::runtime_error with a sentence for the user when the file cannot be used or is newer than this
/// program.
std::unique_ptr<Store> open_sqlite(const SqliteOptions& options, const app::Vault& vault);

}  // namespace sms_notifier::storage
