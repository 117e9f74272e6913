#include <cmath>

#include <boost/json.hpp>

#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/download.h"
#include "web/view/csv.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

constexpr std::size_t company_bytes_max = 254;
constexpr std::size_t record_bytes_max = 4000;
/// Seconds since 1970 that a log row may carry: up to the year 2286.
constexpr double epoch_max = 1e10;

app::LogQuery query_of(const Visit& visit) {
  app::LogQuery query;
  const std::string company = visit.query_field("company");
  if (!company.empty()) query.company = company;
  query.before = whole_number(visit.query_field("before"));
  return query;
}

/// Pages through the log, newest first.
struct LogSource {
  SiteState& site;
  const Words& words;
  app::LogQuery query;

  base::task<std::vector<app::LogRow>> next() {
    std::vector<app::LogRow> rows = co_await site.ports.log.rows(query);
    if (!rows.empty()) query.before = rows.back().id;
    co_return rows;
  }
  std::string lines(const app::LogRow& row) const {
    return csv_line({row.company, site.time_text_with_offset(row.at), words.say(row.what)});
  }
};

http::Response log_answer(int status, std::string_view word, std::string_view message) {
  boost::json::object body{{"status", word}};
  if (!message.empty()) body["message"] = message;
  return http::Response::json(boost::json::serialize(body), status);
}

/// `{"data":[company, epoch, record, token]}`; nothing when it is anything else.
struct PostedRow {
  app::LogRow row;
  std::string token;
};
std::optional<PostedRow> read_posted(const std::string& body) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const boost::json::value* data = value.as_object().if_contains("data");
  if (data == nullptr || !data->is_array() || data->as_array().size() != 4) return std::nullopt;
  const boost::json::array& fields = data->as_array();
  if (!fields[0].is_string() || !fields[2].is_string() || !fields[3].is_string()) return std::nullopt;
  if (!fields[1].is_number()) return std::nullopt;
  const double epoch = fields[1].to_number<double>();
  if (!std::isfinite(epoch) || epoch < 0 || epoch > epoch_max) return std::nullopt;

  PostedRow posted;
  posted.row.company = domain::one_line(std::string_view(fields[0].as_string()), company_bytes_max);
  posted.row.at = base::Instant(std::chrono::floor<base::Duration>(std::chrono::duration<double>(epoch)));
  posted.row.what = domain::Sentence::as_written(
      domain::one_line(std::string_view(fields[2].as_string()), record_bytes_max));
  posted.token = std::string(fields[3].as_string());
  if (posted.row.company.empty() || posted.row.what.empty()) return std::nullopt;
  return posted;
}

}  // namespace

ResponseTask show_log(SiteState& site, Visit& visit) {
  app::LogQuery query = query_of(visit);
  query.limit = page_rows + 1;
  std::vector<app::LogRow> rows = co_await site.ports.log.rows(query);
  const std::vector<std::string> companies = co_await site.ports.log.companies();

  Page page = site.page(visit, "log", "Log"_key);
  Values body = page.body();
  for (const std::string& company : companies) {
    Values option = body.add("COMPANY");
    option.set("NAME", company);
    option.show_if(query.company && domain::lower_case(*query.company) == domain::lower_case(company),
                   "CHOSEN");
  }
  body.set("EXPORT", "/export/" + with_field(visit.query, "before", ""));
  if (rows.size() > page_rows) {
    rows.pop_back();
    body.add("OLDER").set("URL", "/log/" + with_field(visit.query, "before", std::to_string(rows.back().id)));
  }
  if (query.before) body.add("NEWEST").set("URL", "/log/" + with_field(visit.query, "before", ""));
  body.show_if(rows.empty(), "NO_ROWS");
  for (const app::LogRow& row : rows) {
    Values shown = body.add("ROW");
    shown.set("TIME", site.time_text(row.at));
    shown.set("NAME", row.company);
    shown.set("RECORD", visit.words().say(row.what));
  }
  co_return http::Response::html(page.html());
}

ResponseTask add_to_log(SiteState& site, Visit& visit) {
  std::optional<PostedRow> posted = read_posted(visit.request.body);
  if (!posted)
    co_return log_answer(400, "error", "Send {\"data\": [company, epoch seconds, record, token]} as JSON");
  const bool known =
      !site.options.log_token.empty() && site.ports.mint.same(posted->token, site.options.log_token.reveal());
  if (!known) {
    co_await site.refused(visit, app::AuditAction::LogTokenRefused);
    co_return log_answer(401, "error", "Invalid token");
  }
  std::vector<app::LogRow> rows{std::move(posted->row)};
  co_await site.ports.log.append(std::move(rows));
  site.live.changed();
  co_return log_answer(200, "success", "");
}

ResponseTask export_log(SiteState& site, Visit& visit) {
  app::LogQuery query = query_of(visit);
  if (const std::string company = visit.form_field("company"); !company.empty()) query.company = company;
  query.before.reset();
  query.limit = export_rows;
  const std::string company = query.company.value_or("all");
  co_return csv_download(file_name(company) + "_logs.csv", csv_line({"Company", "Timestamp", "Record"}),
                         LogSource{site, visit.words(), query});
}

}  // namespace sms_notifier::web
