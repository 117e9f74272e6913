#include "server/command_line.h"

int main(int argc, char** argv) {
  return sms_notifier::server::run_command_line(argc, argv);
}
