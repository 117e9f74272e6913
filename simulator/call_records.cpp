#include "simulator/call_records.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "simulator/eastern_time.h"
#include "simulator/json_row.h"

namespace sms_notifier::simulator {
namespace {

/// Rates are given in steps of a hundred-millionth of a dollar per minute.
constexpr long rate_steps = 900'000;
constexpr long steps_per_dollar = 100'000'000;
constexpr long billing_step_seconds = 6;

std::string money(long steps) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%ld.%08ld", steps / steps_per_dollar, steps % steps_per_dollar);
  return text.data();
}

long total_steps(std::chrono::seconds seconds) {
  const long started = (seconds.count() + billing_step_seconds - 1) / billing_step_seconds;
  return rate_steps * started * billing_step_seconds / 60;
}

std::string clock_duration(std::chrono::seconds seconds) {
  std::array<char, 40> text{};
  const long total = seconds.count();
  std::snprintf(text.data(), text.size(), "%02ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
  return text.data();
}

std::string render(const CallRecord& record, domain::WallTime wall, bool numbers) {
  JsonRow row(numbers);
  row.text("date", domain::to_string(wall))
      .value("callerid", record.callerid)
      .value("destination", record.did)
      .text("description", record.description)
      .value("account", record.account_field)
      .text("disposition", record.disposition)
      .text("duration", clock_duration(record.seconds))
      .value("seconds", std::to_string(record.seconds.count()))
      .value("rate", money(rate_steps))
      .value("total", money(total_steps(record.seconds)))
      .value("uniqueid", record.unique_id);
  if (!record.destination_type.empty()) row.text("destination_type", record.destination_type);
  row.text("call_logs",
           "Call logs for UniqueID: " + record.unique_id + "\nStatus is '" + record.disposition + "'")
      .text("ip", "")
      .text("useragent", "");
  return row.take();
}

bool disposition_wanted(const CdrQuery& query, std::string_view text) {
  switch (domain::parse_disposition(text)) {
    case domain::Disposition::Answered:
      return query.answered;
    case domain::Disposition::NoAnswer:
      return query.no_answer;
    case domain::Disposition::Busy:
      return query.busy;
    case domain::Disposition::Failed:
    case domain::Disposition::Other:
      return query.failed;
  }
  return false;
}

bool calltype_wanted(const CdrQuery& query, const CallRecord& record) {
  if (query.calltype.empty() || query.calltype == "all") return true;
  const bool outgoing = record.destination_type.starts_with("OUT:");
  if (query.calltype == "outgoing") return outgoing;
  if (query.calltype == "incoming") return !outgoing;
  return record.did == query.calltype;
}

bool billing_wanted(const CdrQuery& query, const CallRecord& record) {
  if (query.billing.empty() || query.billing == "all") return true;
  return (query.billing == "billed") == (total_steps(record.seconds) > 0);
}

bool wanted(const CdrQuery& query, const CallRecord& record) {
  if (!query.account.empty() && query.account != "all" && query.account != record.account_field) return false;
  return disposition_wanted(query, record.disposition) && calltype_wanted(query, record) &&
         billing_wanted(query, record);
}

}  // namespace

void CallRecords::add(CallRecord record) {
  forget_listing();
  const auto place =
      std::upper_bound(rows_.begin(), rows_.end(), record.started_at,
                       [](base::Instant at, const Row& row) { return at < row.record.started_at; });
  const domain::WallTime wall = eastern_wall_time(record.started_at);
  rows_.insert(place, Row{std::move(record), wall, {}});
}

std::vector<CallRecords::Row>::iterator CallRecords::find(std::string_view unique_id) {
  return std::find_if(rows_.begin(), rows_.end(),
                      [&](const Row& row) { return row.record.unique_id == unique_id; });
}

bool CallRecords::change(std::string_view unique_id, const CallChange& change) {
  const auto row = find(unique_id);
  if (row == rows_.end()) return false;
  if (change.seconds) row->record.seconds = *change.seconds;
  if (change.disposition) row->record.disposition = *change.disposition;
  row->rendered.clear();
  forget_listing();
  return true;
}

bool CallRecords::remove(std::string_view unique_id) {
  const auto row = find(unique_id);
  if (row == rows_.end()) return false;
  rows_.erase(row);
  forget_listing();
  return true;
}

const CallRecords::Listing& CallRecords::list(const CdrQuery& query, base::Instant now) {
  if (listed_ && listed_->query == query && now < listed_->good_until) return listed_->listing;
  if (rendered_shift_ != query.shift || rendered_numbers_ != query.numbers) {
    for (Row& row : rows_) row.rendered.clear();
    rendered_shift_ = query.shift;
    rendered_numbers_ = query.numbers;
  }
  Listed fresh{query, base::Instant::max(), {}};
  const auto begin = std::chrono::local_days{query.from.time_since_epoch()};
  const auto end = std::chrono::local_days{query.to.time_since_epoch()} + std::chrono::days{1};
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    if (row->record.visible_at > now) {
      fresh.good_until = std::min(fresh.good_until, row->record.visible_at);
      continue;
    }
    const domain::WallTime shifted{row->wall.time + query.shift};
    if (shifted.time < begin || shifted.time >= end || !wanted(query, row->record)) continue;
    if (row->rendered.empty()) row->rendered = render(row->record, shifted, query.numbers);
    if (fresh.listing.count++ > 0) fresh.listing.rows += ',';
    fresh.listing.rows += row->rendered;
  }
  return listed_.emplace(std::move(fresh)).listing;
}

}  // namespace sms_notifier::simulator
