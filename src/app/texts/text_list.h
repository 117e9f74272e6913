#pragma once

#include <vector>

#include "app/engine_state.h"
#include "domain/reconcile.h"

namespace sms_notifier::app {

/// Waits until the account's next text or question about texts may leave: they leave a little apart, to stay
/// clear of the provider's limit per minute.
base::task<> take_turn(EngineState& engine, domain::AccountId account);

/// What the provider's list shows. In a received text `from` is our number and `to` the
/// caller who wrote it.
struct TextList {
  std::vector<domain::SentText> sent;
  std::vector<domain::SentText> received;
  bool cut_short = false;  ///< there may be more
};

/// Asks for the list, in turn. Of the two instants that a date in the repeated hour may mean, it takes the
/// one nearer to `around`.
base::task<Answer<TextList>> list_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                        base::Instant around);
/// The same, in as many pieces as it takes for none of them to be cut short.
base::task<Answer<TextList>> list_all_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                            base::Instant around);

}  // namespace sms_notifier::app
