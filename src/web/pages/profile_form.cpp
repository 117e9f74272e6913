#include "web/pages/profile_form.h"

#include "domain/dollars.h"
#include "domain/reply.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/state_words.h"

namespace sms_notifier::web {
namespace {

void show_report(Values body, const Words& words, const app::AccountReport& report, const std::string& did) {
  Values shown = body.add("REPORT");
  if (report.trouble) {
    Values trouble = shown.add("TROUBLE");
    trouble.set("WORDS", words.say(in_words(report.trouble->kind)));
    trouble.set("DETAIL", words.say(report.trouble->detail));
    if (report.trouble->kind == app::TroubleKind::AddressRefused)
      trouble.add("ALLOW").set("ADDRESS", report.address);
  }
  if (!report.address.empty()) shown.add("REACHED").set("ADDRESS", report.address);
  if (app::lacks_funds(report))
    shown.add("NO_FUNDS").set("WORDS", words.say(in_words(app::TroubleKind::NoFunds)));
  if (!report.balance.empty()) {
    const std::optional<domain::Dollars> balance = domain::parse_dollars(report.balance);
    shown.add("BALANCE").set("AMOUNT", balance ? words.say(*balance) : report.balance);
  }
  for (const app::DidInfo& info : report.dids) {
    Values row = shown.add("DID");
    row.set("DIGITS", info.did.digits());
    row.set("NUMBER", info.did.number().formatted());
    row.set("DESCRIPTION", info.description);
    row.set("ABILITY", words.say(app::ability_in_words(info)));
    row.show_if(info.did.digits() == did, "CHOSEN");
    row.show_if(app::something_answers(info), "ANSWERED");
  }
  body.show_if(!report.dids.empty(), "DIDS_KNOWN");
}

}  // namespace

domain::ProfileForm read_profile_form(const Visit& visit) {
  const auto ticked = [&](std::string_view name) {
    const std::string value = domain::lower_case(visit.form_field(name));
    return value == "on" || value == "true" || value == "1" || value == "y" || value == "yes";
  };
  domain::ProfileForm form;
  form.account = visit.form_field("name");
  form.did = visit.form_field("did");
  // Browsers end the lines of a text area with CR LF; phones show LF.
  for (const char c : visit.form_field("message"))
    if (c != '\r') form.message += c;
  form.call_duration = visit.form_field("call_duration");
  form.limit_to_one_did = ticked("limit_to_one_DID");
  form.wait = visit.form_field("wait");
  form.cooldown = visit.form_field("cooldown");
  form.history_size = visit.form_field("history_size");
  form.hours = visit.form_field("hours");
  form.dry_run = ticked("dry_run");
  return form;
}

Page profile_form_page(SiteState& site, const Visit& visit, const ProfileFormPage& shown) {
  const Words& words = visit.words();
  Page page = site.page(visit, "profile", shown.id ? "Edit profile"_key : "New profile"_key);
  Values body = page.body();
  const domain::ProfileForm& form = shown.form;
  if (shown.id) {
    Values existing = body.add("EXISTING");
    existing.set("ID", shown.id->value());
    existing.set("CSRF_TOKEN", visit.csrf_token);
    existing.set("FROM", form.did);
    if (shown.status) show_state(existing.add("STATE_OF_IT"), site, visit, *shown.status);
  }
  body.show_if(!shown.id, "NEW");
  body.set("NAME", form.account);
  body.set("DID", form.did);
  body.set("MESSAGE", form.message);
  body.set("CALL_DURATION", form.call_duration);
  body.set("WAIT", form.wait);
  body.set("COOLDOWN", form.cooldown);
  body.set("HISTORY_SIZE", form.history_size);
  body.set("HOURS", form.hours);
  body.show_if(form.limit_to_one_did, "LIMITED");
  body.show_if(form.dry_run, "DRY_RUN");
  body.show_if(shown.password_kept, "PASSWORD_KEPT");
  body.show_if(!shown.password_kept && shown.id.has_value(), "PASSWORD_STORED");
  body.show_if(!shown.password_kept && !shown.id, "PASSWORD_NEEDED");

  body.set("BYTES", static_cast<std::int64_t>(form.message.size()));
  body.set("CHARACTERS", static_cast<std::int64_t>(domain::character_count(form.message)));
  body.set("SMS_BYTES_MAX", static_cast<std::int64_t>(domain::sms_bytes_max));
  body.set("CHARACTERS_MAX", static_cast<std::int64_t>(domain::message_characters_max));
  body.set("SMS_PRICE", words.say(domain::sms_price));
  body.set("MMS_PRICE", words.say(domain::mms_price));
  const bool sms = domain::kind_of(form.message) == domain::MessageKind::Sms;
  body.show(sms ? "AS_SMS" : "AS_MMS");

  for (const domain::Sentence& error : shown.errors) body.add("ERROR").set("WORDS", words.say(error));
  if (shown.report) show_report(body, words, *shown.report, form.did);
  return page;
}

}  // namespace sms_notifier::web
