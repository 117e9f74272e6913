#include "server/output.h"

#include <boost/json.hpp>

#include "domain/wall_time.h"
#include "server/config.h"
#include "web/api/json.h"

namespace sms_notifier::server {
namespace {

template <class Rows>
std::string array_of(const Rows& rows) {
  boost::json::array array;
  for (const auto& row : rows) array.push_back(web::to_json(row));
  return boost::json::serialize(array);
}

}  // namespace

std::optional<base::Instant> parse_since(const std::string& text, base::Instant now) {
  if (const auto ago = parse_duration(text)) return now - *ago;
  if (const auto midnight = domain::parse_wall_time(text + " 00:00:00"))
    return base::Instant{midnight->time.time_since_epoch()};
  return web::parse_rfc3339(text);
}

std::string state_words(const app::ProfileStatus& status, base::Instant now, const domain::TimeZone& zone) {
  std::string words(in_words(status.state.kind).english());
  if (status.state.opens_at) {
    const domain::WallTime opens = *status.state.opens_at;
    const bool today = domain::day_of(opens) == zone.day_of(now);
    words += " until " + (today ? "" : std::string(domain::weekday_name(opens).english()) + " ") +
             domain::clock_face(opens);
  }
  if (status.state.reason) words += ": " + std::string(in_words(*status.state.reason).english());
  if (!status.detail.empty()) words += " (" + status.detail + ")";
  return words;
}

std::string profiles_json(const std::vector<app::ProfileStatus>& profiles) {
  return array_of(profiles);
}

std::string calls_json(const std::vector<app::CallRecord>& calls) {
  return array_of(calls);
}

}  // namespace sms_notifier::server
