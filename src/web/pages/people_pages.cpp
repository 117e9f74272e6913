#include "app/people/people.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/session_cookie.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

constexpr domain::Key busy = "Too many people are logging in right now. Try again in a minute."_key;

/// Back to the page, with what went wrong.
http::Response back_with(SiteState& site, const Visit& visit, domain::Sentence error) {
  site.notice(visit, std::move(error), false);
  return redirect("/users/");
}

/// Back to the page, with why nothing was changed.
http::Response refused(SiteState& site, const Visit& visit, const app::PeopleRefusal& refusal) {
  if (refusal.why == app::PeopleRefusal::Why::Busy) return site.complain(visit, 503, busy);
  return back_with(site, visit, refusal.words);
}

}  // namespace

ResponseTask show_users(SiteState& site, Visit& visit) {
  const std::vector<app::User> users = co_await site.ports.users.users();
  const std::vector<app::Session> sessions =
      co_await site.ports.sessions.sessions_of(visit.session->user, site.now(), site.options.session_limits);
  const std::vector<app::ApiToken> tokens = co_await site.ports.sessions.tokens();

  Page page = site.page(visit, "users", "Users"_key);
  Values body = page.body();
  for (const app::User& user : users) {
    Values row = body.add("PERSON_ROW");
    row.set("NAME", user.name);
    row.set("SINCE", site.time_text(user.created_at));
    if (users.size() > 1) {
      Values removable = row.add("REMOVABLE");
      removable.set("NAME", user.name);
      removable.set("CSRF_TOKEN", visit.csrf_token);
    }
    row.show_if(user.id == visit.session->user, "SELF");
  }
  for (const app::Session& session : sessions) {
    Values row = body.add("SESSION");
    row.set("ID", session.id);
    row.set("ADDRESS", session.address);
    row.set("BROWSER", session.browser);
    row.set("SINCE", site.time_text(session.started_at));
    row.set("LAST", site.time_text(session.last_seen_at));
    row.set("CSRF_TOKEN", visit.csrf_token);
    row.show_if(session.id == visit.session->id, "THIS");
  }
  for (const app::ApiToken& token : tokens) {
    Values row = body.add("TOKEN");
    row.set("ID", token.id);
    row.set("NAME", token.name);
    row.set("USER", token.user_name);
    row.set("SINCE", site.time_text(token.created_at));
    row.set("LAST", token.last_used_at ? site.time_text(*token.last_used_at) : "");
    row.set("CSRF_TOKEN", visit.csrf_token);
  }
  body.show_if(tokens.empty(), "NO_TOKENS");
  co_return http::Response::html(page.html());
}

ResponseTask add_user(SiteState& site, Visit& visit) {
  const std::string typed = visit.form_field("username");
  const base::Secret password(visit.form_field("password"));
  const app::Act act = site.act(visit);
  const app::PeopleResult added =
      co_await app::add_user(site.ports.users, site.ports.passwords, typed, password, act);
  if (!added) co_return refused(site, visit, added.error());
  site.notice(visit, {"User {} was added."_key, *added});
  co_return redirect("/users/");
}

ResponseTask change_password(SiteState& site, Visit& visit) {
  const std::string name = visit.session->user_name;
  const std::optional<app::User> user = co_await site.ports.users.user(name);
  if (!user) co_return redirect("/login");
  // Guessing at an open page of someone else's is held up, too; by the session's own count, which no stranger
  // can touch.
  const LoginAttempt attempt{domain::lower_case(name), visit.address,
                             "session " + std::to_string(visit.session->id)};
  if (site.login_guard.wait_before(attempt, site.ports.clock.monotonic()) > base::Duration::zero())
    co_return back_with(site, visit, "too many attempts: try again in a few minutes"_key);
  site.login_guard.begin(attempt, site.ports.clock.monotonic());
  const base::Secret present(visit.form_field("present_password"));
  const app::PasswordDesk::Verdict verdict =
      co_await site.ports.passwords.verify(app::PasswordDesk::Asker::Known, present, user->password_hash);
  if (verdict == app::PasswordDesk::Verdict::Busy) co_return site.complain(visit, 503, busy);
  if (verdict == app::PasswordDesk::Verdict::Wrong) {
    co_await site.refused(visit, app::AuditAction::PasswordRefused);
    co_return back_with(site, visit, "your current password is wrong: nothing was changed"_key);
  }
  site.login_guard.succeeded(attempt, site.ports.clock.monotonic());
  const base::Secret password(visit.form_field("password"));
  const app::Act act = site.act(visit);
  const app::PeopleResult changed =
      co_await app::change_password(site.ports.users, site.ports.passwords, name, password, act);
  if (!changed) co_return refused(site, visit, changed.error());
  // All sessions have ended, this one too: the user logs in with the new password.
  http::Response response = redirect("/login");
  response.headers.emplace_back("Set-Cookie", session_cookie(site, visit, ""));
  co_return response;
}

ResponseTask remove_user(SiteState& site, Visit& visit) {
  const std::string name = visit.form_field("username");
  const app::Act act = site.act(visit);
  const app::PeopleResult removed = co_await app::remove_user(site.ports.users, name, act);
  if (!removed) co_return refused(site, visit, removed.error());
  site.notice(visit, {"User {} was removed."_key, *removed});
  co_return redirect("/users/");
}

ResponseTask end_session(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return redirect("/users/");
  const app::Act act = site.act(visit);
  co_await site.ports.sessions.end_session(visit.session->user, *id, act);
  co_return redirect("/users/");
}

ResponseTask add_token(SiteState& site, Visit& visit) {
  const std::string typed = visit.form_field("name");
  const app::Act act = site.act(visit);
  const base::Result<app::NewToken, domain::Sentence> added =
      co_await app::add_token(site.ports.sessions, site.ports.mint, visit.session->user, typed, act);
  if (!added) co_return back_with(site, visit, added.error());
  Page page = site.page(visit, "token", "New API token"_key);
  page.body().set("NAME", added->name);
  page.body().set("TOKEN", added->token);
  co_return http::Response::html(page.html());
}

ResponseTask remove_token(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return redirect("/users/");
  const app::Act act = site.act(visit);
  co_await site.ports.sessions.remove_token(*id, act);
  co_return redirect("/users/");
}

}  // namespace sms_notifier::web
