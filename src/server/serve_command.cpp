#include <iostream>
#include <memory>
#include <stdexcept>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "server/commands.h"
#include "server/service.h"
#include "server/stop_signals.h"
#include "telemetry/line_writer.h"

namespace sms_notifier::server {
namespace {

struct ServeOptions {
  std::string listen;
  std::string role = "all";
  bool print_config = false;
};

/// Anyone who knows the demo's password could log in to what runs on its data.
void refuse_demo_data(const DataFolder& folder, const std::filesystem::path& database) {
  for (const DataFolder& used : {folder, DataFolder{database.parent_path()}})
    if (std::filesystem::exists(used.demo_mark()))
      throw std::runtime_error(
          "the folder " + used.path.string() +
          " is of sms-notifier demo, whose user and password everybody knows: give another "
          "with --data");
}

int serve(const CommonOptions& common, const ServeOptions& options) {
  Config config = configuration(common);
  if (!options.listen.empty()) {
    if (const auto error = set_key(config, "server.listen", options.listen, "--listen"))
      throw WrongUsage(error->message);
  }
  if (options.print_config) {
    std::cout << print_config(config) << std::flush;
    return 0;
  }
  if (options.role != "all")
    throw WrongUsage("--role \"" + options.role +
                     "\" is not allowed: with SQLite one process does all, so give all");

  const DataFolder folder = data_folder(common);
  refuse_demo_data(folder, database_path(config, folder));
  Workbench bench(config, folder, Workbench::Use::Service);
  if (stop_asked()) return 0;
  Service service(bench);
  ask_for_first_user(bench);
  telemetry::LineWriter terminal(STDOUT_FILENO, "terminal", telemetry::plain_loss_line);
  terminal.write("sms-notifier listens on " + service.url());
  if (bench.run(bench.store->users()).empty())
    terminal.write("There is no user yet. Make the first user here: " + service.setup_url());
  service.run();
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App& command =
      *app.add_subcommand("serve", "Run the service: watch the accounts and text back missed calls");
  command.fallthrough();
  command.add_option("--listen", options->listen, "address to answer on (default 127.0.0.1:8000)")
      ->type_name("HOST:PORT");
  command.add_option("--role", options->role, "what this process does (only all, with SQLite)")
      ->type_name("ROLE");
  command.add_flag("--print-config", options->print_config, "show the configuration in force, and end");
  command.callback(
      [&action, &common, options] { action = [&common, options] { return serve(common, *options); }; });
}

}  // namespace sms_notifier::server
