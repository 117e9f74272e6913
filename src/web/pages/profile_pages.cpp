#include "app/profiles/profiles.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/pages/profile_form.h"
#include "web/view/call_position.h"

namespace sms_notifier::web {
namespace {

constexpr int unprocessable = 422;

http::Response no_such_profile(Context& context, const Visit& visit) {
  return context.complain(visit, 404, "There is no such profile. Perhaps somebody deleted it.");
}

/// The password that goes with the form: the one in it, else the one typed before in this session.
std::optional<base::Secret> password_for(Context& context, const Visit& visit, const std::string& email) {
  const std::string typed = visit.form_field("password");
  if (typed.empty()) return context.drafts.password(visit.session->id, email, context.now());
  context.drafts.keep(visit.session->id, {email, base::Secret(typed)}, context.now());
  return base::Secret(typed);
}

/// The account as stored, when somebody edits a profile without typing the password again.
base::task<std::optional<app::Account>> stored_account(Context& context, std::string email) {
  std::vector<app::Account> accounts = co_await context.ports.settings.accounts();
  for (app::Account& account : accounts)
    if (domain::lower_case(account.credentials.email) == domain::lower_case(email))
      co_return std::move(account);
  co_return std::nullopt;
}

/// Asks the provider about the account in the form, and shows the form again with what it said.
Reply check(Context& context, Visit& visit, ProfileFormPage shown) {
  const std::string email(domain::trimmed(shown.form.account));
  std::optional<base::Secret> password = password_for(context, visit, email);
  shown.password_kept = password.has_value();
  if (!password && !email.empty()) {
    const std::optional<app::Account> account = co_await stored_account(context, email);
    if (account && !account->credentials.api_password.empty()) password = account->credentials.api_password;
  }
  if (email.empty() || !password) {
    shown.errors.push_back("to check the account, give its API e-mail and its API password");
  } else {
    const app::Credentials credentials{email, *password};
    shown.report = co_await app::check_account(context.ports.provider, credentials);
  }
  const Page page = profile_form_page(context, visit, shown);
  co_return http::Response::html(page.html());
}

/// What is left to do when a form was saved or refused.
Reply finish_save(Context& context, Visit& visit, ProfileFormPage shown, app::SaveResult saved) {
  if (!saved) {
    for (const base::Error& error : saved.error()) shown.errors.push_back(error.message);
    const Page page = profile_form_page(context, visit, shown);
    co_return http::Response::html(page.html(), unprocessable);
  }
  context.drafts.forget(visit.session->id);
  const std::optional<app::ProfileView> view = co_await context.ports.settings.profile(saved->id);
  const std::string action = shown.id ? "profile_edited" : "profile_created";
  const std::string name = view ? subject(*view) : "profile " + std::to_string(saved->id.value());
  co_await context.audit(visit, action, name);
  context.notice(visit, visit.words().say(shown.id ? "The profile is saved; the change holds from now on."
                                                   : "The profile is saved. Press Run to start it."));
  for (const std::string& warning : saved->warnings)
    context.notice(visit, visit.words().retell(warning), false);
  co_return redirect("/");
}

}  // namespace

Reply show_create(Context& context, Visit& visit) {
  context.drafts.forget(visit.session->id);
  ProfileFormPage shown;
  shown.form.call_duration = "10";
  shown.form.cooldown = "24";
  const Page page = profile_form_page(context, visit, shown);
  co_return http::Response::html(page.html());
}

Reply create(Context& context, Visit& visit) {
  ProfileFormPage shown;
  shown.form = read_profile_form(visit);
  if (visit.form_field("action") == "check") co_return co_await check(context, visit, std::move(shown));
  const std::optional<base::Secret> password =
      password_for(context, visit, std::string(domain::trimmed(shown.form.account)));
  shown.password_kept = password.has_value();
  app::SaveResult saved = co_await app::add_profile(context.ports.settings, shown.form, password);
  co_return co_await finish_save(context, visit, std::move(shown), std::move(saved));
}

Reply show_edit(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  context.drafts.forget(visit.session->id);
  ProfileFormPage shown;
  shown.id = view->profile.id;
  shown.form = domain::to_form(view->account_email, view->profile.rules);
  const Page page = profile_form_page(context, visit, shown);
  co_return http::Response::html(page.html());
}

Reply edit(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  ProfileFormPage shown;
  shown.id = view->profile.id;
  shown.form = read_profile_form(visit);
  if (visit.form_field("action") == "check") co_return co_await check(context, visit, std::move(shown));
  const std::optional<base::Secret> password =
      password_for(context, visit, std::string(domain::trimmed(shown.form.account)));
  shown.password_kept = password.has_value();
  app::SaveResult saved =
      co_await app::edit_profile(context.ports.settings, view->profile.id, shown.form, password);
  co_return co_await finish_save(context, visit, std::move(shown), std::move(saved));
}

Reply show_delete(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  Page page = context.page(visit, "delete", "Delete profile");
  Values body = page.body();
  body.set("ID", view->profile.id.value());
  body.set("ACCOUNT", view->account_email);
  body.set("NUMBER", view->profile.rules.did.number().formatted());
  co_return http::Response::html(page.html());
}

Reply delete_profile(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  const bool deleted = co_await context.ports.settings.delete_profile(view->profile.id);
  if (!deleted) co_return no_such_profile(context, visit);
  co_await context.audit(visit, "profile_deleted", subject(*view));
  context.notice(visit, visit.words().say("The profile and its log are deleted."));
  co_return redirect("/");
}

Reply run_or_stop(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  // The button says what it does, so that two people who press at once want the same; without it the profile
  // is turned over.
  const std::string action = visit.form_field("action");
  const bool run = action.empty() ? !view->profile.running : action == "run";
  const bool done = co_await context.ports.settings.set_running(view->profile.id, run);
  if (!done) co_return no_such_profile(context, visit);
  const std::string done_as = run ? "profile_run" : "profile_stopped";
  co_await context.audit(visit, done_as, subject(*view));
  context.live.changed();
  co_return redirect("/");
}

Reply send_test_text(Context& context, Visit& visit) {
  const std::optional<app::ProfileView> view = co_await context.profile_in_path(visit);
  if (!view) co_return no_such_profile(context, visit);
  const std::string back = "/edit/" + std::to_string(view->profile.id.value());
  const auto phone = domain::PhoneNumber::parse(visit.form_field("phone"));
  if (!phone) {
    context.notice(visit,
                   visit.words().say("This is not a phone number: give its ten digits, such as 5551234567."),
                   false);
    co_return redirect(back);
  }
  const std::optional<app::Account> account = co_await stored_account(context, view->account_email);
  if (!account) co_return no_such_profile(context, visit);
  const domain::TextMessage text{view->profile.rules.did, *phone, view->profile.rules.message};
  // Written down first, so that the provider's list never shows a text that nobody here knows of.
  co_await context.ports.ledger.note_test_text(account->id, text, context.now());
  co_await context.audit(visit, "test_text", subject(*view));
  const app::SubmitOutcome outcome =
      co_await context.ports.provider.submit(account->credentials, text, domain::kind_of(text.body));
  const Words& words = visit.words();
  if (std::holds_alternative<app::Accepted>(outcome))
    context.notice(visit, tell(words, "The test text is on its way to {}.", phone->formatted()));
  else if (const auto* rejected = std::get_if<app::Rejected>(&outcome))
    context.notice(visit, tell(words, "VoIP.ms refused the test text: {}", rejected->detail), false);
  else if (const auto* not_sent = std::get_if<app::NotSent>(&outcome))
    context.notice(
        visit, tell(words, "The test text was not sent: {}", words.say(in_words(not_sent->why.kind))), false);
  else
    context.notice(visit, words.say("It is not clear whether the test text went out. Look at your phone."),
                   false);
  co_return redirect(back);
}

}  // namespace sms_notifier::web
