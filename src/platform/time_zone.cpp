#include "platform/time_zone.h"

#include <stdexcept>

#include <absl/time/time.h>

namespace sms_notifier::platform {
namespace {

base::Instant to_instant(absl::Time time) {
  return base::Instant{base::Duration{absl::ToUnixMicros(time)}};
}

class AbslTimeZone final : public domain::TimeZone {
 public:
  explicit AbslTimeZone(absl::TimeZone zone) : zone_(zone) {}

  Instants instants(domain::WallTime wall) const override {
    const absl::CivilSecond civil = absl::CivilSecond() + wall.time.time_since_epoch().count();
    const absl::TimeZone::TimeInfo info = zone_.At(civil);
    if (info.kind == absl::TimeZone::TimeInfo::UNIQUE) return {to_instant(info.pre), to_instant(info.pre)};
    // In the repeated hour `pre` is the first of the two; in the skipped one it is the later instant.
    return {to_instant(std::min(info.pre, info.post)), to_instant(std::max(info.pre, info.post))};
  }

  domain::WallTime wall_time(base::Instant instant) const override {
    const absl::CivilSecond civil =
        absl::ToCivilSecond(absl::FromUnixMicros(instant.time_since_epoch().count()), zone_);
    return {std::chrono::local_seconds{std::chrono::seconds{civil - absl::CivilSecond()}}};
  }

 private:
  absl::TimeZone zone_;
};

}  // namespace

std::unique_ptr<domain::TimeZone> load_time_zone(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone))
    throw std::runtime_error("the system does not know the time zone \"" + name +
                             "\": install the package tzdata, or correct voipms.timezone_name");
  return std::make_unique<AbslTimeZone>(zone);
}

}  // namespace sms_notifier::platform
