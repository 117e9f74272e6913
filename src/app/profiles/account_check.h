#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/provider.h"
#include "base/task.h"
#include "domain/profile_state.h"

namespace sms_notifier::app {

/// What the provider says about an account, as far as it could be asked.
struct AccountReport {
  std::string address;  ///< under which the provider sees us; empty: not told
  std::string balance;  ///< dollars as written; empty: not told
  std::vector<DidInfo> dids;
  std::optional<Trouble> trouble;  ///< what ended the questions

  bool good() const { return !trouble; }
};
/// The balance does not pay for a text.
bool lacks_funds(const AccountReport& report);

/// Asks the provider for our address, the balance and the numbers, in this order: each answer shows a little
/// more of what is in order (docs/provider/account.md, "What set-up asks").
base::task<AccountReport> check_account(Provider& provider, Credentials credentials);

domain::NumberAbility ability_of(const DidInfo& did);
/// For the owner: what the number can send, or what to do about it when it cannot text.
domain::Key ability_in_words(const DidInfo& did);

/// Whether voicemail, a menu or a queue answers the number, so that missed calls look answered.
bool something_answers(const DidInfo& did);

}  // namespace sms_notifier::app
