#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/ports/reply_ledger.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/call.h"
#include "domain/conversation.h"
#include "domain/decision.h"
#include "domain/ids.h"

namespace sms_notifier::app {

/// A call with its decision, ready to be written.
struct DecidedCall {
  domain::Call call;
  domain::ProfileId profile;
  domain::Decision decision;
  base::Instant first_seen_at;

  /// Only for a reply.
  struct ReplyTerms {
    domain::TextMessage text;
    base::Instant not_before;
    base::Instant expires_at;
    base::Instant texts_count_since;  ///< a later text to the caller makes it a skip
    std::optional<int> history_size;
    domain::Day budget_day;  ///< the provider's calendar day on which the text counts
    int budget_cap = 0;
  };
  std::optional<ReplyTerms> terms;
};

/// A call as the ledger has it.
struct RecordedCall {
  domain::CallId id;
  domain::Call call;
  domain::ProfileId profile;
};

/// The reply that a decided call reserves (`terms` are there).
OpenReply reserved_reply(domain::ReplyId id, domain::AccountId account, domain::CallId call,
                         const DecidedCall& decided);

/// What became of a decided call.
struct Recorded {
  domain::CallId id;
  domain::Decision decision;       ///< as written: another call may have used up cooldown or budget meanwhile
  std::optional<OpenReply> reply;  ///< the reserved reply
};

/// One of the call's legs is in the ledger already, as part of this call: nothing was written.
struct AlreadyRecorded {
  RecordedCall call;
};

using RecordOutcome = std::variant<Recorded, AlreadyRecorded>;

/// What new legs changed about a recorded call.
enum class ReviseOutcome {
  Recorded,
  ReplyCancelled,     ///< the reserved reply was cancelled: the caller got through
  AnsweredAfterText,  ///< the caller got through, but the text had been claimed already; told once per call
};

/// Calls with their legs and decisions. Each method is one transaction, durable when it returns; one that
/// throws has changed nothing. Callable from any loop; returns on the caller's loop.
class CallBook {
 public:
  virtual ~CallBook() = default;

  /// Calls with a leg that started at `since` or later, with all their legs.
  virtual base::task<std::vector<RecordedCall>> recent_calls(domain::AccountId account,
                                                             base::Instant since) = 0;

  /// Conversations that the call records tell of, either way. One that is known already is brought up to
  /// date.
  virtual base::task<> note_conversations(domain::AccountId account,
                                          std::vector<domain::Conversation> conversations) = 0;

  /// Writes calls, decisions and reserved replies. Each call is written whole or not at all. A `reply`
  /// becomes a skip when the cooldown or the budget is used up by now (`recently_texted`, `cap_reached`),
  /// also when another worker used it up at the same time.
  virtual base::task<std::vector<RecordOutcome>> record(domain::AccountId account,
                                                        std::vector<DecidedCall> calls) = 0;

  /// New or changed legs of a call that is recorded: its decision stays. With `got_through` its reserved
  /// reply, if any, is cancelled in the same transaction.
  virtual base::task<ReviseOutcome> revise(domain::CallId id, domain::Call call, bool got_through) = 0;
};

}  // namespace sms_notifier::app
