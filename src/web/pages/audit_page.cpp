
#include "domain/sentences.h"
#include "web/pages/pages.h"
#include "web/site/download.h"
#include "web/view/audit_words.h"
#include "web/view/csv.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

/// What belongs in the sentence of the act, and is no change.
std::optional<std::string> said_with_the_act(const app::AuditDetail& detail, const Words& words) {
  const std::string value = detail.after.value_or("");
  if (detail.field == "more") return words.say({"{} more within a minute"_key, value});
  if (detail.field == "to") return words.say({"recipient: {}"_key, value_in_words(detail, value, words)});
  return std::nullopt;
}

void show_change(Values shown, const app::AuditDetail& change, const Words& words) {
  shown.set("FIELD", words.say(field_in_words(change.field)));
  shown.show_if(!change.before && !change.after, "SECRET");
  if (change.before) shown.add("BEFORE").set("VALUE", value_in_words(change, *change.before, words));
  shown.show_if(change.before && change.after, "BECAME");
  if (change.after) shown.add("AFTER").set("VALUE", value_in_words(change, *change.after, words));
}

void show_row(Values shown, const SiteState& site, const app::AuditRow& row, const Words& words) {
  shown.set("TIME", site.time_text(row.act.at));
  shown.set("ACTOR", actor_in_words(row.act.actor, words));
  shown.set("ADDRESS", row.act.actor.address);
  shown.set("ACTION", words.say(in_words(row.action)));
  shown.set("TARGET", target_in_words(row.target, words));
  std::vector<app::AuditDetail> changes;
  for (const app::AuditDetail& detail : row.details) {
    if (const auto said = said_with_the_act(detail, words))
      shown.add("MORE").set("WORDS", *said);
    else
      changes.push_back(detail);
  }
  if (changes.empty()) return;
  Values list = shown.add("CHANGES");
  for (const app::AuditDetail& change : changes) show_change(list.add("CHANGE"), change, words);
}

std::string number_or_empty(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

/// One line for each detail; one where there is none.
std::string csv_lines(const SiteState& site, const app::AuditRow& row) {
  const app::Actor& actor = row.act.actor;
  const std::vector<std::string> fields{std::to_string(row.id),
                                        site.time_text_with_offset(row.act.at),
                                        std::string(to_code(actor.kind)),
                                        actor.name,
                                        actor.token,
                                        number_or_empty(actor.session),
                                        actor.address,
                                        std::string(to_code(row.action)),
                                        std::string(to_code(row.target.kind)),
                                        number_or_empty(row.target.id),
                                        row.target.name};
  std::vector<app::AuditDetail> details = row.details;
  if (details.empty()) details.emplace_back();
  std::string text;
  for (const app::AuditDetail& detail : details) {
    std::vector<std::string> line = fields;
    line.insert(line.end(), {detail.field, detail.before.value_or(""), detail.after.value_or("")});
    text += csv_line(line);
  }
  return text;
}

/// Pages through the trail, newest first.
struct AuditSource {
  SiteState& site;
  std::optional<std::int64_t> before;

  base::task<std::vector<app::AuditRow>> next() {
    std::vector<app::AuditRow> rows = co_await site.ports.audit.audit_rows(before, export_rows);
    if (!rows.empty()) before = rows.back().id;
    co_return rows;
  }
  std::string lines(const app::AuditRow& row) const { return csv_lines(site, row); }
};

}  // namespace

ResponseTask show_audit(SiteState& site, Visit& visit) {
  const auto before = whole_number(visit.query_field("before"));
  std::vector<app::AuditRow> rows = co_await site.ports.audit.audit_rows(before, page_rows + 1);
  Page page = site.page(visit, "audit", "Audit log"_key);
  Values body = page.body();
  if (rows.size() > page_rows) {
    rows.pop_back();
    body.add("OLDER").set("URL", "/audit/?before=" + std::to_string(rows.back().id));
  }
  if (before) body.add("NEWEST").set("URL", "/audit/");
  body.show_if(rows.empty(), "NO_ROWS");
  for (const app::AuditRow& row : rows) show_row(body.add("ROW"), site, row, visit.words());
  co_return http::Response::html(page.html());
}

ResponseTask export_audit(SiteState& site, Visit&) {
  co_return csv_download(
      "audit.csv",
      csv_line({"Id", "Timestamp", "Actor", "Name", "API token", "Session", "Address", "Action", "Target",
                "Target id", "Target name", "Field", "Before", "After"}),
      AuditSource{site, std::nullopt});
}

}  // namespace sms_notifier::web
