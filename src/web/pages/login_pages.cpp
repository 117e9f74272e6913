#include "app/people/people.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/session_cookie.h"

namespace sms_notifier::web {
namespace {

using Verdict = app::PasswordDesk::Verdict;

/// Names and browsers are whatever somebody sends; this much of them is kept.
constexpr std::size_t kept_bytes_max = 200;

std::string kept(std::string_view text) {
  return domain::one_line(text, kept_bytes_max);
}

base::task<bool> nobody_can_log_in(SiteState& site) {
  const std::vector<app::User> users = co_await site.ports.users.users();
  co_return users.empty();
}

/// Ties the log-in form to the browser that it was shown in, as long as there is no session to do so.
constexpr std::string_view form_cookie = "sms_login";

std::string form_token(const SiteState& site, const Visit& visit) {
  const auto found = visit.cookies.find(form_cookie);
  return found == visit.cookies.end() ? std::string() : csrf_token(site.ports.mint, found->second);
}

http::Response login_form(SiteState& site, Visit& visit, const std::string& error, bool no_users) {
  std::string fresh;
  if (!visit.cookies.contains(form_cookie)) {
    fresh = site.ports.mint.make();
    visit.cookies.emplace(form_cookie, fresh);
  }
  Page page = site.page(visit, "login", "Log in");
  Values body = page.body();
  body.set("USERNAME", kept(visit.form_field("username")));
  if (!error.empty()) body.add("ERROR").set("WORDS", error);
  body.show_if(no_users, "NO_USERS");
  body.set("CSRF_TOKEN", form_token(site, visit));
  http::Response response = http::Response::html(page.html());
  if (!fresh.empty())
    response.headers.emplace_back("Set-Cookie", cookie(form_cookie, fresh, visit.secure, 0));
  return response;
}

/// A new session for the person; whatever session the browser had before ends.
base::task<http::Response> let_in(SiteState& site, Visit& visit, const app::User& user) {
  if (visit.session) co_await site.ports.sessions.end_session(visit.session->user, visit.session->id);
  const std::string token = site.ports.mint.make();
  co_await site.ports.sessions.add_session(site.ports.mint.hash(token), user.id, site.now(), visit.address,
                                           kept(visit.request.header("User-Agent")),
                                           site.options.session_limits);
  co_await site.audit_of(user.name, visit, "login", "");
  http::Response response = redirect("/");
  response.headers.emplace_back("Set-Cookie", session_cookie(visit, token));
  co_return response;
}

std::string seconds_text(base::Duration wait) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

}  // namespace

ResponseTask show_login(SiteState& site, Visit& visit) {
  if (visit.session) co_return redirect("/");
  const bool no_users = co_await nobody_can_log_in(site);
  co_return login_form(site, visit, "", no_users);
}

ResponseTask log_in(SiteState& site, Visit& visit) {
  const std::string token = form_token(site, visit);
  const bool from_our_form = !token.empty() && site.ports.mint.same(visit.form_field("csrf_token"), token);
  if (visit.origin == Visit::Origin::Hidden && !from_our_form)
    co_return login_form(site, visit, visit.words().say("This form is too old. Log in once more."), false);

  const std::string name(domain::trimmed(visit.form_field("username")));
  const std::string key = domain::lower_case(kept(name));
  const base::Duration wait = site.login_guard.wait_before(key, visit.address, site.now());
  if (wait > base::Duration::zero()) {
    http::Response response = login_form(
        site, visit, tell(visit.words(), "Too many attempts. Try again in {} seconds.", seconds_text(wait)),
        false);
    response.status = 429;
    response.headers.emplace_back("Retry-After", seconds_text(wait));
    co_return response;
  }
  site.login_guard.attempt(key, visit.address, site.now());

  const std::optional<app::User> user = co_await site.ports.users.user(name);
  std::optional<std::string> hash;
  if (user) hash = user->password_hash;
  const base::Secret password(visit.form_field("password"));
  const Verdict verdict = co_await site.ports.passwords.verify(password, hash);
  switch (verdict) {
    case Verdict::Busy:
      site.login_guard.take_back(key, visit.address);
      co_return site.complain(visit, 503, "Too many people are logging in right now. Try again in a minute.");
    case Verdict::Wrong: {
      co_await site.audit_of(kept(name), visit, "login_failed", "");
      co_return login_form(site, visit, visit.words().say("Invalid username or password"), false);
    }
    case Verdict::RightButOldHash: {
      const std::optional<std::string> better = co_await site.ports.passwords.hash(password);
      if (better) co_await site.ports.users.upgrade_hash(user->id, user->password_hash, *better);
      break;
    }
    case Verdict::Right:
      break;
  }
  site.login_guard.succeeded(key, visit.address, site.now());
  co_return co_await let_in(site, visit, *user);
}

ResponseTask log_out(SiteState& site, Visit& visit) {
  const std::string_view fetch_site = visit.request.header("Sec-Fetch-Site");
  if (fetch_site == "cross-site" || fetch_site == "same-site") co_return redirect("/");
  if (visit.session) {
    co_await site.ports.sessions.end_session(visit.session->user, visit.session->id);
    co_await site.audit(visit, "logout", "");
    site.drafts.forget(visit.session->id);
  }
  http::Response response = redirect("/login");
  response.headers.emplace_back("Set-Cookie", session_cookie(visit, ""));
  co_return response;
}

namespace {

http::Response setup_form(SiteState& site, Visit& visit, const std::string& token, const std::string& error) {
  Page page = site.page(visit, "setup", "Set up");
  Values body = page.body();
  body.set("TOKEN", token);
  body.set("USERNAME", kept(visit.form_field("username")));
  if (!error.empty()) body.add("ERROR").set("WORDS", visit.words().retell(error));
  return http::Response::html(page.html(), error.empty() ? 200 : 422);
}

/// What answers instead of the set-up page: when there is a user already, or the token is not the link's.
base::task<std::optional<http::Response>> setup_refusal(SiteState& site, Visit& visit, std::string token) {
  const bool open = co_await nobody_can_log_in(site);
  if (!open) co_return redirect("/login");
  if (site.ports.mint.same(token, site.setup_token.reveal())) co_return std::nullopt;
  co_return site.complain(
      visit, 403,
      "The set-up link is not complete. Open the whole link that the service printed when "
      "it started; it is a new one with each start.");
}

}  // namespace

ResponseTask show_setup(SiteState& site, Visit& visit) {
  const std::string token = visit.query_field("token");
  std::optional<http::Response> refusal = co_await setup_refusal(site, visit, token);
  if (refusal) co_return std::move(*refusal);
  co_return setup_form(site, visit, token, "");
}

ResponseTask set_up(SiteState& site, Visit& visit) {
  const std::string token = visit.form_field("token");
  std::optional<http::Response> refusal = co_await setup_refusal(site, visit, token);
  if (refusal) co_return std::move(*refusal);

  const base::Result<std::string> name = app::check_user_name(visit.form_field("username"));
  if (!name) co_return setup_form(site, visit, token, name.error().message);
  const base::Secret password(visit.form_field("password"));
  if (const auto error = app::check_new_password(password))
    co_return setup_form(site, visit, token, error->message);
  if (password.reveal() != visit.form_field("password_again"))
    co_return setup_form(site, visit, token, "the two passwords are not the same: type both again");

  const std::optional<std::string> hash = co_await site.ports.passwords.hash(password);
  if (!hash)
    co_return site.complain(visit, 503, "Too many people are logging in right now. Try again in a minute.");
  const bool first = co_await site.ports.users.add_first_user(*name, *hash, site.now());
  if (!first) co_return redirect("/login");
  const std::optional<app::User> user = co_await site.ports.users.user(*name);
  co_await site.audit_of(*name, visit, "set_up", *name);
  if (!user) co_return redirect("/login");
  co_return co_await let_in(site, visit, *user);
}

}  // namespace sms_notifier::web
