#pragma once

#include <optional>
#include <set>

#include "domain/ids.h"

namespace sms_notifier::app {

/// The accounts that a step acts on: those that this worker owns. Without a list all of them, because the
/// worker is the only one.
struct Scope {
  std::optional<std::set<domain::AccountId>> only;

  bool holds(domain::AccountId account) const { return !only || only->contains(account); }
};

}  // namespace sms_notifier::app
