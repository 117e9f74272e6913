#pragma once

#include <string>

#include "app/ports/audit_trail.h"
#include "app/ports/call_book.h"
#include "app/ports/call_history.h"
#include "app/ports/caller_book.h"
#include "app/ports/log_book.h"
#include "app/ports/order_book.h"
#include "app/ports/reply_ledger.h"
#include "app/ports/retention.h"
#include "app/ports/sessions.h"
#include "app/ports/settings.h"
#include "app/ports/users.h"

namespace sms_notifier::storage {

/// What can be done with the database now.
enum class Condition {
  Good,         ///< it can be read and written
  NotWritable,  ///< it cannot be read or written at the moment
  Damaged,      ///< what it holds cannot be read: nothing is claimed any more
  Exchanged,    ///< its files were exchanged under this process: nothing works any more
};

/// Everything that is stored.
class Store : public app::CallBook,
              public app::ReplyLedger,
              public app::CallerBook,
              public app::OrderBook,
              public app::CallHistory,
              public app::Settings,
              public app::LogBook,
              public app::Users,
              public app::Sessions,
              public app::AuditTrail,
              public app::OldRecords {
 public:
  /// What happened to the files of the database under this process, for the user; then everything throws.
  /// Empty: nothing. From any thread.
  virtual std::string exchanged() const = 0;
  /// What the database says of damage; empty: none was found. It stays so. From any thread.
  virtual std::string damage() const = 0;
  /// Writes, and reads from each table that a text depends on; for /readyz.
  virtual base::task<Condition> probe() = 0;
  /// The same, after a look at every page: as long as the database is large.
  virtual base::task<Condition> check_pages() = 0;
};

}  // namespace sms_notifier::storage
