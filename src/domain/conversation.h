#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/cdr.h"
#include "domain/phone_number.h"

namespace sms_notifier::domain {

/// The business and another number spoke, as a call record tells it.
struct Conversation {
  std::string key;  ///< of the record, unique within its account
  PhoneNumber with;
  bool inbound = false;  ///< the other side called
  base::Instant began_at;
  std::chrono::seconds lasted{0};  ///< more than 0

  base::Instant ended_at() const { return began_at + lasted; }
  friend bool operator==(const Conversation&, const Conversation&) = default;
};

/// What the row of that key tells of: an answered call, either way; nothing when the two did not speak.
/// `is_own_did` says which numbers are the business's.
std::optional<Conversation> conversation_of(const CdrRow& row, const std::string& key, base::Instant began_at,
                                            const std::function<bool(Did)>& is_own_did);

}  // namespace sms_notifier::domain
