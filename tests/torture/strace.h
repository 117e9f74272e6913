#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/installation/installation.h"

namespace sms_notifier::torture {

/// strace on one thread of a running program, from when the constructor returns until the destructor does.
/// It counts the calls of each name by itself, from 1 on.
class Strace {
 public:
  /// `options` are strace's own, such as {"--inject=fdatasync:error=EIO:when=3"}; `log` is a file to write
  /// to.
  Strace(pid_t thread, std::string log, std::vector<std::string> options);
  ~Strace();
  Strace(const Strace&) = delete;
  Strace& operator=(const Strace&) = delete;

  /// Lets the thread go on alone. What it did is in the log from then on.
  void detach();
  bool injected() const;
  /// The injection was the program's end.
  bool killed() const;
  /// How often each system call was made, those that were made to fail included.
  std::map<std::string, int> counts() const;
  /// How often this call was made and not made to fail.
  int good(const std::string& system_call) const;

 private:
  std::vector<std::string> lines() const;
  bool logged(const std::string& words) const;

  std::string log_;
  test_support::Process process_;
};

}  // namespace sms_notifier::torture
