#include <algorithm>

#include "app/texts/orders.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/download.h"
#include "web/view/call_position.h"
#include "web/view/csv.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

using domain::Decision;
using domain::ReplyState;

constexpr ReplyState all_states[] = {ReplyState::Reserved,  ReplyState::Sending, ReplyState::Sent,
                                     ReplyState::Rejected,  ReplyState::Unknown, ReplyState::Uncertain,
                                     ReplyState::Cancelled, ReplyState::Expired};

domain::Key in_words(ReplyState state) {
  switch (state) {
    case ReplyState::Reserved:
      return "about to be sent"_key;
    case ReplyState::Sending:
      return "being sent"_key;
    case ReplyState::Sent:
      return "sent"_key;
    case ReplyState::Rejected:
      return "refused by VoIP.ms"_key;
    case ReplyState::Unknown:
      return "checking whether it was sent"_key;
    case ReplyState::Uncertain:
      return "not confirmed"_key;
    case ReplyState::Cancelled:
      return "cancelled"_key;
    case ReplyState::Expired:
      return "too late"_key;
  }
  return {};
}

std::string_view class_of(ReplyState state) {
  switch (state) {
    case ReplyState::Sent:
      return "on";
    case ReplyState::Rejected:
    case ReplyState::Uncertain:
      return "bad";
    case ReplyState::Reserved:
    case ReplyState::Sending:
    case ReplyState::Unknown:
      return "wait";
    case ReplyState::Cancelled:
    case ReplyState::Expired:
      return "off";
  }
  return "";
}

/// `2026-11-24` as the start of that day on the business's clock.
std::optional<base::Instant> start_of(const SiteState& site, const std::string& date, int days_later) {
  const auto wall = domain::parse_wall_time(date + " 00:00:00");
  if (!wall) return std::nullopt;
  return site.ports.zone.instants(domain::WallTime{wall->time + std::chrono::days{days_later}}).earlier;
}

/// What the URL asks for. What cannot be read asks for nothing.
app::CallQuery query_of(const SiteState& site, const Visit& visit) {
  app::CallQuery query;
  if (const auto profile = whole_number(visit.query_field("profile")))
    query.profile = domain::ProfileId(*profile);
  query.decision = domain::decision_from_code(visit.query_field("decision"));
  query.state = domain::reply_state_from_code(visit.query_field("reply"));
  query.caller = digits_of(visit.query_field("caller"));
  query.since = start_of(site, visit.query_field("from"), 0);
  query.until = start_of(site, visit.query_field("to"), 1);
  query.after = parse_position(visit.query_field("after"));
  return query;
}

std::string number_of(const app::CallRecord& record, const Words& words) {
  if (record.erased) return words.say("no longer kept"_key);
  const domain::CallerId& caller = record.call.caller;
  return caller.withheld() ? words.say("withheld"_key) : caller.shown();
}

/// Pages through the calls, newest first.
struct CallSource {
  SiteState& site;
  const Words& words;
  app::CallQuery query;

  base::task<std::vector<app::CallRecord>> next() {
    std::vector<app::CallRecord> records = co_await site.ports.calls.calls(query);
    if (!records.empty()) query.after = position_of(records.back());
    co_return records;
  }
  std::string lines(const app::CallRecord& record) const {
    const auto& reply = record.reply;
    const auto time = [&](std::optional<base::Instant> at) {
      return at ? site.time_text_with_offset(*at) : "";
    };
    return csv_line({site.time_text_with_offset(record.call.started_at()), record.account_email,
                     record.call.caller.withheld() ? "" : record.call.caller.digits(),
                     record.call.caller.name, std::string(record.call.did.digits()),
                     std::to_string(record.call.answered_for().count()),
                     std::string(to_code(record.decision)), words.say(domain::in_words(record.decision)),
                     reply ? std::string(to_code(reply->state)) : "",
                     reply ? std::string(to_code(reply->kind)) : "", reply ? time(reply->requested_at) : "",
                     reply ? reply->provider_id : "", reply ? words.say(reply->evidence) : ""});
  }
};

void show_filters(Values body, const Visit& visit, const app::CallQuery& query,
                  const std::vector<app::ProfileName>& profiles) {
  const Words& words = visit.words();
  for (const app::ProfileName& profile : profiles) {
    Values option = body.add("PROFILE");
    option.set("ID", profile.id.value());
    option.set("NAME", profile.did.number().formatted() + " · " + profile.account_email);
    option.show_if(query.profile == profile.id, "CHOSEN");
  }
  for (const Decision& decision : domain::all_decisions()) {
    Values option = body.add("DECISION");
    option.set("CODE", to_code(decision));
    option.set("NAME", words.say(domain::in_words(decision)));
    option.show_if(query.decision == decision, "CHOSEN");
  }
  for (const ReplyState state : all_states) {
    Values option = body.add("REPLY");
    option.set("CODE", to_code(state));
    option.set("NAME", words.say(in_words(state)));
    option.show_if(query.state == state, "CHOSEN");
  }
  body.show_if(
      query.profile || query.decision || query.state || !query.caller.empty() || query.since || query.until,
      "FILTERED");
  body.set("CALLER", visit.query_field("caller"));
  body.set("FROM", query.since ? visit.query_field("from") : "");
  body.set("TO", query.until ? visit.query_field("to") : "");
}

