#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/engine_state.h"
#include "app/health/texting_means.h"
#include "app/pause.h"
#include "app/ports/reply_ledger.h"
#include "app/texts/caller_words.h"
#include "app/texts/looks.h"
#include "app/texts/trust.h"

namespace sms_notifier::app {

/// Takes open replies to their end: wait, claim, submit, settle, and reconcile what has no known outcome
/// (docs/reliability.md, "The send protocol"). One task per reply; each step has one outside effect, and the
/// ledger says what comes next wherever a step is cut off.
class Deliveries {
 public:
  Deliveries(EngineState& engine, Trust& trust, Looks& looks, CallerWords& words, TextingMeans& means)
      : engine_(engine),
        trust_(trust),
        looks_(looks),
        words_(words),
        means_(means),
        pauses_(engine.ports.clock) {}

  /// Starts the reply's task, unless it is under way already; the text was reserved by `reserved_at`, the
  /// same for all that are started together. A task that is just ending while its reply is ordered again
  /// leaves the account's replies unattended.
  void start(OpenReply reply, base::Monotonic reserved_at);
  /// No new claims; waiting tasks end. What is open is left to the next start.
  void stop() { pauses_.end_all(); }
  std::size_t under_way() const { return under_way_.size(); }
  /// Of each profile the text that has been waiting longest because the provider does not take it now.
  std::map<domain::ProfileId, domain::TextsHeld> held() const;

 private:
  enum class Step { Claim, Reconcile, End };

  /// A reply with what its task knows beyond the ledger.
  struct Work {
    OpenReply reply;
    base::Monotonic reserved_at{};               ///< the text was reserved by then
    bool claim_in_doubt = false;                 ///< the database failed while it was claimed
    std::optional<TroubleKind> put_off_because;  ///< told already
    base::Monotonic waits_until{};               ///< before it is tried again
    base::Monotonic look_since{};                ///< a look before the claim must have begun then, or later
    struct Moment {
      base::Instant at;
      base::Monotonic own;
    };
    /// When the provider can have taken the text of the last claim at the latest, by both clocks. Unknown of
    /// a claim that another process made.
    std::optional<Moment> taken_by;
  };

  base::task<> deliver(Work work);
  base::task<std::optional<Trouble>> look_before_claim(Work& work);
  base::task<Step> send(Work& work);
  base::task<Step> settle(Work& work, int attempt, SubmitOutcome outcome);
  void put_off(Work& work, const Trouble& why);
  void note_outcome(const OpenReply& reply, const SubmitOutcome& outcome);
  base::task<domain::ReplyState> write_settlement(const OpenReply& reply, int attempt, Settlement settlement);

  base::task<Step> reconcile(Work& work);
  const SeenRow* seen(const OpenReply& reply) const;
  bool shown_by_a_list(const OpenReply& reply) const;
  base::task<Step> resolve_as_seen(Work& work);
  base::task<Step> resolve(Work& work, Resolution resolution);
  base::task<> write_resolution(OpenReply& reply, Resolution resolution);
  base::task<std::optional<domain::ReplyState>> read_again(OpenReply& reply);

  Subject subject(const OpenReply& reply) const {
    return engine_.roster.subject(reply.account, reply.profile);
  }

  EngineState& engine_;
  Trust& trust_;
  Looks& looks_;
  CallerWords& words_;
  TextingMeans& means_;
  Pauses pauses_;
  struct UnderWay {
    domain::ProfileId profile;
    int orders = 0;  ///< that the task knows of
    std::optional<domain::TextsHeld> held;
  };
  std::map<domain::ReplyId, UnderWay> under_way_;
};

}  // namespace sms_notifier::app
