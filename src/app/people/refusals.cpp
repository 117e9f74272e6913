#include "app/people/refusals.h"

#include <exception>
#include <string>
#include <utility>

namespace sms_notifier::app {
namespace {

constexpr base::Duration span = std::chrono::minutes{1};
constexpr int rows_per_minute = 5;

}  // namespace

/// The clock may have been set back.
bool Refusals::Minute::is_over(base::Instant now) const {
  return now - began_at >= span || now < began_at;
}

base::task<> Refusals::note(AuditRow row) {
  Minute& minute = minutes_[row.action];
  // What is counted waits for write_counts().
  if (minute.is_over(row.act.at) && minute.counted == 0) minute = {row.act.at};
  if (minute.rows >= rows_per_minute) {
    ++minute.counted;
    co_return;
  }
  ++minute.rows;
  try {
    co_await trail_.note(std::move(row));
  } catch (const std::exception&) {
    ++minute.counted;
  }
}

base::task<> Refusals::write_counts(base::Instant now) {
  for (auto& [action, minute] : minutes_) {
    if (minute.counted == 0 || !minute.is_over(now)) continue;
    const int counted = std::exchange(minute.counted, 0);
    AuditRow row{0, {now, {}}, action, {}, {}};
    row.details.push_back({"more", std::nullopt, std::to_string(counted)});
    try {
      co_await trail_.note(std::move(row));
    } catch (const std::exception&) {
      minute.counted += counted;
    }
  }
}

}  // namespace sms_notifier::app
