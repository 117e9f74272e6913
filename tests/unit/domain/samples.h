#pragma once

#include "base/time.h"
#include "domain/phone_number.h"

namespace sms_notifier::domain {

inline const base::Instant now{std::chrono::hours{500'000}};
inline const Did did = *Did::parse("5550100199");
inline const Did other_did = *Did::parse("5550100100");
inline const PhoneNumber caller = *PhoneNumber::parse("5551234567");

}  // namespace sms_notifier::domain
