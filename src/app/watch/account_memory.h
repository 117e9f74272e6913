#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/ports/call_book.h"
#include "app/ports/provider.h"
#include "base/time.h"
#include "domain/call.h"
#include "domain/wall_time.h"

namespace sms_notifier::app {

/// What one account's polls have shown so far, so that a row that was seen before costs one look-up. The
/// ledger stays the truth: what is forgotten here is found there.
class AccountMemory final : public CdrRowFilter {
 public:
  AccountMemory();
  ~AccountMemory() override;

  /// A call that the ledger has now, with these legs.
  void remember(RecordedCall call);

  /// Before each poll. A full look covers all days of interest.
  void start_poll(bool full_look);
  bool is_as_before(Fingerprint answer) override;
  /// Whether the row is new or written differently than before, be it in a field that means nothing to us.
  bool wants(Fingerprint row) override;

  /// What the rows mean, given what is known: calls to decide, and calls that have new or changed legs.
  struct News {
    std::vector<domain::Call> calls;
    std::vector<RecordedCall> revised;
    std::vector<domain::Conversation> conversations;  ///< of all rows, either way
    std::vector<domain::Sentence>
        unreadable;  ///< inbound rows to what is no number of ours, one sentence each
  };
  News news(std::span<const domain::CdrRow> rows, base::Instant first_seen, const domain::TimeZone& zone,
            const std::function<bool(domain::Did)>& is_own_did) const;

  /// The wanted rows of this poll have been dealt with for good: they are not wanted again. After a full look
  /// rows that neither it nor the one before listed are forgotten, and so are calls that started before
  /// `oldest`.
  void keep_rows(base::Instant oldest);
  /// All rows are read afresh at the next poll: something that decides what they mean has changed.
  void forget_rows();

 private:
  struct Known;
  class Reading;

  std::unique_ptr<Known> known_;
  std::vector<Fingerprint> wanted_;        ///< rows of this poll
  std::optional<Fingerprint> answer_;      ///< of this poll
  std::optional<Fingerprint> dealt_with_;  ///< the last answer of which every row was
  std::uint32_t full_looks_ = 0;
  bool full_look_ = false;
};

}  // namespace sms_notifier::app
