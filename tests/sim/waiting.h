#pragma once

#include <string_view>
#include <vector>

#include "base/time.h"

namespace sms_notifier::sim {

/// How long callers wait when many of them are due a text at once.
struct Waited {
  std::string_view after;  ///< what kept their texts from going out
  base::Duration latency;  ///< of each answer of the provider
  base::Duration first;    ///< from its end to the first text's arrival
  base::Duration last;     ///< and to the last one's
};

/// Fifty callers are missed while the service is stopped, or while the provider is in trouble for ten
/// minutes. In virtual time, by what arrives at the phones.
std::vector<Waited> wait_after_outages();

}  // namespace sms_notifier::sim
