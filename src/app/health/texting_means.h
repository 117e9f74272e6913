#pragma once

#include <map>

#include "app/engine_state.h"

namespace sms_notifier::app {

/// Asks from time to time for an account's balance and numbers. Whether there are funds, and numbers that can
/// text, is shown and holds no text back: of a text the provider's answer decides. The list also says which
/// numbers are the business's own. A question that fails leaves what was known.
class TextingMeans {
 public:
  explicit TextingMeans(EngineState& engine) : engine_(engine) {}

  /// Starts a look when one is due: every hour; every five minutes while something is missing or unknown; and
  /// soon after a text was refused or the settings changed.
  void look_when_due(domain::AccountId account);
  void look_soon(domain::AccountId account);
  /// Asks for the numbers now: before the first poll of an account of which none are known. False when the
  /// answer lists none. Throws when the database does.
  base::task<bool> learn_numbers(domain::AccountId account);

 private:
  struct State {
    std::optional<base::Monotonic> last_look;
    base::Monotonic due{};
    bool looking = false;
    std::optional<base::Monotonic> numbers_listed_at;
    std::map<domain::Did, base::Monotonic> lacking_since;  ///< numbers that are not listed any more
  };

  base::task<> look(domain::AccountId account);
  base::task<bool> ask_for_balance(domain::AccountId account);
  base::task<bool> know_numbers(domain::AccountId account);
  bool all_there(domain::AccountId account) const;

  EngineState& engine_;
  std::map<domain::AccountId, State> accounts_;
};

}  // namespace sms_notifier::app
