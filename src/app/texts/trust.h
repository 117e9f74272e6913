#pragma once

#include <map>
#include <optional>
#include <set>

#include "app/engine_state.h"
#include "app/texts/looks.h"
#include "domain/doubt.h"

namespace sms_notifier::app {

/// How far the ledger may be trusted to know every text that went out from our numbers (docs/reliability.md,
/// "When the ledger is not believed"). While it may not, the provider's own list is looked at before a text;
/// and every hour each list is held against the ledger (docs/reliability.md, "The hourly cross-check").
class Trust {
 public:
  Trust(EngineState& engine, Looks& looks) : engine_(engine), looks_(looks) {}

  /// The account is watched from now on. Its first cross-check comes when lists show what was handed over
  /// just before.
  void watch(domain::AccountId account);
  /// In a pause in polling, or before a profile was started. The doubt lasts until a cross-check has gone
  /// well that came long enough afterwards for lists to be up to date.
  void missed_something(domain::AccountId account);
  /// The ledger is an earlier one, or another's.
  void doubt_ledger(domain::AccountId account);

  /// When a text was reserved, and from when on looks count for it.
  struct Wait {
    base::Monotonic reserved_at{};
    base::Monotonic looks_since{};
  };
  /// What has to be looked at before a text from that number. Nothing, or why it must wait.
  base::task<std::optional<Trouble>> before_text(domain::AccountId account, domain::Did did, Wait wait);

  /// Has the provider's lists of both kinds of texts held against the ledger by looks that began at `since`
  /// or later; what did not come from here is noted there, and who asked for no more texts. Nothing, or why
  /// the lists cannot be relied on; HeldUp when they were not read by `until`.
  base::task<std::optional<Trouble>> look(domain::AccountId account, domain::Did did, base::Monotonic since,
                                          std::optional<base::Monotonic> until = std::nullopt);

  /// What holds texts from that number back, be it for a moment; nothing while a text from it would go out at
  /// once.
  std::optional<domain::TextsHeld> held(domain::AccountId account, domain::Did did) const;

  /// Starts a cross-check of the account when one is due: a look at each of its profiles' numbers.
  void cross_check_when_due(domain::AccountId account);

 private:
  struct State {
    std::optional<base::Monotonic> doubted_since;
    std::set<domain::Did> believed;  ///< numbers whose lists have ended the doubt
    base::Monotonic cross_check_due{};
    bool cross_checking = false;
    bool cross_check_failed = false;  ///< told already
    struct Failing {
      base::Instant since;
      TroubleKind why;
    };
    std::map<domain::Did, Failing> looks_fail;  ///< numbers of which the last look failed
  };

  domain::Doubt doubt(domain::AccountId account, domain::Did did) const;
  base::Monotonic when_lists_are_up_to_date();
  /// Of the account, whether it still holds or not; null: there is none.
  const domain::StrictDoubt* known_strict(domain::AccountId account) const;
  /// Holds still for texts from that number.
  const domain::StrictDoubt* strict(domain::AccountId account, domain::Did did) const;
  bool is_believed(domain::AccountId account, domain::Did did) const;
  base::task<> cross_check(domain::AccountId account);

  EngineState& engine_;
  Looks& looks_;
  std::map<domain::AccountId, State> accounts_;
};

}  // namespace sms_notifier::app
