#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::app {

/// Who acts.
struct Actor {
  enum class Kind {
    Service,      ///< the program by itself
    CommandLine,  ///< `name` is the system's user
    Person,       ///< `name` in a browser, in `session`
    Program,      ///< with the API token `token` of the user `name`
    Stranger,     ///< not let in; `name` as typed, if any
  };
  Kind kind = Kind::Service;
  std::string name;  ///< hostile text where a stranger typed it
  std::string token;
  std::string address;                  ///< where from; empty for the command line
  std::optional<std::int64_t> session;  ///< its id

  friend bool operator==(const Actor&, const Actor&) = default;
};
std::string_view to_code(Actor::Kind kind);
std::optional<Actor::Kind> actor_kind_from_code(std::string_view code);

/// Who does something, and when. What changes anything takes one, and writes it into the audit trail with the
/// change: both are durable, or neither.
struct Act {
  base::Instant at;
  Actor actor;
};

/// What was done, or refused.
enum class AuditAction {
  LoggedIn,
  LogInFailed,
  LoggedOut,
  SetUp,
  ProfileCreated,
  ProfileEdited,
  ProfileDeleted,
  ProfileRun,
  ProfileStopped,
  LedgerTrusted,  ///< the owner lets texts go that were held back
  TestText,
  TextOrdered,
  UserAdded,
  UserRemoved,
  PasswordChanged,
  SessionEnded,
  TokenAdded,
  TokenRemoved,
  PasswordRefused,  ///< the current one, when a person wants another
  TokenRefused,
  LogTokenRefused,
  FormRefused,  ///< without the session's form token, or from another site
  SetUpRefused,
};
std::string_view to_code(AuditAction action);
std::optional<AuditAction> audit_action_from_code(std::string_view code);

/// What it was done to.
struct AuditTarget {
  enum class Kind { None, Profile, Call, User, Session, Token };
  Kind kind = Kind::None;
  std::optional<std::int64_t> id;
  /// As it was called then; hostile text. Rows of earlier versions have all in here, in English.
  std::string name;

  friend bool operator==(const AuditTarget&, const AuditTarget&) = default;
};
std::string_view to_code(AuditTarget::Kind kind);
std::optional<AuditTarget::Kind> audit_target_from_code(std::string_view code);

/// A value that the act changed or set. A secret has neither value: it is only told that it was given.
struct AuditDetail {
  std::string field;  ///< a stable code: `message`, `to`
  std::optional<std::string> before;
  std::optional<std::string> after;

  friend bool operator==(const AuditDetail&, const AuditDetail&) = default;
};

struct AuditRow {
  std::int64_t id = 0;  ///< given by the store, ascending
  Act act;
  AuditAction action;
  AuditTarget target;
  std::vector<AuditDetail> details;  ///< each field at most once
};

/// Who did what: log-ins, changes, and what was refused. Never holds a secret. Callable from any loop.
class AuditTrail {
 public:
  virtual ~AuditTrail() = default;
  /// For what changes nothing else in the store.
  virtual base::task<> note(AuditRow row) = 0;
  /// Newest first, only rows with a smaller id when `before` is given.
  virtual base::task<std::vector<AuditRow>> audit_rows(std::optional<std::int64_t> before,
                                                       std::size_t limit) = 0;
};

}  // namespace sms_notifier::app
