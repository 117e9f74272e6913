#include "domain/record_zone.h"

namespace sms_notifier::domain {
namespace {

/// A row is made when its call has begun, and the machines of the provider have their clocks set: one that is
/// dated later than this lies in the future.
constexpr base::Duration rows_ahead_max = std::chrono::minutes{2};
/// Rows appear within a few minutes after the end of the call.
constexpr base::Duration rows_late_max = std::chrono::minutes{15};
constexpr int rows_for_it = 2;
constexpr int rows_against_the_usual = 3;

}  // namespace

bool show_the_same_time(const TimeZone& one, const TimeZone& other, base::Instant from) {
  constexpr std::chrono::days year{366};
  for (base::Instant at = from; at < from + year; at += std::chrono::hours{1})
    if (one.wall_time(at) != other.wall_time(at)) return false;
  return true;
}

void RecordZone::judge(base::Instant began, base::Instant ended, base::Instant now, bool appeared) {
  if (began > now + rows_ahead_max) {
    for_it_ = 0;
    ++against_it_;
    if (against_it_ >= (usual_ ? rows_against_the_usual : 1)) believed_ = false;
  } else if (appeared && ended >= now - rows_late_max) {
    against_it_ = 0;
    ++for_it_;
    if (for_it_ >= rows_for_it) believed_ = true;
  }
}

}  // namespace sms_notifier::domain
