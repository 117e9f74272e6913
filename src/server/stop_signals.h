#pragma once

namespace sms_notifier::server {

/// SIGINT and SIGTERM ask the program to end. Until it can be asked they are held back, so that none is lost:
/// the system drops those that the first process of a container has no handler for.
void hold_stop_signals();
/// Whether one came while they were held back.
bool stop_asked();

/// While this lives the signals are let through to the handlers that are there.
class StopSignalsLetThrough {
 public:
  StopSignalsLetThrough();
  ~StopSignalsLetThrough();
  StopSignalsLetThrough(const StopSignalsLetThrough&) = delete;
  StopSignalsLetThrough& operator=(const StopSignalsLetThrough&) = delete;
};

/// While this lives the signals end the program at once, also as the first process of a container: for
/// commands, and while a person is asked something.
class StopSignalsEndAtOnce {
 public:
  StopSignalsEndAtOnce();
  ~StopSignalsEndAtOnce();
  StopSignalsEndAtOnce(const StopSignalsEndAtOnce&) = delete;
  StopSignalsEndAtOnce& operator=(const StopSignalsEndAtOnce&) = delete;
};

}  // namespace sms_notifier::server
