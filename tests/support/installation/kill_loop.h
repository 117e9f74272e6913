#pragma once

#include <chrono>
#include <cstdint>

#include "support/installation/phone_check.h"

namespace sms_notifier::test_support {

struct KillFigures {
  int kills = 0;
  int before_it_answered = 0;  ///< kills while the service was still starting
  Tally tally;
  std::chrono::milliseconds longest_to_first_poll{0};  ///< from a start after a kill, now and then measured
};

/// kill -9 at random moments, start again, while calls come in and the provider loses requests and answers,
/// accepts late, says "failed" of what it sent, and lists late or not at all. Throws Violation when the check
/// of the phones finds anything, now and then and at the end.
KillFigures kill_at_random_moments(int kills, std::uint64_t seed);

}  // namespace sms_notifier::test_support
