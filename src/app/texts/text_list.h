#pragma once

#include <vector>

#include "app/engine_state.h"
#include "domain/reconcile.h"

namespace sms_notifier::app {

/// What a list has shown counts for a text that goes within this time.
constexpr base::Duration look_age_max = std::chrono::seconds{60};

/// What the provider's list shows. In a received text `from` is our number and `to` the
/// caller who wrote it.
struct TextList {
  std::vector<domain::SentText> sent;
  std::vector<domain::SentText> received;
};

/// Asks for the list, in turn, in as many pieces as it takes for none of them to be cut short. Of the two
/// instants that a date in the repeated hour may mean, it takes the one nearer to `around`. `turn` is that of
/// the first piece, where there is one already.
base::task<Answer<TextList>> list_all_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                            base::Instant around, Turns::Turn turn = {});

}  // namespace sms_notifier::app
