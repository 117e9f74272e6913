#pragma once

#include <string_view>

#include "app/ports/clock.h"
#include "app/ports/order_book.h"
#include "base/task.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// What holds for a text that the owner orders.
struct OrderTerms {
  base::Duration valid_for = std::chrono::minutes{15};  ///< afterwards it expires unsent
  int texts_per_day = 100;
  base::Duration clock_ahead{0};  ///< of our clock before the provider's, while it is wrong
};

/// Orders the text of a call that got none (docs/decisions/0011-ordered-texts.md). The running service sends
/// it within a moment.
base::task<OrderOutcome> order_text(OrderBook& orders, domain::CallId call, OrderTerms terms,
                                    const domain::TimeZone& zone, Act act);

/// Orders a test text with the profile's message to a phone of the owner's own.
base::task<OrderOutcome> order_test_text(OrderBook& orders, domain::ProfileId profile, domain::PhoneNumber to,
                                         OrderTerms terms, const domain::TimeZone& zone, Act act);
/// How far the test text has come, as soon as it is over or `most` has passed.
base::task<TestTextProgress> follow_test_text(OrderBook& orders, Clock& clock, domain::ReplyId reply,
                                              base::Duration most);

/// For the owner: why nothing was ordered, and what to do.
domain::Key in_words(domain::OrderRefusal refusal);

}  // namespace sms_notifier::app
