#include "app/people/people.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/pages/pages.h"
#include "web/site/device_cookie.h"
#include "web/site/session_cookie.h"

namespace sms_notifier::web {
namespace {

using Verdict = app::PasswordDesk::Verdict;

/// Names and browsers are whatever the visitor sends; this much of them is kept.
constexpr std::size_t kept_bytes_max = 200;

std::string kept(std::string_view text) {
  return domain::one_line(text, kept_bytes_max);
}

/// The name as the guard counts it.
std::string guarded_name(std::string_view name) {
  return domain::lower_case(kept(name));
}

base::task<bool> no_user_exists(SiteState& site) {
  const std::vector<app::User> users = co_await site.ports.users.users();
  co_return users.empty();
}

/// Ties the log-in form to the browser that it was shown in, as long as there is no session to do so. Behind
/// TLS no neighbour under the same domain can set it.
std::string form_cookie(const SiteState& site, const Visit& visit) {
  return cookie_of(site, visit.secure ? "__Host-sms_login" : "sms_login");
}

/// What the form's token holds when it is opened; nothing without the cookie.
std::string form_word(const SiteState& site, const Visit& visit) {
  const auto found = visit.cookies.find(form_cookie(site, visit));
  return found == visit.cookies.end() ? std::string() : "log-in form\n" + found->second;
}

bool is_from_our_form(const SiteState& site, const Visit& visit) {
  const std::string word = form_word(site, visit);
  const auto opened = site.ports.vault.open(visit.form_field("csrf_token"));
  return !word.empty() && opened && site.ports.mint.same(opened->reveal(), word);
}

http::Response login_form(SiteState& site, Visit& visit, const domain::Sentence& error, bool no_users) {
  std::string fresh;
  const std::string name = form_cookie(site, visit);
  if (!visit.cookies.contains(name)) {
    fresh = site.ports.mint.make();
    visit.cookies.emplace(name, fresh);
  }
  Page page = site.page(visit, "login", "Log in"_key);
  Values body = page.body();
  body.set("USERNAME", kept(visit.form_field("username")));
  if (!error.empty()) body.add("ERROR").set("WORDS", visit.words().say(error));
  body.show_if(no_users, "NO_USERS");
  body.set("CSRF_TOKEN", site.ports.vault.seal(base::Secret(form_word(site, visit))));
  http::Response response = http::Response::html(page.html());
  if (!fresh.empty()) response.headers.emplace_back("Set-Cookie", cookie(name, fresh, visit.secure, 0));
  return response;
}

/// Of a person who is let in, and has no session yet.
app::Act act_of(const SiteState& site, const Visit& visit, const std::string& name) {
  return {site.now(), {app::Actor::Kind::Person, name, {}, visit.address, {}}};
}

/// A new session for the person; whatever session the browser had before ends.
base::task<http::Response> let_in(SiteState& site, Visit& visit, const app::User& user) {
  if (visit.session) {
    const app::Act leaving = site.act(visit);
    co_await site.ports.sessions.end_session(visit.session->user, visit.session->id, leaving);
  }
  const std::string browser = kept(visit.request.header("User-Agent"));
  const app::Act act = act_of(site, visit, user.name);
  const std::string token = co_await app::start_session(site.ports.sessions, site.ports.mint, user.id,
                                                        browser, site.options.session_limits, act);
  http::Response response = redirect("/");
  response.headers.emplace_back("Set-Cookie", session_cookie(site, visit, token));
  response.headers.emplace_back("Set-Cookie", device_cookie(site, visit, guarded_name(user.name)));
  co_return response;
}

std::string wait_text(base::Duration wait) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

/// Holds the attempt back for a while. It holds back a bounded number: what is beyond it goes on at once, to
/// where the places are counted that it may take.
base::task<> slow_down(SiteState& site, base::Duration slowness) {
  constexpr int slowed_max = 500;
  if (slowness == base::Duration::zero() || site.slowed_logins >= slowed_max) co_return;
  struct Slowed {
    explicit Slowed(int& all) : count(all) { ++count; }
    ~Slowed() { --count; }
    Slowed(const Slowed&) = delete;
    Slowed& operator=(const Slowed&) = delete;
    int& count;
  };
  const Slowed slowed(site.slowed_logins);
  const std::unique_ptr<app::Timer> timer = site.ports.clock.make_timer();
  const base::Monotonic due = site.ports.clock.monotonic() + slowness;
  co_await timer->wait_until(due);
}

/// Asks the desk, where strangers do not get all the places.
base::task<Verdict> verify(SiteState& site, LoginAttempt attempt, base::Secret password,
                           std::optional<std::string> hash) {
  if (!site.login_guard.come_to_desk(attempt)) co_return Verdict::Busy;
  struct AtDesk {
    AtDesk(LoginGuard& login_guard, const LoginAttempt& login_attempt)
        : guard(login_guard), who(login_attempt) {}
    ~AtDesk() { guard.leave_desk(who); }
    AtDesk(const AtDesk&) = delete;
    AtDesk& operator=(const AtDesk&) = delete;
    LoginGuard& guard;
    const LoginAttempt& who;
  };
  const AtDesk at_desk(site.login_guard, attempt);
  const app::PasswordDesk::Asker asker =
      attempt.device.empty() ? app::PasswordDesk::Asker::Stranger : app::PasswordDesk::Asker::Known;
  const Verdict verdict = co_await site.ports.passwords.verify(asker, std::move(password), std::move(hash));
  co_return verdict;
}

}  // namespace

ResponseTask show_login(SiteState& site, Visit& visit) {
  if (visit.session) co_return redirect("/");
  const bool no_users = co_await no_user_exists(site);
  co_return login_form(site, visit, {}, no_users);
}

ResponseTask log_in(SiteState& site, Visit& visit) {
  if (visit.origin == Visit::Origin::Hidden && !is_from_our_form(site, visit)) {
    co_await site.refused(visit, app::AuditAction::FormRefused, "/login");
    co_return login_form(site, visit, "This form has expired. Log in again."_key, false);
  }

  const std::string name(domain::trimmed(visit.form_field("username")));
  LoginAttempt attempt{guarded_name(name), visit.address, ""};
  attempt.device = known_device(site, visit, attempt.name);
  const base::Duration wait = site.login_guard.wait_before(attempt, site.ports.clock.monotonic());
  if (wait > base::Duration::zero()) {
    http::Response response =
        login_form(site, visit, {"Too many attempts. Try again in {} seconds."_key, wait_text(wait)}, false);
    response.status = 429;
    response.headers.emplace_back("Retry-After", wait_text(wait));
    co_return response;
  }
  const base::Duration slowness = site.login_guard.slowness(attempt, site.ports.clock.monotonic());
  site.login_guard.begin(attempt, site.ports.clock.monotonic());
  co_await slow_down(site, slowness);

  const std::optional<app::User> user = co_await site.ports.users.user(name);
  std::optional<std::string> hash;
  if (user) hash = user->password_hash;
  const base::Secret password(visit.form_field("password"));
  const Verdict verdict = co_await verify(site, attempt, password, hash);
  switch (verdict) {
    case Verdict::Busy:
      site.login_guard.take_back(attempt);
      co_return site.complain(visit, 503,
                              "Too many people are logging in right now. Try again in a minute."_key);
    case Verdict::Wrong: {
      app::AuditRow row{0, site.act(visit), app::AuditAction::LogInFailed, {}, {}};
      row.act.actor = {app::Actor::Kind::Stranger, kept(name), {}, visit.address, {}};
      co_await site.refusals.note(std::move(row));
      co_return login_form(site, visit, "Invalid username or password"_key, false);
    }
    case Verdict::RightButOldHash: {
      const std::optional<std::string> better = co_await site.ports.passwords.hash(password);
      if (better) co_await site.ports.users.upgrade_hash(user->id, user->password_hash, *better);
      break;
    }
    case Verdict::Right:
      break;
  }
  site.login_guard.succeeded(attempt, site.ports.clock.monotonic());
  co_return co_await let_in(site, visit, *user);
}

ResponseTask log_out(SiteState& site, Visit& visit) {
  const std::string_view fetch_site = visit.request.header("Sec-Fetch-Site");
  if (fetch_site == "cross-site" || fetch_site == "same-site") co_return redirect("/");
  if (visit.session) {
    const app::Act act = site.act(visit);
    co_await site.ports.sessions.end_session(visit.session->user, visit.session->id, act);
    site.drafts.forget(visit.session->id);
  }
  http::Response response = redirect("/login");
  response.headers.emplace_back("Set-Cookie", session_cookie(site, visit, ""));
  co_return response;
}

namespace {

http::Response setup_form(SiteState& site, Visit& visit, const std::string& token,
                          const domain::Sentence& error) {
  Page page = site.page(visit, "setup", "Set up"_key);
  Values body = page.body();
  body.set("TOKEN", token);
  body.set("USERNAME", kept(visit.form_field("username")));
  if (!error.empty()) body.add("ERROR").set("WORDS", visit.words().say(error));
  return http::Response::html(page.html(), error.empty() ? 200 : 422);
}

/// What answers instead of the set-up page: when there is a user already, or the token is not the link's.
base::task<std::optional<http::Response>> setup_refusal(SiteState& site, Visit& visit, std::string token) {
  const bool open = co_await no_user_exists(site);
  if (!open) co_return redirect("/login");
  if (site.ports.mint.same(token, site.setup_token.reveal())) co_return std::nullopt;
  co_await site.refused(visit, app::AuditAction::SetUpRefused);
  co_return site.complain(
      visit, 403,
      "The set-up link is incomplete. Open the whole link that the service printed when it started; each "
      "start prints a new one."_key);
}

}  // namespace

ResponseTask show_setup(SiteState& site, Visit& visit) {
  const std::string token = visit.query_field("token");
  std::optional<http::Response> refusal = co_await setup_refusal(site, visit, token);
  if (refusal) co_return std::move(*refusal);
  co_return setup_form(site, visit, token, {});
}

ResponseTask set_up(SiteState& site, Visit& visit) {
  const std::string token = visit.form_field("token");
  std::optional<http::Response> refusal = co_await setup_refusal(site, visit, token);
  if (refusal) co_return std::move(*refusal);

  const std::string typed = visit.form_field("username");
  const base::Secret password(visit.form_field("password"));
  if (const base::Result<std::string, domain::Sentence> name = app::check_user_name(typed); !name)
    co_return setup_form(site, visit, token, name.error());
  if (const auto error = app::check_new_password(password)) co_return setup_form(site, visit, token, *error);
  if (password.reveal() != visit.form_field("password_again"))
    co_return setup_form(site, visit, token, "the two passwords are not the same: type both again"_key);

  const app::Act act = act_of(site, visit, std::string(domain::trimmed(typed)));
  const app::PeopleResult first =
      co_await app::add_first_user(site.ports.users, site.ports.passwords, typed, password, act);
  if (!first && first.error().why == app::PeopleRefusal::Why::Busy)
    co_return site.complain(visit, 503,
                            "Too many people are logging in right now. Try again in a minute."_key);
  if (!first) co_return redirect("/login");
  const std::optional<app::User> user = co_await site.ports.users.user(*first);
  if (!user) co_return redirect("/login");
  co_return co_await let_in(site, visit, *user);
}

}  // namespace sms_notifier::web
