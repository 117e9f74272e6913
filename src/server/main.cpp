#include "server/command_line.h"
#include "server/stop_signals.h"

int main(int argc, char** argv) {
  sms_notifier::server::hold_stop_signals();
  return sms_notifier::server::run_command_line(argc, argv);
}
