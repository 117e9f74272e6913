#pragma once

#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/engine_state.h"
#include "app/pause.h"
#include "app/texts/caller_words.h"
#include "app/texts/text_list.h"

namespace sms_notifier::app {

/// What a look at the provider's list of an account's texts of one kind from one number came to. What it
/// showed has been noted by then: in the ledger, and in EngineState::seen_rows.
struct Look {
  base::Instant asked_at;  ///< when it began: what came into the list later, it cannot show
  base::Monotonic asked;
  domain::Day first_day;
  std::optional<Trouble> unread;   ///< why it was not answered in full
  std::optional<Trouble> lacking;  ///< why a text that it does not show may have gone out all the same
  bool kind_is_used = false;       ///< the ledger has texts of this kind from the number in these days
  domain::NewestTexts newest;
  std::exception_ptr failure;  ///< of the database

  /// Nothing when the list can be relied on.
  const std::optional<Trouble>& trouble() const { return unread ? unread : lacking; }
};

/// Looks at the provider's own lists of texts. One look at a time for each list; it serves all that waited
/// when it began (docs/reliability.md, "One look for all"). Belongs to the monitor's loop.
class Looks {
 public:
  Looks(EngineState& engine, CallerWords& words)
      : engine_(engine), words_(words), pauses_(engine.ports.clock) {}

  struct Wanted {
    domain::AccountId account;
    domain::Did did;
    domain::MessageKind kind = domain::MessageKind::Sms;
    base::Monotonic since{};                              ///< the look began then, or later
    base::Instant reach = base::Instant::max();           ///< and shows what was sent from then on
    std::optional<base::Monotonic> until = std::nullopt;  ///< not waited for any longer
  };
  /// Nothing when it had not ended by `until`, or the service stops. Throws when the database failed.
  base::task<std::optional<Look>> look(Wanted wanted);

  /// Whether a list showed this id by then, as that of a text of which the ledger did not have it.
  bool showed(domain::AccountId account, domain::MessageKind kind, const std::string& provider_id,
              base::Monotonic by) const;

  /// Waiting ends.
  void stop();

 private:
  using List = std::tuple<domain::AccountId, domain::Did, domain::MessageKind>;
  struct State {
    std::optional<Look> last;
    bool running = false;
    base::Instant reach = base::Instant::max();  ///< of those who wait
    std::set<Timer*> waiting;
    /// Ids of texts that the newest list shows and the ledger does not have, and when they were first shown.
    std::map<std::string, base::Monotonic> without_owner;
  };

  base::task<> run(List list);
  base::task<Look> read(List list, base::Instant reach, Turns::Turn turn);
  base::task<std::vector<domain::ClaimedText>> claimed_by(const List& list, base::Instant since);
  base::task<bool> disprove(const List& list, const std::vector<domain::SentText>& rows);
  base::task<> note(const List& list, const TextList& listed, const domain::CrossCheck& cross_check);
  void note_elsewhere(domain::AccountId account, const domain::SentText& text);

  EngineState& engine_;
  CallerWords& words_;
  Pauses pauses_;
  std::map<List, State> lists_;
};

}  // namespace sms_notifier::app
