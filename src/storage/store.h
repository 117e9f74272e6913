#pragma once

#include "app/ports/audit_trail.h"
#include "app/ports/ledger.h"
#include "app/ports/log_book.h"
#include "app/ports/sessions.h"
#include "app/ports/settings.h"
#include "app/ports/users.h"

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

}  // namespace sms_notifier::storage
