#include <chrono>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "domain/decision.h"
#include "server/commands.h"
#include "server/output.h"

namespace sms_notifier::server {
namespace {

struct CallsOptions {
  std::optional<std::int64_t> profile;
  std::string since;
  std::size_t limit = 1000;
  bool json = false;
};

std::string reply_words(const app::CallRecord& record) {
  if (!record.reply)
    return std::string("no text: ") + std::string(domain::in_words(record.decision).english());
  std::string words = "text " + std::string(to_code(record.reply->state));
  if (!record.reply->provider_id.empty()) words += " (VoIP.ms no. " + record.reply->provider_id + ")";
  if (record.reply->state != domain::ReplyState::Sent && !record.reply->evidence.empty())
    words += ": " + in_english(record.reply->evidence);
  return words;
}

std::string caller_words(const app::CallRecord& record) {
  if (record.erased) return "no longer kept";
  return record.call.caller.withheld() ? "withheld" : record.call.caller.shown();
}

void print_calls(const std::vector<app::CallRecord>& calls, const domain::TimeZone& zone) {
  if (calls.empty()) std::cout << "There are no calls yet.\n";
  for (const app::CallRecord& record : calls) {
    const domain::Leg& leg = record.call.telling_leg();
    std::cout << fmt::format("{}  {:<12} to {}  {:>9} {:>4} s  {}\n",
                             domain::to_string(zone.wall_time(record.call.started_at())),
                             caller_words(record), record.call.did.number().formatted(),
                             to_string(leg.disposition), leg.seconds.count(), reply_words(record));
  }
  std::cout << std::flush;
}

int calls(const CommonOptions& common, const CallsOptions& options) {
  app::CallQuery query;
  query.limit = options.limit;
  if (options.profile) query.profile = domain::ProfileId(*options.profile);
  if (!options.since.empty()) {
    const auto now = std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
    query.since = parse_since(options.since, now);
    if (!query.since)
      throw WrongUsage(
          "--since \"" + options.since +
          "\" cannot be read: give a day (2026-11-24), a time (2026-11-24T14:00:00Z) or an age (24h)");
  }
  Workbench bench(configuration(common), data_folder(common));
  const std::vector<app::CallRecord> records = bench.run(bench.store->calls(query));
  if (options.json)
    std::cout << calls_json(records) << std::endl;
  else
    print_calls(records, *bench.zone);
  return 0;
}

}  // namespace

void add_calls_command(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<CallsOptions>();
  CLI::App& command = *app.add_subcommand(
      "calls", "The ledger, newest first: each call, what was decided, what became of its text");
  command.fallthrough();
  command.add_option("--profile", options->profile, "only calls of this profile")->type_name("ID");
  command
      .add_option("--since", options->since, "only calls since then: a day, a time, or an age such as 24h")
      ->type_name("WHEN");
  command.add_option("--limit", options->limit, "at most so many (default 1000)")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
  command.add_flag("--json", options->json, "as JSON");
  command.callback(
      [&action, &common, options] { action = [&common, options] { return calls(common, *options); }; });
}

}  // namespace sms_notifier::server
