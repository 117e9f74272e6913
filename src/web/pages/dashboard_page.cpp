#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "domain/provider_clock.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/pages/state_words.h"
#include "web/pages/statistics.h"
#include "web/view/charts.h"

namespace sms_notifier::web {
namespace {

constexpr std::size_t reply_times_max = 1000;
constexpr std::size_t message_shown_bytes = 140;
/// From the banner to the cards that say what is wrong.
constexpr std::size_t cards_linked_max = 5;

struct Row {
  app::ProfileStatus status;
  std::optional<base::Instant> last_good;
  std::optional<PollSight> sight;
};

Row look_at(const SiteState& site, app::ProfileStatus status) {
  const std::optional<PollSight> sight = site.board.last_poll(status.view.profile.account);
  std::optional<base::Instant> last_good = status.view.account_health.last_good_poll;
  if (sight && (!last_good || *last_good < sight->finished_at)) last_good = sight->finished_at;
  return {std::move(status), last_good, sight};
}

/// `12 s`, `5 min`, `3 h`, `2 d`: about how long ago.
domain::Sentence age_in_words(base::Duration age) {
  const auto seconds = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(age).count());
  if (seconds < 120) return {"{} s"_key, seconds};
  if (seconds < 2 * 3600) return {"{} min"_key, seconds / 60};
  if (seconds < 2 * 86400) return {"{} h"_key, seconds / 3600};
  return {"{} d"_key, seconds / 86400};
}

/// Of all profiles at once.
bool told_by_banner(const domain::ProfileState& state) {
  return state.reason == domain::StateReason::DatabaseTroubled;
}

void show_row(Values values, const SiteState& site, const Visit& visit, const Row& row, const Count& today) {
  const Words& words = visit.words();
  const app::ProfileView& view = row.status.view;
  const bool stopped = row.status.state.kind == domain::StateKind::Stopped;
  const domain::ProfileRules& rules = view.profile.rules;
  values.set("ID", view.profile.id.value());
  values.set("CSRF_TOKEN", visit.csrf_token);
  values.set("NUMBER", rules.did.number().formatted());
  values.set("ACCOUNT", view.account_email);
  values.set("MESSAGE", domain::one_line(rules.message, message_shown_bytes));
  app::ProfileStatus shown = row.status;
  if (told_by_banner(shown.state)) shown.state.reason.reset();
  show_state(values, site, visit, shown);
  values.show(view.profile.running ? "CAN_STOP" : "CAN_RUN");
  values.show_if(app::can_be_let_go(row.status), "CAN_TRUST");
  values.show_if(rules.dry_run, "DRY_RUN");
  values.show_if(rules.limit_to_one_did, "LIMITED");
  values.set("CALLS", today.calls);
  values.set("MISSED", today.missed);
  values.set("TEXTED", today.texted);

  if (!row.last_good || stopped) return;
  const base::Duration age = site.now() - *row.last_good;
  Values last_read = values.add("PROOF");
  last_read.set("WORDS", words.say({"last read {} ago"_key, age_in_words(age)}));
  Values growing = last_read.add("AGE");
  growing.set("SECONDS", std::chrono::floor<std::chrono::seconds>(age).count());
  growing.set("SENTENCE", words.say({"last read {} ago"_key, "{}"}));
  if (row.sight)
    values.add("PROOF").set("WORDS",
                            words.say({"VoIP.ms answered in {} s"_key, domain::Seconds{row.sight->took}}));
  const base::Duration next = *row.last_good + site.options.poll_interval - site.now();
  if (next <= base::Duration::zero()) return;
  Values next_read = values.add("PROOF");
  next_read.set("WORDS", words.say({"next within {} s"_key, domain::Seconds{next}}));
  next_read.show("NEXT");
}

void show_banners(Values body, const SiteState& site, const Words& words, const std::vector<Row>& rows) {
  if (!site.board.storage_trouble().empty())
    body.add("BANNER").set(
        "WORDS", words.say("The database cannot be written, so nothing is sent. Is the disk full?"_key));
  if (const auto ahead = site.board.clock_ahead())
    body.add("BANNER").set("WORDS", words.say({"{}. Texts follow VoIP.ms' clock until it is right: is the "
                                               "computer's clock set by the network?"_key,
                                               domain::clock_in_words(*ahead)}));
  // Why one of them is not texting, its card says.
  std::vector<const app::ProfileView*> not_texting;
  for (const Row& row : rows)
    if (row.status.state.kind == domain::StateKind::NotTexting && !told_by_banner(row.status.state))
      not_texting.push_back(&row.status.view);
  if (rows.size() < 2 || not_texting.empty()) return;
  const std::size_t count = not_texting.size();
  Values banner = body.add("BANNER");
  banner.set(
      "WORDS",
      words.say(count == 1 ? domain::Sentence("{} of {} profiles is not texting:"_key, count, rows.size())
                           : domain::Sentence("{} of {} profiles are not texting:"_key, count, rows.size())));
  for (std::size_t i = 0; i < std::min(count, cards_linked_max); ++i) {
    Values card = banner.add("CARD");
    card.set("ID", not_texting[i]->profile.id.value());
    card.set("NUMBER", not_texting[i]->profile.rules.did.number().formatted());
  }
  banner.show_if(count > cards_linked_max, "MORE");
}

std::string story(const Words& words, const std::string& place, const Count& count) {
  return words.say(
      {"{}: {} calls, {} missed, {} texted"_key, place, count.calls, count.missed, count.texted});
}

void show_charts(Values body, const SiteState& site, const Words& words,
                 const std::vector<app::HourTally>& tallies, const std::vector<base::Duration>& times) {
  Values charts = body.add("CHARTS");
  const domain::Day today = site.ports.zone.day_of(site.now());
  std::vector<Bar> days;
  Count all;
  for (const DayCount& day : by_day(tallies, today, chart_period.count(), site.ports.zone)) {
    const std::string date = domain::to_string(day.day);
    const bool labelled = (today - day.day).count() % 7 == 0;
    days.push_back(
        {labelled ? date.substr(5) : "", story(words, date, day.count), day.count.missed, day.count.texted});
    all.calls += day.count.calls;
    all.missed += day.count.missed;
    all.texted += day.count.texted;
  }
  const std::string period = words.say("Last 30 days"_key);
  charts.set("ALL", story(words, period, all));
  charts.set("BY_DAY", bar_chart(days, words.say("Missed calls and texts per day, last 30 days"_key),
                                 ChartWidth::Whole));

  std::vector<Bar> hours;
  const auto counts = by_hour(tallies, site.ports.zone);
  for (std::size_t hour = 0; hour < counts.size(); ++hour) {
    const std::string clock = fmt::format("{:02}:00", hour);
    hours.push_back({hour % 6 == 0 ? clock : "", story(words, clock, counts[hour]), counts[hour].missed,
                     counts[hour].texted});
  }
  charts.set("BY_HOUR",
             bar_chart(hours, words.say("Missed calls and texts by hour of the day, last 30 days"_key),
                       ChartWidth::Half));

  std::vector<Bar> waits;
  const auto by_time = by_reply_time(times);
  for (std::size_t i = 0; i < by_time.size(); ++i) {
    const bool last = i == reply_time_limits.size();
    const int limit = reply_time_limits[last ? i - 1 : i];
    const std::string label = limit < 60 ? fmt::format("{} s", limit) : fmt::format("{} min", limit / 60);
    const std::string shown = (last ? "> " : "≤ ") + label;
    waits.push_back({shown, words.say({"{}: {} texts"_key, shown, by_time[i]}), 0, by_time[i]});
  }
  charts.set("REPLY_TIMES", bar_chart(waits, words.say("Time from the start of the call to its text"_key),
                                      ChartWidth::Half));
  if (!times.empty())
    charts.add("MEDIAN").set(
        "WORDS", words.say({"Half of the texts went out within {} s of the start of the call."_key,
                            domain::Seconds{median(times)}}));
}

}  // namespace

