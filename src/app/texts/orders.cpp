#include "app/texts/orders.h"

namespace sms_notifier::app {

base::task<OrderOutcome> order_text(Ledger& ledger, domain::CallId call, OrderTerms terms, base::Instant now,
                                    const domain::TimeZone& zone) {
  const base::Instant expires_at = now + terms.valid_for;
  const domain::Day today = zone.day_of(now);
  co_return co_await ledger.order_text(call, now, expires_at, today, terms.texts_per_day);
}

std::string_view in_words(OrderRefusal refusal) {
  switch (refusal) {
    case OrderRefusal::NoSuchCall:
      return "There is no such call.";
    case OrderRefusal::NotOffered:
      return "Nothing was ordered: the text of this call is on its way or sent already, or it cannot be "
             "ordered.";
    case OrderRefusal::ProfileGone:
      return "Nothing was ordered: the profile that answered this call is gone.";
    case OrderRefusal::ProfileStopped:
      return "Nothing was ordered: the profile is stopped. Run it first.";
    case OrderRefusal::DryRun:
      return "Nothing was ordered: the profile only practises.";
    case OrderRefusal::OptedOut:
      return "Nothing was ordered: the caller asked for no more texts.";
    case OrderRefusal::Blocked:
      return "Nothing was ordered: the caller is on your block list.";
    case OrderRefusal::CapReached:
      return "Nothing was ordered: the texts allowed for today are used up.";
  }
  return "";
}

}  // namespace sms_notifier::app
