#include "web/site/board.h"

#include <variant>

#include "base/overloaded.h"

namespace sms_notifier::web {

using namespace app;

void Board::on(const Event& event, base::Instant at) {
  std::visit(
      base::overloaded{
          [&](const PollFinished& poll) {
            polls_[poll.subject.account] = {at, poll.took};
          },
          [this](const ClockApart& clock) { clock_ahead_ = clock.ahead; },
          [this](const ClockTogether&) { clock_ahead_.reset(); },
          [this](const RecordZoneRefused&) { record_zone_holds_ = false; },
          [this](const RecordZoneConfirmed&) { record_zone_holds_ = true; },
          [this](const StorageTroubled& trouble) { storage_trouble_ = trouble.detail; },
          [this](const StorageHealed&) { storage_trouble_.clear(); },
          [](const base::one_of<ServiceStarted, ServiceStopped, ProfileStarted, ProfileStopped,
                                AccountTroubled, AccountHealed, TextingTurned, HealthStored, RowsUnreadable,
                                RowsOdd, BacklogRecorded, CallDecided, TextSent, TextRejected, TextPutOff,
                                TextUnconfirmed, TextUncertain, TextProvedAbsent, TextCancelled, TextExpired,
                                AnsweredAfterText, CallerOptedOut, CallerOptedIn, TextsElsewhere,
                                LedgerDoubted, CrossCheckFailed, TextsMissing, PageFailed> auto&) {},
      },
      event);
}

std::optional<PollSight> Board::last_poll(domain::AccountId account) const {
  const auto found = polls_.find(account);
  if (found == polls_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sms_notifier::web