bool can_be_ordered(const app::CallRecord& record) {
  std::optional<ReplyState> state;
  if (record.reply) state = record.reply->state;
  return domain::can_be_ordered(record.decision, state) && domain::can_be_texted(record.call.caller);
}

void show_call(Values row, const SiteState& site, const Words& words, const app::CallRecord& record) {
  row.set("TIME", site.time_text(record.call.started_at()));
  row.set("CALLER", number_of(record, words));
  row.set("CALLER_NAME", record.call.caller.name);
  row.set("DID", record.call.did.number().formatted());
  row.set("SECONDS", record.call.answered_for().count());
  row.set("DECISION", words.say(domain::in_words(record.decision)));
  if (can_be_ordered(record)) row.add("ORDERABLE").set("ID", record.id.value());
  if (!record.reply) return;
  Values reply = row.add("OUTCOME");
  reply.set("STATE", words.say(in_words(record.reply->state)));
  reply.set("STATE_CLASS", class_of(record.reply->state));
  if (record.reply->settled_at) reply.add("SETTLED").set("TIME", site.time_text(*record.reply->settled_at));
  if (!record.reply->provider_id.empty()) reply.add("PROVIDER").set("ID", record.reply->provider_id);
  if (!record.reply->evidence.empty()) reply.add("EVIDENCE").set("WORDS", words.say(record.reply->evidence));
}

}  // namespace

ResponseTask show_calls(SiteState& site, Visit& visit) {
  app::CallQuery query = query_of(site, visit);
  query.limit = page_rows + 1;
  std::vector<app::CallRecord> records = co_await site.ports.calls.calls(query);
  const std::vector<app::ProfileName> profiles = co_await site.ports.settings.profile_names();

  Page page = site.page(visit, "calls", "Calls"_key);
  Values body = page.body();
  show_filters(body, visit, query, profiles);
  body.set("EXPORT", "/calls/export" + with_field(visit.query, "after", ""));
  if (records.size() > page_rows) {
    records.pop_back();
    const std::string after = to_text(position_of(records.back()));
    body.add("OLDER").set("URL", "/calls/" + with_field(visit.query, "after", after));
  }
  if (query.after) body.add("NEWEST").set("URL", "/calls/" + with_field(visit.query, "after", ""));
  body.show_if(records.empty(), "NO_ROWS");
  for (const app::CallRecord& record : records) show_call(body.add("CALL"), site, visit.words(), record);
  co_return http::Response::html(page.html());
}

ResponseTask export_calls(SiteState& site, Visit& visit) {
  app::CallQuery query = query_of(site, visit);
  query.after.reset();
  query.limit = export_rows;
  co_return csv_download(
      "calls.csv",
      csv_line({"Called at", "Account", "Caller", "Caller name", "DID", "Seconds", "Decision", "Reason",
                "Reply", "Kind", "Requested at", "Provider id", "Evidence"}),
      CallSource{site, visit.words(), query});
}

namespace {

base::task<std::optional<app::CallRecord>> call_in_path(SiteState& site, const Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return std::nullopt;
  app::CallQuery query;
  query.only = domain::CallId(*id);
  std::vector<app::CallRecord> found = co_await site.ports.calls.calls(query);
  if (found.empty()) co_return std::nullopt;
  co_return std::move(found.front());
}

}  // namespace

ResponseTask show_order(SiteState& site, Visit& visit) {
  const std::optional<app::CallRecord> record = co_await call_in_path(site, visit);
  if (!record) co_return site.complain(visit, 404, app::in_words(domain::OrderRefusal::NoSuchCall));
  if (!can_be_ordered(*record))
    co_return site.complain(visit, 409, app::in_words(domain::OrderRefusal::NotOffered));
  Page page = site.page(visit, "order", "Text now"_key);
  Values body = page.body();
  body.set("ID", record->id.value());
  show_call(body, site, visit.words(), *record);
  if (record->reply) body.add("UNCERTAIN").set("EVIDENCE", visit.words().say(record->reply->evidence));
  co_return http::Response::html(page.html());
}

ResponseTask order_text(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  const domain::CallId call(id.value_or(0));
  const app::Act act = site.act(visit);
  const app::OrderOutcome outcome =
      co_await app::order_text(site.ports.orders, call, site.order_terms(), site.ports.zone, act);
  if (const auto* refusal = std::get_if<domain::OrderRefusal>(&outcome)) {
    site.notice(visit, app::in_words(*refusal), false);
    co_return redirect("/calls/");
  }
  const app::OpenReply& reply = std::get<app::Ordered>(outcome).reply;
  site.notice(visit, {"The text to {} is being sent."_key, reply.text.to.formatted()});
  site.live.changed();
  co_return redirect("/calls/");
}

}  // namespace sms_notifier::web
