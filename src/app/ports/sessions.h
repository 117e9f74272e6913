#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/audit_trail.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"

namespace sms_notifier::app {

/// How a user got in. The secrets themselves are never stored, only their hashes.
struct Session {
  std::int64_t id = 0;  ///< never used again
  domain::UserId user;
  std::string user_name;
  base::Instant started_at;
  base::Instant last_seen_at;
  std::string address;
  std::string browser;  ///< as it names itself; hostile text
};

/// Lets programs use the API in a user's name until it is removed.
struct ApiToken {
  std::int64_t id = 0;  ///< never used again
  domain::UserId user;
  std::string user_name;
  std::string name;
  base::Instant created_at;
  std::optional<base::Instant> last_used_at;
};

/// When a session ends by itself.
struct SessionLimits {
  base::Duration idle_max = std::chrono::minutes{30};
  base::Duration age_max = std::chrono::hours{12};
};

/// Sessions of browsers and tokens of programs. Each call is one transaction, with the audit row of its act
/// when it did what it says.
class Sessions {
 public:
  virtual ~Sessions() = default;

  /// From where and when the act says. Also removes sessions that are over by then. A user who is gone gets
  /// no session.
  virtual base::task<> add_session(std::string token_hash, domain::UserId user, std::string browser,
                                   SessionLimits limits, Act act) = 0;
  /// Nothing when there is none, or when it is over at `now`. Only reads.
  virtual base::task<std::optional<Session>> session(std::string token_hash, base::Instant now,
                                                     SessionLimits limits) = 0;
  /// The session is used: its idle time starts again.
  virtual base::task<> touch_session(std::int64_t id, base::Instant now) = 0;
  /// The user's that are not over, last used first.
  virtual base::task<std::vector<Session>> sessions_of(domain::UserId user, base::Instant now,
                                                       SessionLimits limits) = 0;
  /// False when the user has no such session.
  virtual base::task<bool> end_session(domain::UserId user, std::int64_t id, Act act) = 0;

  /// A user who is gone gets no token.
  virtual base::task<> add_token(std::string token_hash, domain::UserId user, std::string name, Act act) = 0;
  /// Also notes its use, at most once a minute.
  virtual base::task<std::optional<ApiToken>> token(std::string token_hash, base::Instant now) = 0;
  /// All, newest first.
  virtual base::task<std::vector<ApiToken>> tokens() = 0;
  /// Returns the token that was removed; nothing when there is none.
  virtual base::task<std::optional<ApiToken>> remove_token(std::int64_t id, Act act) = 0;
};

}  // namespace sms_notifier::app
