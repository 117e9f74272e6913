#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "app/ports/provider.h"
#include "base/time.h"

namespace sms_notifier::web {

/// API passwords that the owner typed into a form which is not saved yet: pages never send a password back,
/// and the owner should not have to type it twice. One per session, in memory, for a while.
class Drafts {
 public:
  void keep(std::int64_t session, app::Credentials typed, base::Instant now);
  /// The password typed last in this session for that account.
  std::optional<base::Secret> password(std::int64_t session, const std::string& email,
                                       base::Instant now) const;
  void forget(std::int64_t session) { drafts_.erase(session); }

 private:
  struct Draft {
    app::Credentials credentials;
    base::Instant typed_at;
  };
  std::map<std::int64_t, Draft> drafts_;
};

}  // namespace sms_notifier::web
