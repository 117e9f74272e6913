#include "telemetry/log_keeper.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "domain/sentences.h"
#include "telemetry/words.h"

namespace sms_notifier::telemetry {
namespace {

/// While the database is away rows wait in memory; beyond this the newest are counted instead of kept.
constexpr std::size_t waiting_rows_max = 10'000;
constexpr std::size_t rows_per_write = 1'000;
constexpr base::Duration retry_after = std::chrono::seconds{1};

}  // namespace

void LogKeeper::on(const app::Event& event, base::Instant at) noexcept {
  std::optional<app::LogRow> row = log_row(event, at, zone_);
  if (!row) return;
  if (waiting_.size() >= waiting_rows_max) {
    ++lost_;
    return;
  }
  if (lost_ > 0) {
    domain::Sentence lost =
        lost_ == 1 ? domain::Sentence("{} log entry was lost while the database was away"_key, lost_)
                   : domain::Sentence("{} log entries were lost while the database was away"_key, lost_);
    waiting_.push_back({{}, {}, std::nullopt, at, std::move(lost)});
    lost_ = 0;
  }
  waiting_.push_back(std::move(*row));
  if (tasks_.size() == 0) tasks_.spawn(write_all());
}

base::task<> LogKeeper::finish() {
  finishing_ = true;
  pauses_.end_all();
  if (tasks_.size() == 0) tasks_.spawn(write_all());
  co_await tasks_.drain();
}

base::task<> LogKeeper::write_all() {
  while (!waiting_.empty()) {
    const bool written = co_await write_some();
    if (written) continue;
    if (finishing_) break;
    co_await pauses_.for_duration(retry_after);
  }
}

base::task<bool> LogKeeper::write_some() {
  const auto count = std::min(waiting_.size(), rows_per_write);
  std::vector<app::LogRow> rows(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  try {
    co_await book_.append(rows);
  } catch (const std::exception&) {
    co_return false;  // the tasks that own the database's troubles tell of them; these rows are tried again
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  co_return true;
}

}  // namespace sms_notifier::telemetry
