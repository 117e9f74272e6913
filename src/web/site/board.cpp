#include "web/site/board.h"

namespace sms_notifier::web {

void Board::on(const app::Event& event, base::Instant at) {
  if (const auto* poll = std::get_if<app::PollFinished>(&event))
    polls_[poll->subject.account_email] = {at, poll->took};
  if (const auto* trouble = std::get_if<app::StorageTroubled>(&event)) storage_trouble_ = trouble->detail;
  if (std::holds_alternative<app::StorageHealed>(event)) storage_trouble_.clear();
}

std::optional<PollSight> Board::last_poll(const std::string& account_email) const {
  const auto found = polls_.find(account_email);
  if (found == polls_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sms_notifier::web
