#include "app/upkeep/retention.h"

#include <algorithm>
#include <exception>

namespace sms_notifier::app {
namespace {

/// So few that a claim which comes meanwhile waits for some milliseconds.
constexpr int records_per_step = 200;
constexpr base::Duration between_steps = std::chrono::milliseconds{100};
/// The polls after a start come first.
constexpr base::Duration first_after = std::chrono::minutes{5};
constexpr base::Duration first_spread = std::chrono::minutes{55};
constexpr base::Duration every = std::chrono::hours{24};
constexpr base::Duration retry_after = std::chrono::hours{1};

std::optional<base::Instant> months_before(base::Instant now, int months) {
  if (months == 0) return std::nullopt;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  std::chrono::year_month_day day = std::chrono::year_month_day{today} - std::chrono::months{months};
  if (!day.ok()) day = day.year() / day.month() / std::chrono::last;
  return base::Instant{std::chrono::sys_days{day}.time_since_epoch()};
}

}  // namespace

RetentionCuts retention_cuts(const RetentionOptions& options, base::Instant now) {
  RetentionCuts cuts;
  cuts.records = months_before(now, options.keep_months);
  if (cuts.records) cuts.contacts = std::min<base::Instant>(*cuts.records, now - contacts_kept_min);
  cuts.audit = months_before(now, options.audit_months);
  return cuts;
}

Retention::Retention(OldRecords& records, Clock& clock, Random& random, RetentionOptions options, Now now,
                     Tell tell)
    : records_(records),
      random_(random),
      options_(options),
      now_(std::move(now)),
      tell_(std::move(tell)),
      pauses_(clock) {}

base::task<> Retention::run() {
  base::Duration wait = first_after + random_.below(first_spread);
  while (!stopping_) {
    co_await pauses_.for_duration(wait);
    if (stopping_) break;
    wait = retry_after;
    const std::optional<base::Instant> now = now_();
    if (!now) continue;
    const RetentionReport report = co_await erase_all(*now);
    if (report.erased > 0 || !report.trouble.empty()) tell_(report);
    if (report.trouble.empty()) wait = every;
  }
}

void Retention::stop() {
  stopping_ = true;
  pauses_.end_all();
}

base::task<RetentionReport> Retention::erase_all(base::Instant now) {
  const RetentionCuts cuts = retention_cuts(options_, now);
  RetentionReport report;
  try {
    while (!stopping_) {
      const int step = co_await records_.prune(cuts, records_per_step);
      if (step == 0) break;
      report.erased += step;
      co_await pauses_.for_duration(between_steps);
    }
  } catch (const std::exception& error) {
    report.trouble = error.what();
  }
  co_return report;
}

}  // namespace sms_notifier::app
