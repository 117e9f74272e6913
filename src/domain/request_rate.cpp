#include "domain/request_rate.h"

#include <algorithm>

namespace sms_notifier::domain {
namespace {

constexpr base::Duration minute = std::chrono::minutes{1};
constexpr base::Duration gap = std::chrono::milliseconds{100};
/// Enough for polls and a text now and then.
constexpr int per_minute_min = 4;
constexpr base::Duration raised_every = std::chrono::seconds{15};
/// After a refusal nothing is asked for so long.
constexpr base::Duration pause = std::chrono::seconds{15};
/// A refusal so soon after another has another cause than the rate.
constexpr base::Duration soon = std::chrono::seconds{50};

}  // namespace

base::Monotonic RequestRate::allowed_at(base::Monotonic now) const {
  base::Monotonic allowed = std::max(now, paused_until_);
  if (!sent_.empty()) allowed = std::max(allowed, sent_.back() + gap);
  if (!per_minute_) return allowed;
  if (rough_) {
    const auto since = std::count_if(sent_.begin(), sent_.end(), [&](auto at) { return at > *lowered_at_; });
    if (static_cast<std::size_t>(since) < 1 + 2 * answered_since_) return allowed;
  }
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
    const bool first_minute = request.at - first_.value_or(request.at) < minute;
    rough_ = first_minute || (lowered_at_ && request.at - *lowered_at_ < soon);
    before_refusals_ = per_minute_;
    lowered_at_ = now;
    raised_at_ = now;
    answered_since_ = 0;
  }
  // Where few were sent others used up the limit, or we did before a restart: half of it is left, at least.
  const int lowered =
      std::max({request.minute_before * 3 / 4, before_refusals_.value_or(0) / 2, per_minute_min});
  per_minute_ = per_minute_ ? std::min(*per_minute_, lowered) : lowered;
  paused_until_ = std::max(paused_until_, *lowered_at_ + pause);
}

void RequestRate::answered(base::Monotonic now) {
  forget_older(now);
  ++answered_since_;
  if (!per_minute_) return;
  const int used = static_cast<int>(sent_.size());
  if (rough_) {
    per_minute_ = std::max(*per_minute_, used);
  } else if (used >= *per_minute_ && now - raised_at_ >= raised_every) {
    ++*per_minute_;
    raised_at_ = now;
  }
}

void RequestRate::forget_older(base::Monotonic now) {
  sent_.erase(sent_.begin(), std::find_if(sent_.begin(), sent_.end(),
                                          [&](base::Monotonic at) { return now - at < minute; }));
}

}  // namespace sms_notifier::domain
