#include "app/profiles/profiles.h"
#include "app/texts/orders.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "domain/typed.h"
#include "web/pages/pages.h"
#include "web/pages/profile_form.h"

namespace sms_notifier::web {
namespace {

constexpr int unprocessable = 422;

http::Response no_such_profile(SiteState& site, const Visit& visit) {
  return site.complain(visit, 404, "This profile does not exist. It may have been deleted."_key);
}

/// The password that goes with the form: the one in it, else the one typed before in this session.
std::optional<base::Secret> password_for(SiteState& site, const Visit& visit, const std::string& email) {
  const std::string typed = visit.form_field("password");
  if (typed.empty()) return site.drafts.password(visit.session->id, email, site.now());
  site.drafts.keep(visit.session->id, {email, base::Secret(typed)}, site.now());
  return base::Secret(typed);
}

/// The account as stored, when the owner edits a profile without typing the password again.
base::task<std::optional<app::Account>> stored_account(SiteState& site, std::string email) {
  std::vector<app::Account> accounts = co_await site.ports.settings.accounts({});
  for (app::Account& account : accounts)
    if (domain::lower_case(account.credentials.email) == domain::lower_case(email))
      co_return std::move(account);
  co_return std::nullopt;
}

/// Asks the provider about the account in the form, and shows the form again with what it said.
ResponseTask check(SiteState& site, Visit& visit, ProfileFormPage shown) {
  const std::string email = domain::typed_email(shown.form.account);
  std::optional<base::Secret> password = password_for(site, visit, email);
  shown.password_kept = password.has_value();
  if (!password && !email.empty()) {
    const std::optional<app::Account> account = co_await stored_account(site, email);
    if (account && !account->credentials.api_password.empty()) password = account->credentials.api_password;
  }
  if (email.empty() || !password) {
    shown.errors.push_back("to check the account, give its API e-mail and its API password"_key);
  } else {
    const app::Credentials credentials{email, *password};
    shown.report = co_await app::check_account(site.ports.provider, credentials);
  }
  const Page page = profile_form_page(site, visit, shown);
  co_return http::Response::html(page.html());
}

/// What is left to do when a form was saved or refused.
ResponseTask finish_save(SiteState& site, Visit& visit, ProfileFormPage shown, app::SaveResult saved) {
  if (!saved) {
    shown.errors = saved.error();
    const Page page = profile_form_page(site, visit, shown);
    co_return http::Response::html(page.html(), unprocessable);
  }
  site.drafts.forget(visit.session->id);
  site.notice(visit, shown.id ? "Saved."_key : "Saved. Press Run to start the profile."_key);
  for (const domain::Sentence& warning : saved->warnings) site.notice(visit, warning, false);
  co_return redirect("/");
}

}  // namespace

ResponseTask show_create(SiteState& site, Visit& visit) {
  site.drafts.forget(visit.session->id);
  ProfileFormPage shown;
  shown.form.call_duration = "10";
  shown.form.cooldown = "24";
  const Page page = profile_form_page(site, visit, shown);
  co_return http::Response::html(page.html());
}

ResponseTask create(SiteState& site, Visit& visit) {
  ProfileFormPage shown;
  shown.form = read_profile_form(visit);
  if (visit.form_field("action") == "check") co_return co_await check(site, visit, std::move(shown));
  const std::optional<base::Secret> password =
      password_for(site, visit, domain::typed_email(shown.form.account));
  shown.password_kept = password.has_value();
  const app::Act act = site.act(visit);
  app::SaveResult saved = co_await app::add_profile(site.ports.settings, shown.form, password, act);
  co_return co_await finish_save(site, visit, std::move(shown), std::move(saved));
}

ResponseTask show_edit(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  site.drafts.forget(visit.session->id);
  ProfileFormPage shown;
  shown.id = view->profile.id;
  shown.status = app::status_of(*view, site.state_terms(), site.now(), site.ports.zone);
  shown.form = domain::to_form(view->account_email, view->profile.rules);
  const Page page = profile_form_page(site, visit, shown);
  co_return http::Response::html(page.html());
}

ResponseTask edit(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  ProfileFormPage shown;
  shown.id = view->profile.id;
  shown.status = app::status_of(*view, site.state_terms(), site.now(), site.ports.zone);
  shown.form = read_profile_form(visit);
  if (visit.form_field("action") == "check") co_return co_await check(site, visit, std::move(shown));
  const std::optional<base::Secret> password =
      password_for(site, visit, domain::typed_email(shown.form.account));
  shown.password_kept = password.has_value();
  const app::Act act = site.act(visit);
  app::SaveResult saved =
      co_await app::edit_profile(site.ports.settings, view->profile.id, shown.form, password, act);
  co_return co_await finish_save(site, visit, std::move(shown), std::move(saved));
}

ResponseTask show_delete(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  Page page = site.page(visit, "delete", "Delete profile"_key);
  Values body = page.body();
  body.set("ID", view->profile.id.value());
  body.set("ACCOUNT", view->account_email);
  body.set("NUMBER", view->profile.rules.did.number().formatted());
  co_return http::Response::html(page.html());
}

ResponseTask delete_profile(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  const app::Act act = site.act(visit);
  const bool deleted = co_await site.ports.settings.delete_profile(view->profile.id, act);
  if (!deleted) co_return no_such_profile(site, visit);
  site.notice(visit, "The profile and its log were deleted."_key);
  co_return redirect("/");
}

ResponseTask run_or_stop(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  // The button says what it does, so that two people who press at once want the same; without it the profile
  // is turned over.
  const std::string action = visit.form_field("action");
  const bool run = action.empty() ? !view->profile.running : action == "run";
  const app::Act act = site.act(visit);
  const bool done = co_await site.ports.settings.set_running(view->profile.id, run, act);
  if (!done) co_return no_such_profile(site, visit);
  site.live.changed();
  co_return redirect("/");
}

ResponseTask let_texts_go(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  const app::Act act = site.act(visit);
  const bool done = co_await site.ports.settings.trust_ledger(view->profile.id, act);
  if (!done) co_return no_such_profile(site, visit);
  site.notice(visit, "Texts go out again. A caller whose text is not known here may get a second one."_key);
  site.live.changed();
  co_return redirect("/");
}

ResponseTask send_test_text(SiteState& site, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await site.profile_in_path(visit);
  if (!view) co_return no_such_profile(site, visit);
  const std::string back = "/edit/" + std::to_string(view->profile.id.value());
  const auto phone = domain::typed_number(visit.form_field("phone"));
  if (!phone) {
    site.notice(visit, "This is not a phone number: give its ten digits, such as 5551234567."_key, false);
    co_return redirect(back);
  }
  const app::Act act = site.act(visit);
  const app::OrderOutcome outcome = co_await app::order_test_text(site.ports.orders, view->profile.id, *phone,
                                                                  site.order_terms(), site.ports.zone, act);
  if (const auto* refusal = std::get_if<domain::OrderRefusal>(&outcome)) {
    site.notice(visit, app::in_words(*refusal), false);
    co_return redirect(back);
  }
  const domain::ReplyId reply = std::get<app::Ordered>(outcome).reply.id;
  const app::TestTextProgress progress =
      co_await app::follow_test_text(site.ports.orders, site.ports.clock, reply, site.options.test_text_wait);
  switch (progress.state) {
    case domain::ReplyState::Sent:
      site.notice(visit, {"The test text is on its way to {}."_key, phone->formatted()});
      break;
    case domain::ReplyState::Rejected:
      site.notice(visit, {"VoIP.ms refused the test text: {}"_key, progress.evidence}, false);
      break;
    case domain::ReplyState::Reserved:
    case domain::ReplyState::Sending:
      site.notice(
          visit,
          "The test text is still waiting. It is sent within two minutes or not at all: watch your phone."_key,
          false);
      break;
    case domain::ReplyState::Unknown:
    case domain::ReplyState::Uncertain:
      site.notice(visit, "We could not confirm that the test text was sent. Look at your phone."_key, false);
      break;
    case domain::ReplyState::Cancelled:
    case domain::ReplyState::Expired:
      site.notice(visit, {"The test text was not sent: {}"_key, progress.evidence}, false);
      break;
  }
  co_return redirect(back);
}

}  // namespace sms_notifier::web
