#include "web/site/failed_logins.h"

#include <utility>

namespace sms_notifier::web {
namespace {

constexpr base::Duration span = std::chrono::minutes{1};
constexpr int rows_per_minute = 5;

}  // namespace

bool FailedLogins::note(base::Instant now) {
  // What is counted waits for take_count(); the clock may have been set back.
  const bool is_over = now - minute_began_ >= span || now < minute_began_;
  if (is_over && counted_ == 0) {
    minute_began_ = now;
    rows_ = 0;
  }
  if (rows_ < rows_per_minute) {
    ++rows_;
    return true;
  }
  ++counted_;
  return false;
}

std::optional<int> FailedLogins::take_count(base::Instant now) {
  const bool is_over = now - minute_began_ >= span || now < minute_began_;
  if (!is_over || counted_ == 0) return std::nullopt;
  return std::exchange(counted_, 0);
}

}  // namespace sms_notifier::web
