#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "app/engine_state.h"
#include "app/ports/caller_book.h"
#include "domain/reconcile.h"

namespace sms_notifier::app {

/// Reads what callers wrote, so that a caller who wrote STOP gets no text. A look at the account's received
/// texts goes before each text; one look serves all texts that were reserved when it began.
class CallerWords {
 public:
  explicit CallerWords(EngineState& engine) : engine_(engine) {}

  /// A text that was reserved at `reserved` wants to go: a look begins, unless one serves it that began then
  /// or later, and at most a minute ago.
  void look_for(domain::AccountId account, base::Monotonic reserved);
  /// Before a claim: returns once a look has gone well that began after the text was reserved and at most a
  /// minute ago. It holds the text for at most ten seconds, also when VoIP.ms does not give its list.
  base::task<> wait(domain::AccountId account, base::Monotonic reserved);
  /// Words in a list that was read for another reason; they count for every number of the account.
  base::task<> note(domain::AccountId account, const std::vector<domain::SentText>& received);

  /// Texts that wait for a look wait no longer.
  void stop();

 private:
  struct State {
    std::optional<base::Monotonic> good_look;     ///< when the last one that went well began
    std::optional<base::Monotonic> running_look;  ///< when the one that is under way began
    std::set<Timer*> waiting;
  };

  base::Monotonic wanted(base::Monotonic reserved) const;
  base::task<> look(domain::AccountId account);
  base::task<bool> read(domain::AccountId account);

  EngineState& engine_;
  std::map<domain::AccountId, State> accounts_;
};

}  // namespace sms_notifier::app
