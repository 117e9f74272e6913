#pragma once

#include <vector>

#include "app/engine_state.h"
#include "app/ports/call_book.h"
#include "app/texts/caller_words.h"
#include "app/texts/deliveries.h"

namespace sms_notifier::app {

/// What holds for all calls that are decided at one moment.
struct DecisionTerms {
  base::Instant now;
  domain::WallTime wall_now;
  domain::Day today;
  base::Instant day_began;
  domain::DayBudget budget;
  base::Duration reply_window{0};  ///< how old a call may be until the profile had its first good poll
  base::Duration catch_up{0};      ///< and afterwards
};

/// A call with its decision and, for a reply, the terms of its text. Pure.
struct PlannedCall {
  DecidedCall decided;
  bool late = false;  ///< too old for a text, whatever the reason that came first
};
PlannedCall plan(const domain::Call& call, const domain::Profile& profile,
                 const domain::CallerHistory& history, const DecisionTerms& terms);

/// Has an account's calls decided and recorded, wherever it was learned that they were missed, and sees that
/// the replies are sent.
class CallDesk {
 public:
  CallDesk(EngineState& engine, Deliveries& deliveries, CallerWords& words, domain::AccountId account)
      : engine_(engine), deliveries_(deliveries), words_(words), account_(account) {}

  /// Conversations count for the calls that are decided afterwards, and for texts that have not gone out yet.
  base::task<> note_conversations(std::vector<domain::Conversation> conversations);

  /// The calls as the ledger has them now, which may hold more than was given. Not complete when some could
  /// not be decided: they are new again at the next poll.
  struct Outcome {
    std::vector<RecordedCall> recorded;
    bool complete = true;
  };
  base::task<Outcome> decide(std::vector<domain::Call> calls);

  /// New or changed legs of a recorded call.
  base::task<> revise(RecordedCall revised);

 private:
  /// A call and the profile that answers it.
  struct Assigned {
    domain::Call call;
    domain::Profile profile;
  };
  std::vector<Assigned> assign(std::vector<domain::Call> calls) const;
  base::task<std::vector<domain::CallerHistory>> histories_of(const std::vector<Assigned>& assigned);
  void tell_of_decisions(const std::vector<PlannedCall>& planned, const std::vector<RecordOutcome>& outcomes);

  EngineState& engine_;
  Deliveries& deliveries_;
  CallerWords& words_;
  const domain::AccountId account_;
};

}  // namespace sms_notifier::app
