#include <iostream>
#include <memory>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/people/people.h"
#include "platform/password_thread.h"
#include "platform/vault.h"
#include "server/command_actor.h"
#include "server/commands.h"
#include "server/stop_signals.h"

namespace sms_notifier::server {
namespace {

struct UserOptions {
  std::string name;
  std::string password_file;
};

/// Echo is off as long as this lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
};

std::string ask(const std::string& question) {
  std::cout << question << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) throw WrongUsage("the input ended before the question was answered");
  return line;
}

std::string ask_silently(const std::string& question) {
  const SilentTerminal silent;
  std::string line = ask(question);
  std::cout << std::endl;
  return line;
}

void check_password(const base::Secret& password) {
  if (const auto error = app::check_new_password(password)) throw WrongUsage(in_english(*error));
}

base::Secret ask_for_password() {
  while (true) {
    base::Secret password(ask_silently("Password (at least 8 characters, not shown): "));
    const std::string again = ask_silently("The same password again: ");
    if (password.reveal() != again) {
      std::cout << "These were not the same." << std::endl;
      continue;
    }
    check_password(password);
    return password;
  }
}

base::Secret password_of(const UserOptions& options) {
  if (options.password_file.empty()) {
    if (::isatty(STDIN_FILENO) == 0)
      throw WrongUsage("there is no terminal to ask for the password: give it with --password-file FILE");
    return ask_for_password();
  }
  base::Secret password = read_password_file(options.password_file);
  check_password(password);
  return password;
}

std::string checked_name(const std::string& typed) {
  base::Result<std::string, domain::Sentence> name = app::check_user_name(typed);
  if (!name) throw WrongUsage(in_english(name.error()));
  return std::move(name).value();
}

/// Hashes on a thread; nothing else waits for it here.
std::unique_ptr<app::PasswordDesk> password_desk() {
  return platform::make_password_thread(platform::make_password_hasher());
}

/// The user's name. What is refused ends the command.
std::string done(app::PeopleResult result) {
  if (!result) throw std::runtime_error(in_english(result.error().words));
  return std::move(result).value();
}

void add_user(Workbench& bench, const std::string& typed_name, const base::Secret& password) {
  const auto desk = password_desk();
  const std::string name =
      done(bench.run(app::add_user(*bench.store, *desk, typed_name, password, command_act())));
  std::cout << "User " << name << " is added" << std::endl;
}

int add(const CommonOptions& common, const UserOptions& options) {
  const std::string name = checked_name(options.name);
  const Config config = configuration(common);
  const base::Secret password = password_of(options);
  Workbench bench(config, data_folder(common));
  add_user(bench, name, password);
  return 0;
}

int change_password(const CommonOptions& common, const UserOptions& options) {
  const Config config = configuration(common);
  const base::Secret password = password_of(options);
  Workbench bench(config, data_folder(common));
  const auto desk = password_desk();
  const std::string name =
      done(bench.run(app::change_password(*bench.store, *desk, options.name, password, command_act())));
  std::cout << "The password of " << name << " is changed" << std::endl;
  return 0;
}

int remove(const CommonOptions& common, const UserOptions& options) {
  Workbench bench(configuration(common), data_folder(common));
  const std::string name = done(bench.run(app::remove_user(*bench.store, options.name, command_act())));
  std::cout << "User " << name << " is removed" << std::endl;
  return 0;
}

int list(const CommonOptions& common, const UserOptions&) {
  Workbench bench(configuration(common), data_folder(common));
  const std::vector<app::User> users = bench.run(bench.store->users());
  if (users.empty()) std::cout << "There are no users yet: sms-notifier user add NAME\n";
  for (const app::User& user : users) std::cout << user.name << "\n";
  std::cout << std::flush;
  return 0;
}

}  // namespace

void ask_for_first_user(Workbench& bench) {
  if (!bench.run(bench.store->users()).empty() || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0)
    return;
  const StopSignalsEndAtOnce while_asking;
  std::cout << "There is no user yet. Who is the first?" << std::endl;
  const std::string name = checked_name(ask("Name: "));
  add_user(bench, name, ask_for_password());
}

void add_user_command(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<UserOptions>();
  CLI::App& user = *app.add_subcommand("user", "The people who may log in");
  user.require_subcommand(0, 1);
  user.fallthrough();
  const auto command = [&](const std::string& name, const std::string& help,
                           int (*act)(const CommonOptions&, const UserOptions&)) -> CLI::App& {
    CLI::App& sub = *user.add_subcommand(name, help);
    sub.fallthrough();
    sub.callback([&action, &common, options, act] {
      action = [&common, options, act] { return act(common, *options); };
    });
    return sub;
  };
  const auto named = [&](CLI::App& sub) -> CLI::App& {
    sub.add_option("NAME", options->name, "the user's name")->required();
    return sub;
  };
  const auto with_password = [&](CLI::App& sub) {
    sub.add_option("--password-file", options->password_file,
                   "file with the password (- for standard input); without it the terminal asks")
        ->type_name("FILE");
  };

  with_password(named(command("add", "Add a user", add)));
  with_password(named(command("passwd", "Change a user's password", change_password)));
  command("list", "Show all users", list);
  named(command("remove", "Remove a user (not the last one)", remove));
}

}  // namespace sms_notifier::server
