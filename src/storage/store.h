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
  /// Whether the database can be written now; for /readyz.
  virtual base::task<bool> writable() = 0;
};

}  // namespace sms_notifier::storage
