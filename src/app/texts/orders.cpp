#include "app/texts/orders.h"

#include <memory>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

using domain::OrderRefusal;

constexpr base::Duration progress_look_gap = std::chrono::milliseconds{200};
/// The owner waits for a test text: later it is of no use.
constexpr base::Duration test_text_valid_for = std::chrono::minutes{2};

/// By the provider's clock, as the claim will see them.
OrderLimits limits_of(const OrderTerms& terms, base::Duration valid_for, base::Instant ordered_at,
                      const domain::TimeZone& zone) {
  const base::Instant now = ordered_at - terms.clock_ahead;
  return {now, now + valid_for, zone.day_of(now), terms.texts_per_day};
}

}  // namespace

base::task<OrderOutcome> order_text(OrderBook& orders, domain::CallId call, OrderTerms terms,
                                    const domain::TimeZone& zone, Act act) {
  const OrderLimits limits = limits_of(terms, terms.valid_for, act.at, zone);
  co_return co_await orders.order_text(call, limits, act);
}

base::task<OrderOutcome> order_test_text(OrderBook& orders, domain::ProfileId profile, domain::PhoneNumber to,
                                         OrderTerms terms, const domain::TimeZone& zone, Act act) {
  const OrderLimits limits = limits_of(terms, test_text_valid_for, act.at, zone);
  co_return co_await orders.order_test_text(profile, to, limits, act);
}

base::task<TestTextProgress> follow_test_text(OrderBook& orders, Clock& clock, domain::ReplyId reply,
                                              base::Duration most) {
  const base::Monotonic deadline = clock.monotonic() + most;
  const std::unique_ptr<Timer> timer = clock.make_timer();
  TestTextProgress progress{domain::ReplyState::Reserved, {}};
  while (true) {
    const std::optional<TestTextProgress> now = co_await orders.test_text(reply);
    if (now) progress = *now;
    const bool on_its_way =
        progress.state == domain::ReplyState::Reserved || progress.state == domain::ReplyState::Sending;
    if (!on_its_way || clock.monotonic() >= deadline) co_return progress;
    const base::Monotonic look_again = clock.monotonic() + progress_look_gap;
    co_await timer->wait_until(look_again);
  }
}

domain::Key in_words(OrderRefusal refusal) {
  switch (refusal) {
    case OrderRefusal::NoSuchCall:
      return "This call does not exist."_key;
    case OrderRefusal::NotOffered:
      return "Not sent: the text for this call is already sent or on its way, or the caller cannot be "
             "texted."_key;
    case OrderRefusal::ProfileGone:
      return "Not sent: the profile no longer exists."_key;
    case OrderRefusal::ProfileStopped:
      return "Not sent: the profile is stopped. Run it first."_key;
    case OrderRefusal::DryRun:
      return "Not sent: the profile is in test mode."_key;
    case OrderRefusal::OptedOut:
      return "Not sent: this number asked not to be texted."_key;
    case OrderRefusal::Blocked:
      return "Not sent: this number is on your block list."_key;
    case OrderRefusal::CapReached:
      return "Not sent: today's limit of texts is reached."_key;
    case OrderRefusal::TestsUsedUp:
      return "Not sent: today's limit of test texts is reached. Try again tomorrow."_key;
  }
  return {};
}

}  // namespace sms_notifier::app
