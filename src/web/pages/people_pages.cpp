#include <array>
#include <utility>

#include "app/people/people.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/session_cookie.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

constexpr std::string_view busy = "Too many people are logging in right now. Try again in a minute.";

/// An action's code in words.
std::string_view action_in_words(std::string_view action) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> words{{
      {"login", "logged in"},
      {"login_failed", "failed to log in"},
      {"logins_failed", "more failed log-ins within a minute"},
      {"logout", "logged out"},
      {"set_up", "set up the service"},
      {"profile_created", "created a profile"},
      {"profile_edited", "changed a profile"},
      {"profile_deleted", "deleted a profile"},
      {"profile_run", "started a profile"},
      {"profile_stopped", "stopped a profile"},
      {"test_text", "sent a test text"},
      {"text_ordered", "asked for a text to be sent"},
      {"user_added", "added a user"},
      {"user_removed", "removed a user"},
      {"password_changed", "changed the password"},
      {"session_ended", "ended a session"},
      {"token_added", "created an API token"},
      {"token_removed", "removed an API token"},
  }};
  for (const auto& [code, sentence] : words)
    if (code == action) return sentence;
  return action;
}

/// Back to the page, with what went wrong.
http::Response back_with(SiteState& site, const Visit& visit, const std::string& error) {
  site.notice(visit, visit.words().retell(error), false);
  return redirect("/users/");
}

/// The new password of a form, checked and hashed; else what answers instead.
struct NewPassword {
  std::string hash;
  std::optional<http::Response> refusal;
};
base::task<NewPassword> new_password(SiteState& site, Visit& visit) {
  const base::Secret password(visit.form_field("password"));
  NewPassword made;
  if (const auto error = app::check_new_password(password)) {
    made.refusal = back_with(site, visit, error->message);
    co_return made;
  }
  std::optional<std::string> hash = co_await site.ports.passwords.hash(password);
  if (hash)
    made.hash = std::move(*hash);
  else
    made.refusal = site.complain(visit, 503, busy);
  co_return made;
}

}  // namespace

ResponseTask show_users(SiteState& site, Visit& visit) {
  const std::vector<app::User> users = co_await site.ports.users.users();
  const std::vector<app::Session> sessions =
      co_await site.ports.sessions.sessions_of(visit.session->user, site.now(), site.options.session_limits);
  const std::vector<app::ApiToken> tokens = co_await site.ports.sessions.tokens();

  Page page = site.page(visit, "users", "Users");
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
  const base::Result<std::string> name = app::check_user_name(visit.form_field("username"));
  if (!name) co_return back_with(site, visit, name.error().message);
  NewPassword made = co_await new_password(site, visit);
  if (made.refusal) co_return std::move(*made.refusal);
  const bool added = co_await site.ports.users.add_user(*name, made.hash, site.now());
  if (!added)
    co_return back_with(site, visit,
                        "the user \"" + *name + "\" already exists: change the password instead");
  co_await site.audit(visit, "user_added", *name);
  site.notice(visit, tell(visit.words(), "User {} was added.", *name));
  co_return redirect("/users/");
}

ResponseTask change_password(SiteState& site, Visit& visit) {
  const std::string name = visit.user_name();
  const std::optional<app::User> user = co_await site.ports.users.user(name);
  if (!user) co_return redirect("/login");
  // Guessing at an open page of someone else's is held up, too; by the session's own count, which no stranger
  // can touch.
  const LoginAttempt attempt{domain::lower_case(name), visit.address,
                             "session " + std::to_string(visit.session->id)};
  if (site.login_guard.wait_before(attempt, site.now()) > base::Duration::zero())
    co_return back_with(site, visit, "too many attempts: try again in a few minutes");
  site.login_guard.begin(attempt, site.now());
  const base::Secret present(visit.form_field("present_password"));
  const app::PasswordDesk::Verdict verdict =
      co_await site.ports.passwords.verify(app::PasswordDesk::Asker::Known, present, user->password_hash);
  if (verdict == app::PasswordDesk::Verdict::Busy) co_return site.complain(visit, 503, busy);
  if (verdict == app::PasswordDesk::Verdict::Wrong)
    co_return back_with(site, visit, "your current password is wrong: nothing was changed");
  site.login_guard.succeeded(attempt, site.now());
  NewPassword made = co_await new_password(site, visit);
  if (made.refusal) co_return std::move(*made.refusal);
  co_await site.ports.users.set_password(name, made.hash);
  co_await site.audit(visit, "password_changed", name);
  // All sessions have ended, this one too: the user logs in with the new password.
  http::Response response = redirect("/login");
  response.headers.emplace_back("Set-Cookie", session_cookie(site, visit, ""));
  co_return response;
}

ResponseTask remove_user(SiteState& site, Visit& visit) {
  const std::string name = visit.form_field("username");
  const app::Users::RemoveResult result = co_await site.ports.users.remove_user(name);
  switch (result) {
    case app::Users::RemoveResult::LastUser:
      co_return back_with(site, visit, "the last user cannot be removed: add another first");
    case app::Users::RemoveResult::NoSuchUser:
      co_return back_with(site, visit, "this user no longer exists");
    case app::Users::RemoveResult::Done:
      break;
  }
  co_await site.audit(visit, "user_removed", name);
  site.notice(visit, tell(visit.words(), "User {} was removed.", name));
  co_return redirect("/users/");
}

ResponseTask end_session(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return redirect("/users/");
  const bool ended = co_await site.ports.sessions.end_session(visit.session->user, *id);
  if (ended) co_await site.audit(visit, "session_ended", "session " + std::to_string(*id));
  co_return redirect("/users/");
}

ResponseTask add_token(SiteState& site, Visit& visit) {
  const base::Result<std::string> name = app::check_user_name(visit.form_field("name"));
  if (!name) co_return back_with(site, visit, name.error().message);
  const std::string token = site.ports.mint.make();
  co_await site.ports.sessions.add_token(site.ports.mint.hash(token), visit.session->user, *name, site.now());
  co_await site.audit(visit, "token_added", *name);
  Page page = site.page(visit, "token", "New API token");
  page.body().set("NAME", *name);
  page.body().set("TOKEN", token);
  co_return http::Response::html(page.html());
}

ResponseTask remove_token(SiteState& site, Visit& visit) {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return redirect("/users/");
  const std::optional<app::ApiToken> removed = co_await site.ports.sessions.remove_token(*id);
  if (removed) co_await site.audit(visit, "token_removed", removed->name);
  co_return redirect("/users/");
}

ResponseTask show_audit(SiteState& site, Visit& visit) {
  const auto before = whole_number(visit.query_field("before"));
  std::vector<app::AuditRow> rows = co_await site.ports.audit.audit_rows(before, page_rows + 1);
  Page page = site.page(visit, "audit", "Audit log");
  Values body = page.body();
  if (rows.size() > page_rows) {
    rows.pop_back();
    body.add("OLDER").set("URL", "/audit/?before=" + std::to_string(rows.back().id));
  }
  if (before) body.add("NEWEST").set("URL", "/audit/");
  body.show_if(rows.empty(), "NO_ROWS");
  for (const app::AuditRow& row : rows) {
    Values shown = body.add("ROW");
    shown.set("TIME", site.time_text(row.at));
    shown.set("USER", row.user);
    shown.set("ADDRESS", row.address);
    shown.set("ACTION", visit.words().say(action_in_words(row.action)));
    shown.set("SUBJECT", row.subject);
  }
  co_return http::Response::html(page.html());
}

}  // namespace sms_notifier::web
