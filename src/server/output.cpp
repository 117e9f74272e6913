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
  const std::string state = in_english(app::state_in_words(status, now, zone));
  const domain::Sentence reason = app::reason_in_words(status);
  return reason.empty() ? state : state + ": " + in_english(reason);
}

std::string profiles_json(const std::vector<app::ProfileStatus>& profiles) {
  return array_of(profiles);
}

std::string calls_json(const std::vector<app::CallRecord>& calls) {
  return array_of(calls);
}

}  // namespace sms_notifier::server
