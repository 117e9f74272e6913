#pragma once

#include <map>
#include <optional>
#include <set>

#include "app/engine_state.h"
#include "app/texts/caller_words.h"
#include "app/texts/text_list.h"

namespace sms_notifier::app {

/// How far the ledger may be trusted to know every text that went out from our numbers (docs/reliability.md,
/// "When the ledger is not believed"). While it may not, the provider's own list is looked at before a text;
/// and every hour each list is held against the ledger (docs/reliability.md, "The hourly cross-check").
class Trust {
 public:
  Trust(EngineState& engine, CallerWords& words) : engine_(engine), words_(words) {}

  /// Something may have been missed: after a start, a pause in polling, or when a profile is started. The
  /// doubt lasts until a cross-check has gone well that came long enough afterwards for lists to be up to
  /// date.
  void doubt(domain::AccountId account);
  /// Whether the list must be looked at before a text from that number: while it is in doubt, for a day after
  /// a text was seen that did not come from here, and always when it is configured so.
  bool must_look(domain::AccountId account, domain::Did did) const;

  /// Holds the provider's lists of both kinds of texts against the ledger and notes there what did not come
  /// from here, and who asked for no more texts. Nothing, or why the lists cannot be relied on.
  base::task<std::optional<Trouble>> look(domain::AccountId account, domain::Did did);

  /// Texts from that number are held back because the list cannot be read that must be looked at first;
  /// nothing while a text from it would go out.
  std::optional<domain::TextsHeld> held(domain::AccountId account, domain::Did did) const;

  /// Starts a cross-check of the account when one is due: a look at each of its profiles' numbers.
  void cross_check_when_due(domain::AccountId account);

 private:
  struct State {
    std::optional<base::Monotonic> doubted_since;
    std::set<domain::Did> believed;  ///< numbers whose lists have ended the doubt
    base::Monotonic cross_check_due{};
    bool cross_checking = false;
    bool cross_check_failed = false;                   ///< told already
    std::optional<base::Instant> texted_elsewhere_at;  ///< the latest that was seen
    std::map<domain::ReplyId, base::Monotonic> missing_since;
    std::map<domain::Did, domain::TextsHeld> looks_fail;  ///< numbers of which the last look failed
  };

  base::task<std::optional<Trouble>> look_at_both(domain::AccountId account, domain::Did did);
  base::task<> cross_check(domain::AccountId account);
  base::task<std::optional<Trouble>> look_at(domain::AccountId account, TextQuery query);
  void note_missing(domain::AccountId account, domain::Did did, domain::CrossCheck& cross_check);
  base::task<> note(domain::AccountId account, const TextQuery& query, const TextList& list,
                    const domain::CrossCheck& cross_check);

  EngineState& engine_;
  CallerWords& words_;
  std::map<domain::AccountId, State> accounts_;
};

}  // namespace sms_notifier::app
