#include "web/api/json.h"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "domain/decision.h"
#include "domain/profile_fields.h"
#include "domain/wall_time.h"

namespace sms_notifier::web {
namespace {

namespace json = boost::json;

json::value instant_or_null(const std::optional<base::Instant>& instant) {
  return instant ? json::value(rfc3339(*instant)) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value reply_json(const std::optional<app::CallRecord::Reply>& reply) {
  if (!reply) return nullptr;
  return json::object{{"state", to_code(reply->state)},
                      {"kind", to_code(reply->kind)},
                      {"attempts", reply->attempts},
                      {"provider_id", text_or_null(reply->provider_id)},
                      {"requested_at", instant_or_null(reply->requested_at)},
                      {"settled_at", instant_or_null(reply->settled_at)},
                      {"evidence", text_or_null(in_english(reply->evidence))}};
}

std::string caller_of(const app::CallRecord& record) {
  if (record.erased) return "erased";
  return record.call.caller.withheld() ? "anonymous" : record.call.caller.digits();
}

/// As it may be sent back in a change of the profile.
json::value field_json(const domain::ProfileForm& form, const domain::ProfileField& field) {
  using Kind = domain::ProfileField::Kind;
  switch (field.kind) {
    case Kind::Text:
      return json::value(form.*field.text);
    case Kind::Flag:
      return json::value(form.*field.flag);
    case Kind::OptionalNumber:
      if ((form.*field.text).empty()) return nullptr;
      return json::parse(form.*field.text);
    case Kind::Number:
      return json::parse(form.*field.text);
  }
  return nullptr;
}

}  // namespace

std::string rfc3339(base::Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  const auto micros = (instant - seconds).count();
  const std::string whole = fmt::format(
      "{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())));
  return micros == 0 ? whole + "Z" : fmt::format("{}.{:06}Z", whole, micros);
}

std::optional<base::Instant> parse_rfc3339(const std::string& text) {
  // YYYY-MM-DDTHH:MM:SS, then Z or an offset; a fraction is passed over.
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const auto wall = domain::parse_wall_time(text.substr(0, 10) + " " + text.substr(11, 8));
  if (!wall) return std::nullopt;
  std::size_t at = 19;
  if (text[at] == '.') at = text.find_first_not_of("0123456789", at + 1);
  if (at == std::string::npos) return std::nullopt;
  const std::string zone = text.substr(at);
  std::chrono::minutes offset{0};
  if (zone != "Z" && zone != "z") {
    const bool shaped = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
    if (!shaped || (zone.substr(1, 2) + zone.substr(4)).find_first_not_of("0123456789") != std::string::npos)
      return std::nullopt;
    offset =
        std::chrono::hours{std::stoi(zone.substr(1, 2))} + std::chrono::minutes{std::stoi(zone.substr(4))};
    if (zone[0] == '-') offset = -offset;
  }
  return base::Instant{wall->time.time_since_epoch()} - offset;
}

json::object to_json(const app::ProfileStatus& status) {
  const app::ProfileView& view = status.view;
  const std::optional<domain::StateReason>& reason = status.state.reason;
  json::object object{{"id", view.profile.id.value()}};
  const domain::ProfileForm form = domain::to_form(view.account_email, view.profile.rules);
  for (const domain::ProfileField& field : domain::profile_fields())
    object[field.name] = field_json(form, field);
  object["running"] = view.profile.running;
  object["state"] = to_code(status.state.kind);
  object["reason"] = reason ? json::value(to_code(*reason)) : json::value(nullptr);
  object["reason_words"] = reason ? json::value(in_words(*reason).english()) : json::value(nullptr);
  object["reason_detail"] = text_or_null(in_english(status.detail));
  object["opens_at"] = instant_or_null(status.opens_at);
  object["last_good_poll"] = instant_or_null(view.account_health.last_good_poll);
  object["last_error"] = text_or_null(in_english(view.account_health.last_error));
  return object;
}

json::object to_json(const app::CallRecord& record) {
  const domain::Leg& leg = record.call.telling_leg();
  return json::object{{"id", record.id.value()},
                      {"profile_id", record.profile.value()},
                      {"account", record.account_email},
                      {"called_at", rfc3339(record.call.started_at())},
                      {"first_seen_at", rfc3339(record.first_seen_at)},
                      {"caller", caller_of(record)},
                      {"caller_name", record.call.caller.name},
                      {"did", record.call.did.digits()},
                      {"seconds", leg.seconds.count()},
                      {"disposition", to_string(leg.disposition)},
                      {"decision", to_code(record.decision)},
                      {"reason", in_words(record.decision).english()},
                      {"reply", reply_json(record.reply)}};
}

json::object to_json(const app::LogRow& row) {
  return json::object{
      {"id", row.id}, {"company", row.company}, {"at", rfc3339(row.at)}, {"record", in_english(row.what)}};
}

}  // namespace sms_notifier::web
