#pragma once

#include <map>
#include <optional>
#include <vector>

#include "app/events.h"
#include "app/health/profile_states.h"
#include "base/time.h"

namespace sms_notifier::app {

/// How long a profile runs before it is said to text again: trouble that comes and goes is told once.
constexpr base::Duration runs_for_min = std::chrono::minutes{1};

/// Notices when profiles become Not texting, and when they run again.
class StateNews {
 public:
  /// What is new since the last look; `statuses` are those of all profiles. Profiles of an account that turn
  /// together for the same reason are one event.
  std::vector<TextingTurned> look(const std::vector<ProfileStatus>& statuses, base::Monotonic now);

 private:
  /// Of a profile that was told to be not texting.
  struct Told {
    std::optional<base::Monotonic> runs_since;
  };
  std::map<domain::ProfileId, Told> not_texting_;
};

}  // namespace sms_notifier::app
