#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <pthread.h>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "app/profiles/profiles.h"
#include "base/overloaded.h"
#include "platform/time_zone.h"
#include "platform/vault.h"
#include "server/command_actor.h"
#include "server/commands.h"
#include "server/service.h"
#include "server/stop_signals.h"
#include "simulator/server.h"
#include "telemetry/line_writer.h"
#include "telemetry/words.h"

namespace sms_notifier::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::string_view message =
    "Sorry we missed your call! Text us here or call again, we are open until 5 pm.";
constexpr std::string_view caller = "5551234567";
constexpr base::Duration poll_interval = seconds{3};

/// The story on the terminal. Lines come from several threads.
class Narrator {
 public:
  void say(std::string line) { terminal_.write(std::move(line)); }
  void tell(const domain::TimeZone& zone, base::Instant at, const std::string& words) {
    say(fmt::format("  {}  {}", domain::to_string(zone.wall_time(at)).substr(11), words));
  }

 private:
  telemetry::LineWriter terminal_{STDOUT_FILENO, "terminal", telemetry::plain_loss_line};
};

/// A folder that is gone with the demo, unless the user named one.
class DemoFolder {
 public:
  explicit DemoFolder(const CommonOptions& common) : temporary_(common.data_path.empty()) {
    if (!temporary_) {
      path_ = common.data_path;
      return;
    }
    std::string pattern = (fs::temp_directory_path() / "sms-notifier-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("no temporary folder can be made in " + pattern);
    path_ = pattern;
  }
  ~DemoFolder() {
    std::error_code ignored;
    if (temporary_) fs::remove_all(path_, ignored);
  }
  DemoFolder(const DemoFolder&) = delete;
  DemoFolder& operator=(const DemoFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  bool temporary_;
  fs::path path_;
};

base::Instant now() {
  return std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
}

/// A pretend VoIP.ms on a thread of its own, and the call that comes in by itself.
class PretendProvider {
 public:
  PretendProvider(Narrator& narrator, const domain::TimeZone& zone)
      : narrator_(narrator), zone_(zone), world_(options()), server_(loop_, {}, world_), timer_(loop_) {
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "pretend-voipms");
      const auto keep_running = boost::asio::make_work_guard(loop_);
      loop_.run();
    });
  }
  ~PretendProvider() {
    boost::asio::post(loop_, [this] {
      server_.stop();
      loop_.stop();
    });
    thread_.join();
  }
  PretendProvider(const PretendProvider&) = delete;
  PretendProvider& operator=(const PretendProvider&) = delete;

  std::string url() const { return server_.url(); }
  const simulator::AccountSettings& account() const { return account_; }

  /// Rings `after` from now for a few seconds, unanswered.
  void ring(base::Duration after) {
    boost::asio::post(loop_, [this, after] {
      timer_.expires_after(after);
      timer_.async_wait([this](const boost::system::error_code& ended) {
        if (!ended) place_call();
      });
    });
  }

 private:
  simulator::WorldOptions options() const {
    simulator::WorldOptions options;
    options.accounts = {account_};
    options.latency = std::chrono::milliseconds{300};
    return options;
  }

  void place_call() {
    simulator::CallSpec call;
    call.account = account_.email;
    call.did = account_.dids.front().did;
    call.caller = caller;
    call.name = "Jamie Example";
    narrator_.tell(zone_, now(),
                   fmt::format("The phone rings at {}. It is not picked up; the caller, {}, hangs up.",
                               domain::PhoneNumber::parse(call.did)->formatted(),
                               domain::PhoneNumber::parse(caller)->formatted()));
    if (const auto placed = world_.place_call(call, now()); !placed) narrator_.say(placed.error().message);
  }

  Narrator& narrator_;
  const domain::TimeZone& zone_;
  const simulator::AccountSettings account_ = simulator::demo_account();
  boost::asio::io_context loop_{1};
  simulator::World world_;
  simulator::Server server_;
  boost::asio::steady_timer timer_;
  std::thread thread_;
};