ResponseTask show_dashboard(SiteState& site, Visit& visit) {
  const base::Instant now = site.now();
  const domain::WallTime midnight{std::chrono::floor<std::chrono::days>(site.ports.zone.wall_time(now).time)};
  const base::Instant today = site.ports.zone.instants(midnight).earlier;
  std::vector<app::ProfileStatus> statuses =
      co_await app::profile_statuses(site.ports.settings, site.state_terms(), now, site.ports.zone);
  const std::vector<app::ProfileTally> by_profile = co_await site.ports.calls.profile_tallies(today);
  const std::vector<app::HourTally> tallies = co_await site.tallies.until(now);
  const std::vector<base::Duration> times =
      co_await site.ports.calls.reply_times(now - chart_period, reply_times_max);

  std::map<domain::ProfileId, Count> counts;
  for (const app::ProfileTally& tally : by_profile)
    counts[tally.profile] = Count{tally.calls, tally.missed, tally.texted};
  std::vector<Row> rows;
  rows.reserve(statuses.size());
  for (app::ProfileStatus& status : statuses) rows.push_back(look_at(site, std::move(status)));

  Page page = site.page(visit, "dashboard", "Dashboard"_key);
  Values body = page.body();
  show_banners(body, site, visit.words(), rows);
  if (rows.empty()) body.show("NO_PROFILES");
  if (!rows.empty()) {
    Values table = body.add("PROFILES");
    for (const Row& row : rows)
      show_row(table.add("PROFILE"), site, visit, row, counts[row.status.view.profile.id]);
    show_charts(body, site, visit.words(), tallies, times);
  }
  co_return http::Response::html(page.html());
}

}  // namespace sms_notifier::web
