#pragma once

#include <map>
#include <string>

#include "base/time.h"

namespace sms_notifier::web {

/// Who tries to log in, from where.
struct LoginAttempt {
  std::string name;
  std::string address;
  std::string device;  ///< that has logged in under this name before; empty when it is not known
};

/// Slows down visitors who guess passwords, without locking out users who know theirs. A known device has a
/// count of its own, and what others do never touches it. From elsewhere failures count for the address and
/// name together and for the address, which are made to wait, and for the name, which is slowed down but
/// never closed. Pure: time is passed in. Remembers a bounded number of names and addresses, in memory.
class LoginGuard {
 public:
  /// How long this attempt is refused; zero: not at all. It cannot be told from it whether the name exists.
  base::Duration wait_before(const LoginAttempt& attempt, base::Monotonic now) const;
  /// How long the answer to an attempt that is not refused is held back.
  base::Duration slowness(const LoginAttempt& attempt, base::Monotonic now) const;
  /// An attempt begins. It counts as failed until it succeeds, so that many at once are not for free.
  void begin(const LoginAttempt& attempt, base::Monotonic now);
  /// The attempt was not looked at.
  void take_back(const LoginAttempt& attempt);
  void succeeded(const LoginAttempt& attempt, base::Monotonic now);

  /// Whether the address may have one more password looked at now: one address must not take all the places
  /// of those who wait for that. Known devices have places of their own. Give it back with leave_desk().
  bool come_to_desk(const LoginAttempt& attempt);
  void leave_desk(const LoginAttempt& attempt);

 private:
  struct Tally {
    int failures = 0;
    base::Monotonic last;
  };
  /// Bounded; the oldest entries go first.
  class Tallies {
   public:
    const Tally* find(const std::string& key) const;
    void add(const std::string& key, base::Monotonic now);
    void take_back(const std::string& key);
    void forget(const std::string& key) { tallies_.erase(key); }

   private:
    std::map<std::string, Tally> tallies_;
  };
  static base::Duration wait(const Tally* tally, int free_failures, base::Monotonic now);

  Tallies devices_;
  Tallies pairs_;
  Tallies addresses_;
  Tallies names_;
  std::map<std::string, base::Monotonic> got_in_;  ///< name and address
  std::map<std::string, int> at_desk_;             ///< by network
};

}  // namespace sms_notifier::web
