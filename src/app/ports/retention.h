#pragma once

#include <optional>

#include "base/task.h"
#include "base/time.h"

namespace sms_notifier::app {

/// What is older than these instants is not kept as it was. None: it is kept for ever.
struct RetentionCuts {
  std::optional<base::Instant> records;  ///< calls, conversations, texts, log
  /// When a caller was last texted. No cooldown reaches that far back.
  std::optional<base::Instant> contacts;
  std::optional<base::Instant> audit;
};

/// Records that lose what they say of people once they are old.
class OldRecords {
 public:
  virtual ~OldRecords() = default;

  /// Goes on with at most `limit` old records and returns how many there were; 0: none is left. A call keeps
  /// its place in every count: number, DID, times, decision and the state of its text stay; the caller's
  /// number and name, the text's words, and the keys that the provider gave it go. Conversations, contacts
  /// and rows of log and audit go whole; who has opted out stays known. A call whose text is not settled, or
  /// was submitted after the cut, is left for later. Durable when it returns, one short transaction, which
  /// lets every other write go first.
  virtual base::task<int> prune(RetentionCuts cuts, int limit) = 0;
};

}  // namespace sms_notifier::app
