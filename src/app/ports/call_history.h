#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/call.h"
#include "domain/decision.h"
#include "domain/ids.h"
#include "domain/reply.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// One line of `calls`.
struct CallRecord {
  domain::CallId id;
  domain::ProfileId profile;
  std::string account_email;
  domain::Call call;
  base::Instant first_seen_at;
  domain::Decision decision;
  bool erased = false;  ///< too old: caller and name are gone (docs/operating.md, "Old records")

  struct Reply {
    domain::ReplyState state;
    domain::MessageKind kind;
    int attempts = 0;
    std::string provider_id;                    ///< empty: none
    std::optional<base::Instant> requested_at;  ///< when the last attempt was claimed
    std::optional<base::Instant> settled_at;
    domain::Sentence evidence;
    int orders = 0;  ///< times that the owner ordered it
  };
  std::optional<Reply> reply;
};

/// Where a page of calls ended.
struct CallPosition {
  base::Instant started_at;
  domain::CallId id;
};

struct CallQuery {
  std::optional<domain::ProfileId> profile;
  std::optional<base::Instant> since;  ///< calls that started then or later
  std::optional<base::Instant> until;  ///< calls that started before
  std::optional<domain::Decision> decision;
  std::optional<domain::ReplyState> state;
  std::string caller;  ///< digits that the caller's number holds; empty: any
  std::optional<domain::CallId> only;
  std::optional<CallPosition> after;  ///< the next page: older calls than this one
  std::size_t limit = 1000;
};

/// Calls of one profile.
struct ProfileTally {
  domain::ProfileId profile;
  int calls = 0;
  int missed = 0;  ///< all but those that were answered
  int texted = 0;  ///< whose text was sent
};

/// Calls that started in one hour of the UTC clock.
struct HourTally {
  base::Instant hour;
  int calls = 0;
  int missed = 0;  ///< all but those that were answered
  int texted = 0;  ///< whose text was sent
};

/// What happened to calls, for the people who look. Callable from any loop; returns on the caller's loop.
class CallHistory {
 public:
  virtual ~CallHistory() = default;

  /// Newest call first.
  virtual base::task<std::vector<CallRecord>> calls(CallQuery query) = 0;
  /// Hours with calls, oldest first, of one profile or of all.
  virtual base::task<std::vector<HourTally>> tallies(std::optional<domain::ProfileId> profile,
                                                     base::Instant since) = 0;
  /// Calls that started then or later, by profile.
  virtual base::task<std::vector<ProfileTally>> profile_tallies(base::Instant since) = 0;
  /// From the call's start to the text's acceptance, of the last texts sent, at most `limit`, newest first.
  virtual base::task<std::vector<base::Duration>> reply_times(base::Instant since, std::size_t limit) = 0;
};

}  // namespace sms_notifier::app
