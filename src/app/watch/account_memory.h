#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/container/flat_hash_map.h>

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
  /// A call that the ledger has now, with these legs.
  void remember(RecordedCall call);

  /// Before each poll. A full look covers all days of interest.
  void start_poll(bool full_look);
  bool is_as_before(std::string_view answer) override;
  /// Whether the row is new or written differently than before, be it in a field that means nothing to us.
  bool wants(std::string_view row) override;

  /// What the rows mean, given what is known: calls to decide, and calls that have new or changed legs.
  struct News {
    std::vector<domain::Call> calls;
    std::vector<RecordedCall> revised;
    std::vector<domain::Conversation> conversations;  ///< of all rows, either way
    std::vector<std::string> unreadable;  ///< inbound rows to what is no number of ours, one sentence each
  };
  News news(std::span<const domain::CdrRow> rows, base::Instant first_seen, const domain::TimeZone& zone,
            const std::function<bool(domain::Did)>& is_own_did) const;

  /// The wanted rows of this poll have been dealt with for good: they are not wanted again. After a full look
  /// rows that neither it nor the one before listed are forgotten, and so are calls that started before
  /// `oldest`.
  void keep_rows(base::Instant oldest);
  /// All rows are read afresh at the next poll: something that decides what they mean has changed.
  void forget_rows() {
    seen_.clear();
    dealt_with_.reset();
  }

 private:
  class Reading;
  using Fingerprint = std::uint64_t;
  using CallerAndDid = std::pair<domain::PhoneNumber, domain::Did>;

  const RecordedCall* call_of_leg(const std::string& key) const;

  absl::flat_hash_map<Fingerprint, std::uint32_t>
      seen_;                               ///< row -> number of the last full look that listed it
  std::vector<Fingerprint> wanted_;        ///< rows of this poll
  std::optional<Fingerprint> answer_;      ///< of this poll
  std::optional<Fingerprint> dealt_with_;  ///< the last answer of which every row was
  std::uint32_t full_looks_ = 0;
  bool full_look_ = false;
  absl::flat_hash_map<std::string, domain::CallId> legs_;
  absl::flat_hash_map<domain::CallId, RecordedCall> calls_;
  absl::flat_hash_map<CallerAndDid, std::vector<domain::CallId>> calls_between_;
};

}  // namespace sms_notifier::app
