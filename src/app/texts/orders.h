#pragma once

#include <string_view>

#include "app/ports/ledger.h"
#include "base/task.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// What holds for a text that the owner orders.
struct OrderTerms {
  base::Duration valid_for = std::chrono::minutes{15};  ///< afterwards it expires unsent
  int texts_per_day = 100;
};

/// Orders the text of a call that got none (decision record 0011). The running service sends it within a
/// moment.
base::task<OrderOutcome> order_text(Ledger& ledger, domain::CallId call, OrderTerms terms, base::Instant now,
                                    const domain::TimeZone& zone);

/// For the owner: why nothing was ordered, and what to do.
std::string_view in_words(OrderRefusal refusal);

}  // namespace sms_notifier::app
