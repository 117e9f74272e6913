#include "server/stop_signals.h"

#include <csignal>
#include <unistd.h>

namespace sms_notifier::server {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

/// As a shell tells of it.
extern "C" void end_at_once(int signal) {
  ::_exit(128 + signal);
}

void handle(void (*handler)(int)) {
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

}  // namespace

void hold_stop_signals() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool stop_asked() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGINT) == 1 || ::sigismember(&pending, SIGTERM) == 1;
}

StopSignalsLetThrough::StopSignalsLetThrough() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

StopSignalsLetThrough::~StopSignalsLetThrough() {
  hold_stop_signals();
}

StopSignalsEndAtOnce::StopSignalsEndAtOnce() {
  // Elsewhere the system ends the program by itself, and its parent process learns that it was a signal.
  if (::getpid() == 1) handle(end_at_once);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

StopSignalsEndAtOnce::~StopSignalsEndAtOnce() {
  hold_stop_signals();
  if (::getpid() == 1) handle(SIG_DFL);
}

}  // namespace sms_notifier::server
