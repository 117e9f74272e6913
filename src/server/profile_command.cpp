#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/profiles/profiles.h"
#include "platform/asio_clock.h"
#include "server/command_actor.h"
#include "server/commands.h"
#include "server/output.h"

namespace sms_notifier::server {
namespace {

/// What the options say; an option that was not given leaves its field empty.
struct ProfileOptions {
  std::int64_t id = 0;
  std::optional<std::string> account, password_file, did, message, call_duration, wait, cooldown,
      history_size, hours;
  std::optional<bool> limit_to_one_did, dry_run;
  bool run = false;
  bool json = false;
};

using Options = std::shared_ptr<ProfileOptions>;

/// A flag that stays empty unless it is given: CLI11 sets an optional of its own to false.
void add_choice(CLI::App& command, const std::string& names, std::optional<bool>& given,
                const std::string& description) {
  command.add_flag_function(
      names, [&given](std::int64_t count) { given = count > 0; }, description);
}

void add_fields(CLI::App& command, const Options& options, bool required) {
  command.add_option("--account", options->account, "e-mail of the VoIP.ms account")
      ->type_name("EMAIL")
      ->required(required);
  command
      .add_option("--api-password-file", options->password_file,
                  "file with the account's API password (- for standard input)")
      ->type_name("FILE");
  command.add_option("--did", options->did, "your number that callers dial and texts come from")
      ->type_name("DID")
      ->required(required);
  command.add_option("--message", options->message, "what callers get")
      ->type_name("TEXT")
      ->required(required);
  command
      .add_option(
          "--call-duration", options->call_duration,
          "a call that was answered for longer than this is not missed (raise it when voicemail or a menu "
          "answers)")
      ->type_name("SECONDS")
      ->required(required);
  add_choice(command, "--limit-to-one-did,!--all-dids", options->limit_to_one_did,
             "only calls to this profile's DID, not to other numbers of the account");
  command
      .add_option("--wait", options->wait,
                  "wait before texting; cancelled if the caller gets through (default 0)")
      ->type_name("SECONDS");
  command
      .add_option("--cooldown", options->cooldown,
                  "hours before the same caller gets another text (default 24)")
      ->type_name("HOURS");
  command
      .add_option("--history-size", options->history_size,
                  "only the last N callers count for the cooldown (default: all)")
      ->type_name("N");
  command
      .add_option("--hours", options->hours,
                  "reply only then, such as \"mon-fri 09:00-17:00\" (default: always)")
      ->type_name("HOURS");
  add_choice(command, "--dry-run,!--no-dry-run", options->dry_run, "decide and record, but send nothing");
}

domain::ProfileForm with_options(domain::ProfileForm form, const ProfileOptions& options) {
  const auto set = [](std::string& field, const std::optional<std::string>& given) {
    if (given) field = *given;
  };
  set(form.account, options.account);
  set(form.did, options.did);
  set(form.message, options.message);
  set(form.call_duration, options.call_duration);
  set(form.wait, options.wait);
  set(form.cooldown, options.cooldown);
  set(form.history_size, options.history_size);
  set(form.hours, options.hours);
  if (options.limit_to_one_did) form.limit_to_one_did = *options.limit_to_one_did;
  if (options.dry_run) form.dry_run = *options.dry_run;
  return form;
}

std::optional<base::Secret> password(const ProfileOptions& options) {
  if (!options.password_file) return std::nullopt;
  base::Secret secret = read_password_file(*options.password_file);
  if (secret.empty()) throw WrongUsage("--api-password-file \"" + *options.password_file + "\" is empty");
  return secret;
}

std::string one_line(const std::vector<domain::Sentence>& errors) {
  std::string line;
  for (const domain::Sentence& error : errors) line += (line.empty() ? "" : "; ") + in_english(error);
  return line;
}

[[noreturn]] void no_such_profile(std::int64_t id) {
  throw std::runtime_error(fmt::format("there is no profile {}: `sms-notifier profile list` shows all", id));
}

app::SavedProfile saved(app::SaveResult result) {
  if (!result) throw WrongUsage(one_line(result.error()));
  for (const domain::Sentence& warning : result->warnings)
    std::cerr << "Please note: " << in_english(warning) << std::endl;
  return std::move(result).value();
}

void set_running(Workbench& bench, std::int64_t id, bool running) {
  if (!bench.run(bench.store->set_running(domain::ProfileId(id), running, command_act())))
    no_such_profile(id);
  std::cout << "Profile " << id << (running ? " is running: sms-notifier serve does the work" : " is stopped")
            << std::endl;
}

int add(const CommonOptions& common, const ProfileOptions& options) {
  const domain::ProfileForm form = with_options({}, options);
  if (const auto checked = domain::check(form); !checked) throw WrongUsage(one_line(checked.error()));
  const Config config = configuration(common);
  const std::optional<base::Secret> secret = password(options);

  Workbench bench(config, data_folder(common));
  const app::SavedProfile profile =
      saved(bench.run(app::add_profile(*bench.store, form, secret, command_act())));
  const std::int64_t id = profile.id.value();
  std::cout << "Profile " << id << " is added" << std::endl;
  if (options.run)
    set_running(bench, id, true);
  else
    std::cout << "It is stopped; start it with: sms-notifier profile run " << id << std::endl;
  return 0;
}

int edit(const CommonOptions& common, const ProfileOptions& options) {
  const Config config = configuration(common);
  const std::optional<base::Secret> secret = password(options);
  Workbench bench(config, data_folder(common));
  const domain::ProfileId id(options.id);
  const std::optional<app::ProfileView> view = bench.run(bench.store->profile(id));
  if (!view) no_such_profile(options.id);
  const domain::ProfileForm form =
      with_options(domain::to_form(view->account_email, view->profile.rules), options);
  saved(bench.run(app::edit_profile(*bench.store, id, form, secret, command_act())));
  std::cout << "Profile " << options.id << " is changed" << std::endl;
  if (options.run) set_running(bench, options.id, true);
  return 0;
}

std::string rules_words(const domain::ProfileRules& rules) {
  std::string words = fmt::format("texts {} s after the call; the same caller again after {} h",
                                  rules.wait_before_texting.count(),
                                  std::chrono::duration_cast<std::chrono::hours>(rules.cooldown).count());
  if (rules.history_size) words += fmt::format(", of the last {} callers only", *rules.history_size);
  words += rules.hours ? "; " + rules.hours->to_string() : "; at all hours";
  return rules.dry_run ? words + "; test mode: nothing is sent" : words;
}

void print_profiles(const std::vector<app::ProfileStatus>& profiles, base::Instant now,
                    const domain::TimeZone& zone) {
  if (profiles.empty()) std::cout << "There are no profiles yet: sms-notifier profile add --help\n";
  for (const app::ProfileStatus& status : profiles) {
    const app::ProfileView& view = status.view;
    const domain::ProfileRules& rules = view.profile.rules;
    std::cout << fmt::format("Profile {}: {} of {}, {}\n", view.profile.id.value(),
                             rules.did.number().formatted(), view.account_email,
                             in_words(status.state.kind).english());
    if (status.state.kind != domain::StateKind::Running && status.state.kind != domain::StateKind::Stopped)
      std::cout << fmt::format("  state:     {}\n", state_words(status, now, zone));
    std::cout << fmt::format("  text:      {}\n", rules.message);
    std::cout << fmt::format("  missed:    not answered, or answered for at most {} s; calls to {}\n",
                             rules.call_duration.count(),
                             rules.limit_to_one_did ? "this number only" : "any number of the account");
    std::cout << fmt::format("  rules:     {}\n", rules_words(rules));
    const app::AccountHealth& health = view.account_health;
    const std::string polled =
        health.last_good_poll ? domain::to_string(zone.wall_time(*health.last_good_poll)) : "never";
    std::cout << fmt::format("  last good look at the calls: {}\n", polled);
    if (!health.last_error.empty())
      std::cout << fmt::format("  trouble:   {}\n", in_english(health.last_error));
  }
  std::cout << std::flush;
}

int list(const CommonOptions& common, const ProfileOptions& options) {
  Workbench bench(configuration(common), data_folder(common));
  const base::Instant now = platform::AsioClock(bench.loop).now();
  const std::vector<app::ProfileStatus> profiles =
      bench.run(app::profile_statuses(*bench.store, state_terms(bench.config), now, *bench.zone));
  if (options.json)
    std::cout << profiles_json(profiles) << std::endl;
  else
    print_profiles(profiles, now, *bench.zone);
  return 0;
}

int run_or_stop(const CommonOptions& common, const ProfileOptions& options, bool running) {
  Workbench bench(configuration(common), data_folder(common));
  set_running(bench, options.id, running);
  return 0;
}

int remove(const CommonOptions& common, const ProfileOptions& options) {
  Workbench bench(configuration(common), data_folder(common));
  const domain::ProfileId id(options.id);
  if (!bench.run(bench.store->delete_profile(id, command_act()))) no_such_profile(options.id);
  std::cout << "Profile " << options.id << " and its log entries are deleted" << std::endl;
  return 0;
}

CLI::App& with_id(CLI::App& command, const Options& options) {
  command.add_option("ID", options->id, "number of the profile")->required();
  return command;
}

}  // namespace

void add_profile_command(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<ProfileOptions>();
  CLI::App& profile = *app.add_subcommand(
      "profile",
      "The profiles: which number answers missed calls with which text. Works while the service runs");
  profile.require_subcommand(0, 1);
  profile.fallthrough();
  const auto command = [&](const std::string& name, const std::string& help,
                           int (*act)(const CommonOptions&, const ProfileOptions&)) -> CLI::App& {
    CLI::App& sub = *profile.add_subcommand(name, help);
    sub.fallthrough();
    sub.callback([&action, &common, options, act] {
      action = [&common, options, act] { return act(common, *options); };
    });
    return sub;
  };

  command("list", "Show all profiles", list).add_flag("--json", options->json, "as JSON");

  CLI::App& adding = command("add", "Add a profile", add);
  add_fields(adding, options, true);
  adding.add_flag("--run", options->run, "start it at once");

  CLI::App& editing = with_id(command("edit", "Change a profile: give what is to change", edit), options);
  add_fields(editing, options, false);
  editing.add_flag("--run", options->run, "start it at once");

  with_id(command("run", "Start a profile",
                  [](const CommonOptions& c, const ProfileOptions& o) { return run_or_stop(c, o, true); }),
          options);
  with_id(command("stop", "Stop a profile: no new text is begun once this returns",
                  [](const CommonOptions& c, const ProfileOptions& o) { return run_or_stop(c, o, false); }),
          options);
  with_id(command("delete", "Delete a profile and its log entries", remove), options);
}

}  // namespace sms_notifier::server
