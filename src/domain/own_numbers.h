#pragma once

#include <map>
#include <span>
#include <vector>

#include "base/time.h"
#include "domain/phone_number.h"

namespace sms_notifier::domain {

/// A number goes when all answers of so long a time lack it.
constexpr base::Duration lacking_for_min = std::chrono::hours{24};

/// The account's numbers as they are believed.
struct BelievedNumbers {
  std::vector<Did> numbers;
  std::map<Did, base::Monotonic> lacking_since;  ///< of those that the last answers did not list
};

/// The same after an answer that lists these. A new number is believed at once. One that was known stays
/// until the answers have lacked it for long, and when an answer lists none at all: a number that is
/// forgotten by mistake is texted when the business calls itself.
BelievedNumbers believed_numbers(const BelievedNumbers& before, std::span<const Did> listed,
                                 base::Monotonic now);

}  // namespace sms_notifier::domain
