#include "web/api/api.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/people/people.h"
#include "app/profiles/account_check.h"
#include "app/profiles/profiles.h"
#include "domain/profile_fields.h"
#include "domain/text.h"
#include "web/api/json.h"
#include "web/view/call_position.h"
#include "web/view/embedded.h"
#include "web/view/paging.h"

namespace sms_notifier::web::api {
namespace {

namespace json = boost::json;

constexpr std::size_t rows_max = 1000;
/// Of a new profile: start it at once.
constexpr std::string_view run_flag = "run";

http::Response answer(const json::value& value, int status = 200) {
  return http::Response::json(json::serialize(value), status);
}

http::Response problem(int status, std::string_view words) {
  return answer(json::object{{"error", words}}, status);
}

http::Response problems(const std::vector<std::string>& errors) {
  json::array words;
  for (const std::string& error : errors) words.emplace_back(error);
  return answer(json::object{{"error", words.front()}, {"errors", words}}, 422);
}

http::Response problems(const std::vector<domain::Sentence>& errors) {
  std::vector<std::string> words;
  for (const domain::Sentence& error : errors) words.push_back(in_english(error));
  return problems(words);
}

http::Response no_such(std::string_view what) {
  return problem(404, "there is no such " + std::string(what));
}

/// A member as the text that a form would hold; numbers and flags are taken, too.
std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

/// The body as an object; nothing when it is none, or has a member that is longer than the form's field may
/// be.
std::optional<json::object> body_of(const Visit& visit) {
  boost::system::error_code error;
  json::value value = json::parse(visit.request.body, error);
  if (error || !value.is_object()) return std::nullopt;
  json::object& object = value.as_object();
  for (const auto& member : object)
    if (text_of(object, member.key()).size() > field_bytes_max(member.key())) return std::nullopt;
  return std::move(object);
}

http::Response not_an_object() {
  return problem(400, "send a JSON object; its members must not be longer than a form's fields");
}

/// What is wrong with the members that are flags: a text of `"true"` is none.
std::vector<std::string> flag_errors(const json::object& object, const std::vector<std::string_view>& names) {
  std::vector<std::string> errors;
  for (const std::string_view name : names) {
    const json::value* value = object.if_contains(name);
    if (value != nullptr && !value->is_bool())
      errors.push_back(std::string(name) + " is neither true nor false");
  }
  return errors;
}

bool flag_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::vector<std::string_view> flags_of_a_profile() {
  std::vector<std::string_view> names;
  for (const domain::ProfileField& field : domain::profile_fields())
    if (field.kind == domain::ProfileField::Kind::Flag) names.push_back(field.name);
  return names;
}

/// The form with what the object says; what it does not mention stays.
domain::ProfileForm form_of(const json::object& object, domain::ProfileForm form) {
  for (const domain::ProfileField& field : domain::profile_fields()) {
    if (!object.contains(field.name)) continue;
    if (field.kind == domain::ProfileField::Kind::Flag)
      form.*field.flag = flag_of(object, field.name);
    else
      form.*field.text = text_of(object, field.name);
  }
  return form;
}

std::optional<base::Secret> password_of(const json::object& object) {
  const std::string password = text_of(object, "api_password");
  if (password.empty()) return std::nullopt;
  return base::Secret(password);
}

app::ProfileStatus status_of(const SiteState& site, const app::ProfileView& view) {
  return app::status_of(view, site.state_terms(), site.now(), site.ports.zone);
}

/// The profile as it is now, with the warnings of its saving.
ResponseTask show_saved(SiteState& site, const app::SavedProfile& saved, int status) {
  const std::optional<app::ProfileView> view = co_await site.ports.settings.profile(saved.id);
  if (!view) co_return no_such("profile");
  json::object object = to_json(status_of(site, *view));
  json::array warnings;
  for (const domain::Sentence& warning : saved.warnings) warnings.emplace_back(in_english(warning));
  object["warnings"] = std::move(warnings);
  co_return answer(object, status);
}

ResponseTask set_running(SiteState& site, Visit& visit, bool run) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such("profile");
  const app::Act act = site.act(visit);
  co_await site.ports.settings.set_running(view->profile.id, run, act);
  const app::SavedProfile saved{view->profile.id, {}};
  co_return co_await show_saved(site, saved, 200);
}

json::object to_json(const app::AccountReport& report) {
  json::array dids;
  for (const app::DidInfo& info : report.dids)
    dids.push_back(json::object{{"did", info.did.digits()},
                                {"description", info.description},
                                {"ability", app::ability_in_words(info).english()},
                                {"something_answers", app::something_answers(info)}});
  json::object object{{"good", report.good()},
                      {"address", report.address},
                      {"balance", report.balance},
                      {"dids", std::move(dids)},
                      {"trouble", nullptr}};
  if (report.trouble)
    object["trouble"] = json::object{{"words", in_words(report.trouble->kind).english()},
                                     {"detail", in_english(report.trouble->detail)}};
  return object;
}

/// How many rows the client wants: 1 to 1000, 100 unless said.
std::size_t limit_of(const Visit& visit) {
  const std::int64_t wanted = whole_number(visit.query_field("limit")).value_or(100);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 1, rows_max));
}

}  // namespace

ResponseTask list_profiles(SiteState& site, Visit&) {
  const std::vector<app::ProfileStatus> statuses =
      co_await app::profile_statuses(site.ports.settings, site.state_terms(), site.now(), site.ports.zone);
  json::array array;
  for (const app::ProfileStatus& status : statuses) array.push_back(web::to_json(status));
  co_return answer(array);
}

