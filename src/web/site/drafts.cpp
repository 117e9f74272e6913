#include "web/site/drafts.h"

#include "domain/text.h"

namespace sms_notifier::web {
namespace {

constexpr base::Duration kept = std::chrono::minutes{15};

}  // namespace

void Drafts::keep(std::int64_t session, app::Credentials typed, base::Instant now) {
  std::erase_if(drafts_, [&](const auto& entry) { return now - entry.second.typed_at > kept; });
  drafts_[session] = {std::move(typed), now};
}

std::optional<base::Secret> Drafts::password(std::int64_t session, const std::string& email,
                                             base::Instant now) const {
  const auto found = drafts_.find(session);
  if (found == drafts_.end() || now - found->second.typed_at > kept) return std::nullopt;
  const app::Credentials& typed = found->second.credentials;
  if (domain::lower_case(typed.email) != domain::lower_case(email)) return std::nullopt;
  return typed.api_password;
}

}  // namespace sms_notifier::web
