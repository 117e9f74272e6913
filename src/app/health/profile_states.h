#pragma once

#include <map>
#include <vector>

#include "app/ports/settings.h"
#include "base/task.h"
#include "domain/profile_state.h"
#include "domain/sentence.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// What the state of a profile depends on beside what is stored of it.
struct StateTerms {
  base::Duration poll_interval = std::chrono::seconds{10};
  int texts_per_day = 100;
  bool database_works = true;
  base::Duration clock_ahead{0};  ///< of our clock before the provider's, while it is wrong
  bool record_zone_holds = true;
};

/// A profile with its state.
struct ProfileStatus {
  ProfileView view;
  domain::ProfileState state;
  std::optional<base::Instant> opens_at;  ///< when it is closed
  /// More about the reason, in the provider's words where there are any; empty: there is no more to say.
  domain::Sentence detail;
};

/// Whether the owner may let its texts go, which a doubt holds back.
bool can_be_let_go(const ProfileStatus& status);

/// `Running`, `Closed until Monday 09:00`.
domain::Sentence state_in_words(const ProfileStatus& status, base::Instant now, const domain::TimeZone& zone);
/// Why it is not texting or waits, and what to do about it; empty when there is nothing to say.
domain::Sentence reason_in_words(const ProfileStatus& status);

ProfileStatus status_of(ProfileView view, const StateTerms& terms, base::Instant now,
                        const domain::TimeZone& zone);

/// All profiles, oldest first: what the pages, API, command line, metrics and readiness show.
base::task<std::vector<ProfileStatus>> profile_statuses(Settings& settings, StateTerms terms,
                                                        base::Instant now, const domain::TimeZone& zone);

/// How many profiles are in which state. It names none of them.
struct StateTally {
  std::map<domain::StateKind, int> profiles;       ///< every state is there
  std::map<domain::StateReason, int> not_texting;  ///< by why they are not
  /// There are profiles that run, and not one of them can do what it is for.
  bool all_fail() const;
};
StateTally tally(const std::vector<ProfileStatus>& statuses);

}  // namespace sms_notifier::app
