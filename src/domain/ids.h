#pragma once

#include <cstdint>

#include "base/strong.h"

namespace sms_notifier::domain {

/// Keys of rows in the database. They start at 1 and are never used again.
using AccountId = base::Strong<struct AccountIdTag, std::int64_t>;
using ProfileId = base::Strong<struct ProfileIdTag, std::int64_t>;
using CallId = base::Strong<struct CallIdTag, std::int64_t>;
using ReplyId = base::Strong<struct ReplyIdTag, std::int64_t>;
using UserId = base::Strong<struct UserIdTag, std::int64_t>;

}  // namespace sms_notifier::domain