/// Events in the words of the log, on the terminal.
class StorySink final : public app::EventSink {
 public:
  StorySink(Narrator& narrator, const domain::TimeZone& zone) : narrator_(narrator), zone_(zone) {}
  void on(const app::Event& event, base::Instant at) noexcept override {
    const auto row = telemetry::log_row(event, at, zone_);
    if (row) narrator_.tell(zone_, at, "SMS-Notifier: " + in_english(row->what));
    std::visit(base::overloaded{
                   [&](const app::TextSent&) {
                     narrator_.tell(zone_, at, fmt::format("The caller's phone shows: \"{}\"", message));
                   },
                   // Of nothing else the caller learns; the log's words have told it.
                   [](const auto&) {},
               },
               event);
  }

 private:
  Narrator& narrator_;
  const domain::TimeZone& zone_;
};

void add_demo_profile(Workbench& bench, const simulator::AccountSettings& account) {
  if (!bench.run(bench.store->profiles({})).empty()) return;
  domain::ProfileForm form;
  form.account = account.email;
  form.did = account.dids.front().did;
  form.message = message;
  form.call_duration = "5";
  const app::SaveResult saved =
      bench.run(app::add_profile(*bench.store, form, base::Secret(account.password), command_act()));
  if (!saved) throw std::runtime_error(in_english(saved.error().front()));
  bench.run(bench.store->set_running(saved->id, true, command_act()));
}

constexpr const char* user_name = "demo";
constexpr const char* user_password = "demo-password";

void add_demo_user(Workbench& bench) {
  const std::string hash = platform::make_password_hasher()->hash(base::Secret(user_password));
  bench.run(bench.store->add_first_user(user_name, hash, command_act()));
}

int demo(const CommonOptions& common, const std::string& listen) {
  Config config = configuration(common);
  const auto set = [&](std::string_view key, const std::string& value, const std::string& where) {
    if (const auto error = set_key(config, key, value, where)) throw WrongUsage(error->message);
  };
  set("server.listen", listen, "--listen");
  set("log.level", "error", "demo");
  // Whatever the settings say of a real installation: nothing of the demo goes there.
  set("storage.url", "", "demo");
  set("server.public_url", "", "demo");
  config.monitor.poll_interval = poll_interval;

  Narrator narrator;
  const DemoFolder folder(common);
  claim_for_demo(DataFolder{folder.path()});
  const auto zone = platform::load_time_zone(config.voipms_timezone_name);
  PretendProvider provider(narrator, *zone);
  set("voipms.base_url", provider.url() + "/api/v1/rest.php", "demo");

  Workbench bench(config, DataFolder{folder.path()});
  if (stop_asked()) return 0;
  add_demo_profile(bench, provider.account());
  add_demo_user(bench);
  StorySink story(narrator, *bench.zone);
  Service service(bench, &story);

  narrator.say(
      fmt::format("This is SMS-Notifier beside a pretend VoIP.ms. Nothing leaves this computer.\n\n"
                  "  The business's number is {}; missed calls are texted back:\n  \"{}\"\n"
                  "  The dashboard:                     {}/   (name {}, password {})\n"
                  "  Place calls by hand on this page:  {}/\n"
                  "  End it with Ctrl-C.\n",
                  domain::PhoneNumber::parse(provider.account().dids.front().did)->formatted(), message,
                  service.url(), user_name, user_password, provider.url()));
  provider.ring(seconds{5});
  service.run();
  narrator.say(
      "\nTo use your own VoIP.ms account, start sms-notifier serve and open its page; see README.md.");
  return 0;
}

}  // namespace

void add_demo_command(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto listen = std::make_shared<std::string>("127.0.0.1:0");
  CLI::App& command = *app.add_subcommand(
      "demo", "See it work without a VoIP.ms account: the service, a pretend VoIP.ms and an example profile");
  command.fallthrough();
  command.add_option("--listen", *listen, "address to answer on (default: any free port of this computer)")
      ->type_name("HOST:PORT");
  command.callback(
      [&action, &common, listen] { action = [&common, listen] { return demo(common, *listen); }; });
}

}  // namespace sms_notifier::server
