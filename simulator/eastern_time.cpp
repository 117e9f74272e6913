#include "simulator/eastern_time.h"

#include <stdexcept>

#include <absl/time/time.h>

namespace sms_notifier::simulator {
namespace {

absl::TimeZone load_toronto() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("America/Toronto", &zone))
    throw std::runtime_error("the system has no time zone America/Toronto: install tzdata");
  return zone;
}

}  // namespace

domain::WallTime eastern_wall_time(base::Instant instant) {
  static const absl::TimeZone toronto = load_toronto();
  const auto utc = std::chrono::floor<std::chrono::seconds>(instant);
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixSeconds(utc.time_since_epoch().count()), toronto);
  return {std::chrono::local_seconds{std::chrono::seconds{civil - absl::CivilSecond(1970, 1, 1, 0, 0, 0)}}};
}

}  // namespace sms_notifier::simulator