ResponseTask add_profile(SiteState& site, Visit& visit) {
  const auto object = body_of(visit);
  if (!object) co_return not_an_object();
  std::vector<std::string_view> flags = flags_of_a_profile();
  flags.push_back(run_flag);
  if (const auto errors = flag_errors(*object, flags); !errors.empty()) co_return problems(errors);
  const domain::ProfileForm form = form_of(*object, {});
  const std::optional<base::Secret> password = password_of(*object);
  const app::Act act = site.act(visit);
  const app::SaveResult saved = co_await app::add_profile(site.ports.settings, form, password, act);
  if (!saved) co_return problems(saved.error());
  if (flag_of(*object, run_flag)) co_await site.ports.settings.set_running(saved->id, true, act);
  co_return co_await show_saved(site, *saved, 201);
}

ResponseTask show_profile(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such("profile");
  co_return answer(web::to_json(status_of(site, *view)));
}

ResponseTask edit_profile(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such("profile");
  const auto object = body_of(visit);
  if (!object) co_return not_an_object();
  if (const auto errors = flag_errors(*object, flags_of_a_profile()); !errors.empty())
    co_return problems(errors);
  const domain::ProfileForm form =
      form_of(*object, domain::to_form(view->account_email, view->profile.rules));
  const std::optional<base::Secret> password = password_of(*object);
  const app::Act act = site.act(visit);
  const app::SaveResult saved =
      co_await app::edit_profile(site.ports.settings, view->profile.id, form, password, act);
  if (!saved) co_return problems(saved.error());
  co_return co_await show_saved(site, *saved, 200);
}

ResponseTask delete_profile(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such("profile");
  const app::Act act = site.act(visit);
  co_await site.ports.settings.delete_profile(view->profile.id, act);
  http::Response response;
  response.status = 204;
  co_return response;
}

ResponseTask run_profile(SiteState& site, Visit& visit) {
  return set_running(site, visit, true);
}

ResponseTask stop_profile(SiteState& site, Visit& visit) {
  return set_running(site, visit, false);
}

ResponseTask check_account(SiteState& site, Visit& visit) {
  const auto object = body_of(visit);
  if (!object) co_return not_an_object();
  const std::optional<base::Secret> password = password_of(*object);
  const std::string email = text_of(*object, "account");
  if (email.empty() || !password)
    co_return problem(422, "to check the account, give its API e-mail and its API password");
  const app::Credentials credentials{email, *password};
  const app::AccountReport report = co_await app::check_account(site.ports.provider, credentials);
  co_return answer(to_json(report));
}

ResponseTask list_calls(SiteState& site, Visit& visit) {
  app::CallQuery query;
  std::vector<std::string> errors;
  /// Reads a field of the query; one that is there and cannot be read is an error.
  const auto read = [&](std::string_view name, auto reader, std::string_view allowed) {
    const std::string text = visit.query_field(name);
    auto value = reader(text);
    if (!value && !text.empty())
      errors.push_back(fmt::format("{} \"{}\" cannot be read: give {}", name, text, allowed));
    return value;
  };
  if (const auto profile = read("profile", whole_number, "a profile's id"))
    query.profile = domain::ProfileId(*profile);
  query.decision = read("decision", domain::decision_from_code, "a code, such as reply or too_old");
  query.state = read("reply", domain::reply_state_from_code, "a state, such as sent or uncertain");
  query.since = read("since", parse_rfc3339, "a time as 2026-11-24T14:03:10Z (a + as %2B)");
  query.until = read("until", parse_rfc3339, "a time as 2026-11-24T14:03:10Z (a + as %2B)");
  query.after = read("after", parse_position, "what `next` said");
  if (!errors.empty()) co_return problems(errors);
  query.caller = digits_of(visit.query_field("caller"));
  query.limit = limit_of(visit);
  const std::vector<app::CallRecord> records = co_await site.ports.calls.calls(query);
  json::array array;
  for (const app::CallRecord& record : records) array.push_back(web::to_json(record));
  json::object object{{"calls", std::move(array)}, {"next", nullptr}};
  if (records.size() == query.limit) object["next"] = to_text(position_of(records.back()));
  co_return answer(object);
}

ResponseTask order_text(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  const domain::CallId call(id.value_or(0));
  const app::Act act = site.act(visit);
  const app::OrderOutcome outcome =
      co_await app::order_text(site.ports.orders, call, site.order_terms(), site.ports.zone, act);
  if (const auto* refusal = std::get_if<domain::OrderRefusal>(&outcome))
    co_return problem(*refusal == domain::OrderRefusal::NoSuchCall ? 404 : 409,
                      app::in_words(*refusal).english());
  co_return answer(json::object{{"ordered", true}}, 202);
}

ResponseTask list_log(SiteState& site, Visit& visit) {
  app::LogQuery query;
  if (const std::string company = visit.query_field("company"); !company.empty()) query.company = company;
  query.before = whole_number(visit.query_field("before"));
  query.limit = limit_of(visit);
  const std::vector<app::LogRow> rows = co_await site.ports.log.rows(query);
  json::array array;
  for (const app::LogRow& row : rows) array.push_back(web::to_json(row));
  json::object object{{"rows", std::move(array)}, {"next", nullptr}};
  if (rows.size() == query.limit) object["next"] = rows.back().id;
  co_return answer(object);
}

ResponseTask list_users(SiteState& site, Visit&) {
  const std::vector<app::User> users = co_await site.ports.users.users();
  json::array array;
  for (const app::User& user : users)
    array.push_back(json::object{{"name", user.name}, {"created_at", rfc3339(user.created_at)}});
  co_return answer(array);
}

ResponseTask openapi(SiteState&, Visit&) {
  co_return http::Response::json(std::string(embedded_file("openapi/openapi.json").content));
}

}  // namespace sms_notifier::web::api
