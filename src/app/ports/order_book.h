#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/ports/audit_trail.h"
#include "app/ports/reply_ledger.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/late_check.h"

namespace sms_notifier::app {

/// The reply is reserved, and the worker that owns the account goes on with it.
struct Ordered {
  OpenReply reply;
};
using OrderOutcome = std::variant<domain::OrderRefusal, Ordered>;

/// What holds for a text that is ordered now.
struct OrderLimits {
  base::Instant now;
  base::Instant expires_at;  ///< the text is claimed before, or never
  domain::Day budget_day;    ///< the provider's calendar day on which it counts
  int budget_cap = 0;
};

/// How far a test text has come.
struct TestTextProgress {
  domain::ReplyState state;
  domain::Sentence evidence;
};

/// Texts that the owner wants. Each method is one transaction, durable when it returns, with the audit row of
/// an order; one that throws has changed nothing. Callable from any loop; returns on the caller's loop.
class OrderBook {
 public:
  virtual ~OrderBook() = default;

  /// Orders the text of a call, if domain::may_order() allows it, whatever hours and cooldown say. An
  /// uncertain reply keeps its words and is `reserved` once more; a call without a reply gets one with its
  /// profile's message of now, and its decision stays. Caller's cooldown and the day's budget are taken as by
  /// CallBook::record(). Of two orders for a call at once exactly one is Ordered. Settings tell of the
  /// change.
  virtual base::task<OrderOutcome> order_text(domain::CallId call, OrderLimits limits, Act act) = 0;

  /// Reserves a test text with the profile's message of now, if domain::may_test() allows it. It takes the
  /// day's budget, but no cooldown: the owner's own phone may be the next to call. Settings tell of the
  /// change.
  virtual base::task<OrderOutcome> order_test_text(domain::ProfileId profile, domain::PhoneNumber to,
                                                   OrderLimits limits, Act act) = 0;
  virtual base::task<std::optional<TestTextProgress>> test_text(domain::ReplyId id) = 0;
};

}  // namespace sms_notifier::app
