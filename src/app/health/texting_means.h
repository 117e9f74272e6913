#pragma once

#include <map>

#include "app/engine_state.h"

namespace sms_notifier::app {

/// Asks from time to time whether an account has what texts need: funds, and numbers that can text. What it
/// learns is shown and holds no text back: of a text the provider's answer decides. A question that fails
/// leaves what was known.
class TextingMeans {
 public:
  explicit TextingMeans(EngineState& engine) : engine_(engine) {}

  /// Starts a look when one is due: every hour; every five minutes while something is missing or unknown; and
  /// soon after a text was refused or the settings changed.
  void look_when_due(domain::AccountId account);
  void look_soon(domain::AccountId account);

 private:
  struct State {
    std::optional<base::Monotonic> last_look;
    base::Monotonic due{};
    bool looking = false;
  };

  base::task<> look(domain::AccountId account);
  bool all_there(domain::AccountId account) const;

  EngineState& engine_;
  std::map<domain::AccountId, State> accounts_;
};

}  // namespace sms_notifier::app
