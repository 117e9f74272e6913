#pragma once

#include <map>
#include <string>

#include "base/time.h"

namespace sms_notifier::web {

/// Slows down whoever guesses passwords, without locking out those who have them: failures count for the
/// address and name together, for the address, and for the name from addresses that never got in as that
/// name. Pure: time is passed in. Remembers a bounded number of names and addresses, in memory.
class LoginGuard {
 public:
  /// How long this address has to wait before it may try that name; zero: not at all. Nobody can tell from it
  /// whether the name exists.
  base::Duration wait_before(const std::string& name, const std::string& address, base::Instant now) const;
  /// An attempt begins. It counts as failed until it succeeds, so that many at once are not for free.
  void attempt(const std::string& name, const std::string& address, base::Instant now);
  /// The attempt was not looked at.
  void take_back(const std::string& name, const std::string& address);
  void succeeded(const std::string& name, const std::string& address, base::Instant now);

 private:
  struct Tally {
    int failures = 0;
    base::Instant last;
  };
  /// Bounded; the oldest entries go first.
  class Tallies {
   public:
    const Tally* find(const std::string& key) const;
    void add(const std::string& key, base::Instant now);
    void take_back(const std::string& key);
    void forget(const std::string& key) { tallies_.erase(key); }

   private:
    std::map<std::string, Tally> tallies_;
  };
  static base::Duration wait(const Tally* tally, int free_failures, base::Duration most, base::Instant now);

  Tallies pairs_;
  Tallies addresses_;
  Tallies names_;
  std::map<std::string, base::Instant> got_in_;  ///< name and address
};

}  // namespace sms_notifier::web
