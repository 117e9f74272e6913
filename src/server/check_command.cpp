#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/profiles/account_check.h"
#include "domain/provider_clock.h"
#include "platform/asio_clock.h"
#include "server/commands.h"
#include "server/output.h"
#include "server/provider_stack.h"

namespace sms_notifier::server {
namespace {

/// Prints findings, and remembers whether one of them needs the owner.
class Report {
 public:
  void good(const std::string& words) { std::cout << "  ok     " << words << std::endl; }
  void note(const std::string& words) { std::cout << "  note   " << words << std::endl; }
  void wrong(const std::string& words) {
    std::cout << "  WRONG  " << words << std::endl;
    all_good_ = false;
  }
  void wrong(const app::Trouble& trouble) {
    wrong(fmt::format("{} ({})", in_words(trouble.kind).english(), in_english(trouble.detail)));
  }
  bool all_good() const { return all_good_; }

 private:
  bool all_good_ = true;
};

void check_configuration(const Config& config, Report& report) {
  const domain::ReconcileWaits usual = app::MonitorOptions{}.reconcile;
  const domain::ReconcileWaits& waits = config.monitor.reconcile;
  if (waits.negative_wait < usual.negative_wait || waits.acceptance_max < usual.acceptance_max ||
      waits.look_gap < usual.look_gap) {
    report.note(
        "reconcile.negative_wait, reconcile.acceptance_max or reconcile.look_gap is shorter than usual: "
        "a caller may get two texts; shorter waits are for tests only");
  }
  if (config.voipms_base_url.starts_with("http://"))
    report.note("voipms.base_url is not VoIP.ms but a program on this computer: " + config.voipms_base_url);
  report.good("the configuration can be used");
}

void check_zone(const Config& config, Report& report) {
  if (!config.monitor.usual_record_zone)
    report.wrong(
        "voipms.timezone_name is " + config.voipms_timezone_name +
        ", and VoIP.ms is known to date its call records by Toronto's clock: the service decides nothing "
        "until the dates of two new calls confirm the setting; remove it");
}

void check_numbers(const std::vector<app::DidInfo>& dids, const std::vector<app::ProfileView>& profiles,
                   domain::AccountId account, Report& report) {
  for (const app::ProfileView& view : profiles) {
    if (view.profile.account != account) continue;
    const domain::Did did = view.profile.rules.did;
    const std::string name =
        fmt::format("profile {}: {} ", view.profile.id.value(), did.number().formatted());
    const auto info = std::find_if(dids.begin(), dids.end(),
                                   [&](const app::DidInfo& candidate) { return candidate.did == did; });
    if (info == dids.end()) {
      report.wrong(name + "is not a number of this account: correct it with sms-notifier profile edit");
      continue;
    }
    const std::string words(app::ability_in_words(*info).english());
    if (app::ability_of(*info) == domain::NumberAbility::CanText)
      report.good(name + words);
    else
      report.wrong(name + words);
    if (app::something_answers(*info) && view.profile.rules.call_duration == std::chrono::seconds{0}) {
      report.note(
          name +
          "may be answered by voicemail or a menu: such calls count as answered; raise --call-duration "
          "to the seconds a caller may spend there and still be missed");
    }
  }
}

/// This computer's clock, by what the answers to the questions before said.
void check_clock(const domain::ProviderClock& provider_clock, domain::ClockReadings ours, Report& report) {
  switch (provider_clock.standing(ours)) {
    case domain::ClockStanding::Unheard:
      report.note("no answer told the time: this computer's clock could not be checked");
      break;
    case domain::ClockStanding::Together:
      report.good("this computer's clock agrees with VoIP.ms' clock");
      break;
    case domain::ClockStanding::Apart:
      report.wrong(in_english(domain::clock_in_words(*provider_clock.ahead(ours))) +
                   ": set it right, and let the network set it from now on (timedatectl set-ntp true)");
      break;
    case domain::ClockStanding::Unsure:
      report.note("VoIP.ms' answers contradict each other about the time: check again");
      break;
  }
}

/// What the running service makes of each profile that runs.
void check_states(const std::vector<app::ProfileStatus>& statuses, base::Instant now,
                  const domain::TimeZone& zone, Report& report) {
  for (const app::ProfileStatus& status : statuses) {
    const std::string line =
        fmt::format("profile {}: {}", status.view.profile.id.value(), state_words(status, now, zone));
    switch (status.state.kind) {
      case domain::StateKind::Running:
      case domain::StateKind::TestMode:
      case domain::StateKind::Closed:
        report.good(line);
        break;
      case domain::StateKind::Waiting:
        report.note(line);
        break;
      case domain::StateKind::NotTexting: {
        const bool silent = status.state.reason == domain::StateReason::Silent;
        report.wrong(line + (silent ? ": does sms-notifier serve run?" : ""));
        break;
      }
      case domain::StateKind::Stopped:
        break;
    }
  }
}

base::task<bool> check_account(app::Provider& provider, const app::Account& account,
                               const std::vector<app::ProfileView>& profiles, Report& report) {
  if (account.credentials.api_password.empty()) {
    report.wrong(
        "its API password cannot be read (was it stored with another key?): give it again with "
        "sms-notifier profile edit ID --api-password-file FILE");
    co_return false;
  }
  const app::AccountReport found = co_await app::check_account(provider, account.credentials);
  if (!found.address.empty()) report.good("VoIP.ms accepts e-mail and API password");
  if (!found.balance.empty())
    report.good("VoIP.ms accepts this computer's address " + found.address + "; the balance is $" +
                found.balance);
  if (app::lacks_funds(found)) report.wrong(std::string(in_words(domain::TroubleKind::NoFunds).english()));
  if (found.trouble) {
    report.wrong(*found.trouble);
    if (found.trouble->kind == app::TroubleKind::AddressRefused)
      report.note("the address to add there is " + found.address);
    co_return false;
  }
  check_numbers(found.dids, profiles, account.id, report);
  co_return true;
}

void check_database(Workbench& bench, Report& report) {
  switch (bench.run(bench.store->check_pages())) {
    case storage::Condition::Good:
      report.good("it can be read and written, and every page of it is whole");
      break;
    case storage::Condition::NotWritable:
      report.wrong("it cannot be written: is the disk full, or does the folder belong to another user?");
      break;
    case storage::Condition::Damaged:
      report.wrong(bench.store->damage());
      break;
    case storage::Condition::Exchanged:
      report.wrong(bench.store->exchanged());
      break;
  }
}

int check(const CommonOptions& common) {
  const Config config = configuration(common);
  Report report;
  std::cout << "Configuration" << std::endl;
  check_configuration(config, report);

  Workbench bench(config, data_folder(common));
  check_zone(bench.config, report);
  std::cout << "Database " << database_path(config, bench.folder).string() << std::endl;
  check_database(bench, report);

  ProviderStack stack(bench.loop, config);
  const platform::AsioClock clock(bench.loop);
  const auto our_clocks = [&clock] { return domain::ClockReadings{clock.now(), clock.monotonic()}; };
  domain::ProviderClock provider_clock;
  stack.provider.hear_dates(
      [&](const domain::DatedAnswer& answer) { provider_clock.take(answer, our_clocks()); });
  const base::Instant now = clock.now();
  const std::vector<app::ProfileStatus> statuses =
      bench.run(app::profile_statuses(*bench.store, state_terms(config), now, *bench.zone));
  std::vector<app::ProfileView> profiles;
  for (const app::ProfileStatus& status : statuses) profiles.push_back(status.view);
  const std::vector<app::Account> accounts = bench.run(bench.store->accounts({}));
  if (profiles.empty()) report.note("there are no profiles yet: sms-notifier profile add --help");
  for (const app::Account& account : accounts) {
    const bool used = std::any_of(profiles.begin(), profiles.end(), [&](const app::ProfileView& view) {
      return view.profile.account == account.id;
    });
    if (!used) continue;
    std::cout << "Account " << account.credentials.email << std::endl;
    bench.run(check_account(stack.provider, account, profiles, report));
  }
  if (!profiles.empty()) {
    std::cout << "Clock" << std::endl;
    check_clock(provider_clock, our_clocks(), report);
  }
  if (!statuses.empty()) std::cout << "What the service says" << std::endl;
  check_states(statuses, now, *bench.zone, report);
  std::cout << (report.all_good() ? "Everything is in order." : "Something needs you: see WRONG above.")
            << std::endl;
  return report.all_good() ? 0 : 1;
}

}  // namespace

void add_check_command(CLI::App& app, const CommonOptions& common, Action& action) {
  CLI::App& command = *app.add_subcommand(
      "check",
      "Look at configuration, database and each account, and say what is wrong and where to mend it");
  command.fallthrough();
  command.callback([&action, &common] { action = [&common] { return check(common); }; });
}

}  // namespace sms_notifier::server
