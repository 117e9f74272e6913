#include "server/stop_signals.h"

#include <csignal>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace sms_notifier::server {
namespace {

/// How a child ends that does this: its exit code, or minus the signal.
template <class Act>
int end_of(Act act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(StopSignals, AreNotLostWhileTheyAreHeldBack) {
  const int end = end_of([] {
    hold_stop_signals();
    if (stop_asked()) return 1;
    std::raise(SIGTERM);
    return stop_asked() ? 42 : 2;
  });
  EXPECT_EQ(end, 42);
}

TEST(StopSignals, ReachTheHandlerThatCameLater) {
  const int end = end_of([] {
    hold_stop_signals();
    std::raise(SIGINT);
    std::signal(SIGINT, [](int) { ::_exit(42); });
    const StopSignalsLetThrough let_through;
    return 1;
  });
  EXPECT_EQ(end, 42);
}

TEST(StopSignals, EndACommandAtOnce) {
  const int end = end_of([] {
    hold_stop_signals();
    const StopSignalsEndAtOnce while_it_works;
    std::raise(SIGTERM);
    return 1;
  });
  EXPECT_EQ(end, -SIGTERM);
}

TEST(StopSignals, AreHeldBackAgainAfterwards) {
  const int end = end_of([] {
    hold_stop_signals();
    { const StopSignalsLetThrough let_through; }
    { const StopSignalsEndAtOnce while_it_works; }
    std::raise(SIGTERM);
    return stop_asked() ? 42 : 1;
  });
  EXPECT_EQ(end, 42);
}

}  // namespace
}  // namespace sms_notifier::server
