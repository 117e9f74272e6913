#pragma once

namespace sms_notifier::server {

/// The whole program. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
int run_command_line(int argc, char** argv);

}  // namespace sms_notifier::server
