#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"

namespace sms_notifier::domain {

/// How fast one account's requests follow each other. VoIP.ms limits them per minute, at a number that it
/// does not tell, and counts those that it refuses (docs/provider/transport.md, "Limits"). So the rate is
/// found out: without a limit until the first refusal, which takes it back to three quarters of what the
/// minute before had; one more each while as long as it is used up without a refusal. A refusal teaches
/// little in the first minute, when it is not known what an earlier process sent, and where refusals go on
/// although the rate was taken back, so that something else causes them: then each answer lets two more
/// requests go.
class RequestRate {
 public:
  /// `per_minute`: the limit as found earlier; none: nothing was ever refused.
  explicit RequestRate(std::optional<int> per_minute = std::nullopt) : per_minute_(per_minute) {}

  /// A request that was sent, or is about to be.
  struct Request {
    base::Monotonic at{};
    int minute_before = 0;  ///< requests in the minute before it
  };

  /// When the next request may be sent: `now`, or later.
  base::Monotonic allowed_at(base::Monotonic now) const;
  /// The next request is being sent.
  Request take(base::Monotonic now);
  /// It was not sent after all.
  void give_back(const Request& request);

  /// VoIP.ms refused it because there were too many.
  void refused(const Request& request, base::Monotonic now);
  /// VoIP.ms answered it.
  void answered(base::Monotonic now);

  std::optional<int> per_minute() const { return per_minute_; }

 private:
  void forget_older(base::Monotonic now);

  std::optional<int> per_minute_;
  std::optional<base::Monotonic> first_;  ///< request of this process
  bool rough_ = false;                    ///< the last refusal taught little
  std::size_t answered_since_ = 0;        ///< that refusal
  std::vector<base::Monotonic> sent_;     ///< of the last minute, oldest first
  std::optional<int> before_refusals_;
  std::optional<base::Monotonic> lowered_at_;
  base::Monotonic paused_until_{};
  base::Monotonic raised_at_{};
};

}  // namespace sms_notifier::domain
