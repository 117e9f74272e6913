#include "domain/request_rate.h"

#include <algorithm>

#include "domain/backoff.h"

namespace sms_notifier::domain {
namespace {

constexpr base::Duration minute = std::chrono::minutes{1};
constexpr base::Duration gap = std::chrono::milliseconds{100};
/// Enough for polls and a text now and then.
constexpr int per_minute_min = 4;
constexpr base::Duration raised_every = std::chrono::seconds{15};

}  // namespace

base::Monotonic RequestRate::allowed_at(base::Monotonic now) const {
  base::Monotonic allowed = std::max(now, paused_until_);
  if (!sent_.empty()) allowed = std::max(allowed, sent_.back() + gap);
  if (!per_minute_) return allowed;
  const auto most = static_cast<std::size_t>(*per_minute_);
  if (sent_.size() >= most) allowed = std::max(allowed, sent_[sent_.size() - most] + minute);
  return allowed;
}

RequestRate::Request RequestRate::take(base::Monotonic now) {
  forget_older(now);
  if (!first_) first_ = now;
  const Request request{now, static_cast<int>(sent_.size())};
  sent_.push_back(now);
  return request;
}

void RequestRate::give_back(const Request& request) {
  const auto found = std::find(sent_.begin(), sent_.end(), request.at);
  if (found != sent_.end()) sent_.erase(found);
}

void RequestRate::refused(const Request& request, base::Monotonic now) {
  const bool news = !lowered_at_ || request.at >= *lowered_at_;
  if (news) {
    before_refusals_ = per_minute_;
    lowered_at_ = now;
    raised_at_ = now;
    ++refusals_in_row_;
    rough_ = request.at - first_.value_or(request.at) < minute;
  }
  // Where few were sent others used up the limit, or we did before a restart: half of it is left, at least.
  const int lowered =
      std::max({request.minute_before * 3 / 4, before_refusals_.value_or(0) / 2, per_minute_min});
  per_minute_ = per_minute_ ? std::min(*per_minute_, lowered) : lowered;
  paused_until_ = std::max(paused_until_, *lowered_at_ + busy_backoff.after(refusals_in_row_));
}

void RequestRate::answered(base::Monotonic now) {
  refusals_in_row_ = 0;
  forget_older(now);
  const bool used_up = per_minute_ && sent_.size() >= static_cast<std::size_t>(*per_minute_);
  if (!used_up || now - raised_at_ < raised_every) return;
  *per_minute_ += rough_ ? *per_minute_ / 2 : 1;
  raised_at_ = now;
}

void RequestRate::forget_older(base::Monotonic now) {
  sent_.erase(sent_.begin(), std::find_if(sent_.begin(), sent_.end(),
                                          [&](base::Monotonic at) { return now - at < minute; }));
}

}  // namespace sms_notifier::domain
