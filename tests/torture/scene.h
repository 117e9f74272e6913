#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "support/installation/phone_check.h"

namespace sms_notifier::torture {

/// A provider, an installation with one running profile, and everybody who has called so far.
class Scene {
 public:
  explicit Scene(std::uint64_t seed);

  /// A missed call of a caller who has not called before; gives the number.
  std::string call();
  bool texted(const std::string& caller) const;
  /// A line with this was written since the service was started.
  bool said(const std::string& text);
  int times_said(const std::string& text);
  /// Waits until `holds` or the service has ended; true when it still runs.
  bool lives_until(const std::string& what, const std::function<bool()>& holds);
  /// Every text that has arrived has its intent in the ledger, now. Throws Violation.
  void expect_intents();
  /// Starts the service again if it has ended, waits until everything is settled, and checks the phones.
  /// Throws Violation with `where`, also when it never settles.
  void settle(const std::string& where);
  const test_support::Tally& tally() const { return tally_; }

  test_support::Simulator simulator;
  test_support::Installation installation;

 private:
  std::set<std::string> callers_;
  test_support::Tally tally_;
};

/// The thread of this name, "main" being the first one. Throws when there is none.
pid_t thread_of(pid_t process, const std::string& name);

}  // namespace sms_notifier::torture
