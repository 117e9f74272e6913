#pragma once

#include <functional>

#include "server/workbench.h"

namespace CLI {
class App;
}

namespace sms_notifier::server {

/// What the command line asked for; returns the exit code.
using Action = std::function<int()>;

/// Each adds its command, with options and help, and sets `action` when it was given.
void add_profile_command(CLI::App& app, const CommonOptions& common, Action& action);
void add_calls_command(CLI::App& app, const CommonOptions& common, Action& action);
void add_user_command(CLI::App& app, const CommonOptions& common, Action& action);
void add_check_command(CLI::App& app, const CommonOptions& common, Action& action);
void add_serve_command(CLI::App& app, const CommonOptions& common, Action& action);
void add_demo_command(CLI::App& app, const CommonOptions& common, Action& action);

/// For serve, when there is no user yet: asks for the first user's name and password on the terminal.
void ask_for_first_user(Workbench& bench);

}  // namespace sms_notifier::server
