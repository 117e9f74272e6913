#include "server/command_line.h"

#include <csignal>
#include <exception>
#include <string>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "domain/text.h"
#include "server/commands.h"
#include "server/descriptors.h"
#include "server/stop_signals.h"
#include "telemetry/line_writer.h"

namespace sms_notifier::server {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_wrong_usage = 2;

int say_and_exit(const std::string& message, int code) {
  // A service that ends because something failed must end although its log is not read.
  telemetry::LineWriter errors(STDERR_FILENO, "log", telemetry::plain_loss_line);
  errors.write("sms-notifier: " + domain::one_line(message, 1000));
  return code;
}

int run_action(const Action& action) {
  try {
    return action();
  } catch (const WrongUsage& wrong) {
    return say_and_exit(wrong.what(), exit_wrong_usage);
  } catch (const std::exception& failure) {
    return say_and_exit(failure.what(), exit_failed);
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  open_standard_streams();
  // A peer or a pager that goes away is an error of that write, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App app{
      "SMS-Notifier texts back the people whose calls you missed: once, within seconds, and never twice."};
  app.name("sms-notifier");
  app.set_version_flag("--version", "sms-notifier " SMS_NOTIFIER_VERSION);
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.footer(
      "Try it without a VoIP.ms account:  sms-notifier demo\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");

  CommonOptions common;
  app.add_option("--config", common.config_file, "TOML file with settings (or SMS_NOTIFIER_CONFIG)")
      ->type_name("FILE");
  app.add_option(
         "--data", common.data_path,
         "folder for database and key (or SMS_NOTIFIER_DATA); default " + default_data_path().string())
      ->type_name("DIR");

  Action action;
  add_serve_command(app, common, action);
  add_demo_command(app, common, action);
  add_profile_command(app, common, action);
  add_calls_command(app, common, action);
  add_user_command(app, common, action);
  add_check_command(app, common, action);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version);
  } catch (const CLI::ParseError& wrong) {
    return say_and_exit(std::string(wrong.what()) + " (sms-notifier --help shows what there is)",
                        exit_wrong_usage);
  }
  if (!action)
    return say_and_exit("which command? sms-notifier --help shows what there is", exit_wrong_usage);
  if (app.got_subcommand("serve") || app.got_subcommand("demo")) return run_action(action);
  const StopSignalsEndAtOnce while_it_works;
  return run_action(action);
}

}  // namespace sms_notifier::server
