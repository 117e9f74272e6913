#pragma once

#include <memory>
#include <string>

#include "app/ports/audit_trail.h"
#include "app/ports/ledger.h"
#include "app/ports/log_book.h"
#include "app/ports/sessions.h"
#include "app/ports/settings.h"
#include "app/ports/users.h"
#include "app/ports/vault.h"

namespace sms_notifier::storage {

/// Everything that is stored.
class Store : public app::Ledger,
              public app::Settings,
              public app::LogBook,
              public app::Users,
              public app::Sessions,
              public app::AuditTrail {
 public:
  /// Whether the database can be written now; for /readyz.
  virtual base::task<bool> writable() = 0;
};

struct SqliteOptions {
  std::string path;  ///< of the database file; its folder exists
};

/// Opens (or makes) the database and brings it to the newest schema; a copy of an older database is kept
/// beside it. Works on threads of its own: one writer with group commit, two readers. Throws
/// std::runtime_error with a sentence for the user when the file cannot be used or is newer than this
/// program.
std::unique_ptr<Store> open_sqlite(SqliteOptions options, const app::Vault& vault);

/// Held by the one service that works on a data folder; command-line tools need none. Ends with the object or
/// the process, whichever is first.
class ServiceLock {
 public:
  /// Throws std::runtime_error, naming the process that holds it, when another service has the folder.
  explicit ServiceLock(const std::string& data_folder);
  ~ServiceLock();
  ServiceLock(const ServiceLock&) = delete;
  ServiceLock& operator=(const ServiceLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace sms_notifier::storage
