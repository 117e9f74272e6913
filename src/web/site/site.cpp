#include "web/site/site.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/overloaded.h"
#include "domain/sentences.h"
#include "domain/text.h"
#include "web/site/forwarded.h"
#include "web/site/origin.h"
#include "web/site/route.h"
#include "web/site/session_cookie.h"

namespace sms_notifier::web {
namespace {

/// Nothing from elsewhere, nothing inline, never in a frame.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
constexpr std::string_view strict_transport = "max-age=31536000";
/// The session's last use is written down at most this often: a page that refreshes itself need not write.
constexpr base::Duration touch_interval = std::chrono::seconds{30};
constexpr int language_cookie_seconds = 365 * 24 * 60 * 60;
constexpr std::string_view language_cookie = "sms_language";

/// Where a route is for this path, and which methods the path has.
struct Found {
  const Route* route = nullptr;
  std::vector<std::string> captures;
  std::string allowed;
};

Found find_route(const std::string& method, const std::string& path) {
  Found found;
  const std::string_view wanted = method == "HEAD" ? "GET" : std::string_view(method);
  for (const Route& route : routes()) {
    auto captures = match(route.path, path);
    if (!captures) continue;
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == wanted && found.route == nullptr) {
      found.route = &route;
      found.captures = std::move(*captures);
    }
  }
  return found;
}

bool is_api(const std::string& path) {
  return path.starts_with("/api/");
}

http::Response refuse(SiteState& site, const Visit& visit, int status, domain::Key why) {
  if (!is_api(visit.request.path)) return site.complain(visit, status, why);
  const boost::json::object body{{"error", why.english()}};
  return http::Response::json(boost::json::serialize(body), status);
}

/// Whether the browser's `Origin` is the one of the pages.
bool is_own(const SiteState& site, const Visit& visit, std::string_view origin) {
  const std::vector<std::string> own = own_origins(site.options.public_url, visit);
  return std::find(own.begin(), own.end(), normal_origin(origin)) != own.end();
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

/// Whether the browser means us by the name it came to. A page from elsewhere can have its own name lead
/// here, and would then count as one of ours; it can have neither a name without a dot nor a bare address
/// lead here.
bool is_own_host(const SiteState& site, const Visit& visit) {
  if (site.options.public_url.empty()) return true;
  const std::string host = domain::lower_case(without_port(visit.request.header("Host")));
  const std::string origin = own_origins(site.options.public_url, visit).front();
  const std::string_view own = without_port(std::string_view(origin).substr(origin.find("://") + 3));
  const std::string_view bare =
      host.starts_with('[') ? std::string_view(host).substr(1, host.size() - 2) : host;
  return host == own || host.find('.') == std::string::npos || is_address(bare);
}

/// Whether what the route does depends on a browser's cookies. Health checks and other programs may call us
/// by any name.
bool is_for_browsers(const Route& route) {
  return route.access == Access::Person || route.path == "/login" || route.path == "/logout" ||
         route.path == "/setup";
}

/// Of a request that no handler sees.
domain::Key refusal_in_words(int status) {
  switch (status) {
    case 408:
      return "What you sent took too long to arrive. Try again."_key;
    case 413:
      return "What you sent is too long. Go back, shorten it and send it again."_key;
    case 431:
      return "The address of this page, or what your browser sends with it, is too long."_key;
    case 500:
      return "Something went wrong here. Try again in a minute."_key;
    case 503:
      return "Too many visitors are here right now. Try again in a minute."_key;
  }
  return "What your browser sent could not be understood."_key;
}

/// What says nothing at all is not a browser that an attacker's page could abuse.
Visit::Origin origin_of(const SiteState& site, const Visit& visit) {
  const std::string_view fetch_site = visit.request.header("Sec-Fetch-Site");
  if (fetch_site == "same-origin" || fetch_site == "none") return Visit::Origin::Ours;
  if (!fetch_site.empty()) return Visit::Origin::Elsewhere;
  const std::string_view origin = visit.request.header("Origin");
  if (origin == "null") return Visit::Origin::Hidden;
  return origin.empty() || is_own(site, visit, origin) ? Visit::Origin::Ours : Visit::Origin::Elsewhere;
}

/// A form from another site. Where only the addresses differ, that may be a proxy's doing, and the person who
/// installed it needs to know which line is missing.
http::Response refuse_from_elsewhere(SiteState& site, const Visit& visit) {
  constexpr domain::Key plain = "This request came from another site, so nothing was done."_key;
  const std::string_view origin = visit.request.header("Origin");
  if (is_api(visit.request.path) || !visit.request.header("Sec-Fetch-Site").empty() || origin.empty())
    return refuse(site, visit, 403, plain);
  constexpr std::size_t shown_bytes_max = 200;
  const auto shown = [](std::string_view text) { return domain::one_line(text, shown_bytes_max); };
  const std::string theirs = shown(normal_origin(origin));
  const std::string ours = shown(own_origins(site.options.public_url, visit).front());
  const Words& words = visit.words();
  std::string advice;
  if (!site.options.public_url.empty())
    advice = words.say(
        {"If {} is where you open these pages, open them at {} instead, or correct server.public_url in "
         "the settings."_key,
         theirs, ours});
  else if (theirs.substr(theirs.find(':') + 1) == ours.substr(ours.find(':') + 1))
    advice = words.say(
        {"If {} is where you open these pages, the proxy in front of them does not say that it is reached "
         "over TLS: in nginx, write \"proxy_set_header X-Forwarded-Proto $scheme;\" beside proxy_pass "
         "(server.trusted_proxies must have the proxy's address), or set server.public_url = \"{}\" in "
         "the settings."_key,
         theirs, theirs});
  else
    advice = words.say(
        {"If {} is where you open these pages, the proxy in front of them calls them {}: in nginx, write "
         "\"proxy_set_header Host $host;\" and \"proxy_set_header X-Forwarded-Proto $scheme;\" beside "
         "proxy_pass, or set server.public_url = \"{}\" in the settings."_key,
         theirs, ours, theirs});
  return site.complain_in_words(visit, 403, words.say(plain) + " " + advice);
}

void put_on_armour(http::Response& response, bool secure) {
  const auto has = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return header.first == name; });
  };
  response.headers.emplace_back("Content-Security-Policy", std::string(content_policy));
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  if (secure) response.headers.emplace_back("Strict-Transport-Security", std::string(strict_transport));
  if (!has("Cache-Control")) response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> captures;
  while (true) {
    const auto open = pattern.find('<');
    if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
    if (open == std::string_view::npos) return captures;
    path.remove_prefix(open);
    pattern.remove_prefix(pattern.find('>') + 1);
    const auto end = pattern.empty() ? std::string_view::npos : path.find(pattern.front());
    const std::string_view part = path.substr(0, end);
    if (part.empty() || part.find('/') != std::string_view::npos) return std::nullopt;
    captures.emplace_back(part);
    path.remove_prefix(part.size());
  }
}

Site::Site(SitePorts ports, SiteOptions options, std::function<base::task<Readiness>()> readiness,
           std::function<base::task<std::string>()> metrics, std::function<void(app::PageFailed)> failed)
    : state_(ports, std::move(options)), failed_(std::move(failed)) {
  state_.metrics = std::move(metrics);
  state_.readiness = std::move(readiness);
  load_templates();
}

void Site::on(const app::Event& event, base::Instant at) {
  state_.board.on(event, at);
  std::visit(base::overloaded{
                 // Too many to be told one by one; pages ask for themselves again from time to time.
                 [](const app::PollFinished&) {},
                 // Whatever else happens may be seen on some page.
                 [this](const auto&) { state_.live.changed(); },
             },
             event);
}

Visit Site::receive(const http::Request& request) const {
  Visit visit = make_visit(request);
  const bool proxied = state_.proxies.trusts(request.peer);
  const Forwarded told = proxied ? forwarded(request) : Forwarded();
  visit.address = state_.proxies.client(request.peer, told.addresses);
  visit.secure = state_.options.public_url.starts_with("https://") || told.scheme == "https";
  visit.hosts = told.hosts;
  visit.hosts.emplace_back(request.header("Host"));

  const auto kept = visit.cookies.find(language_cookie);
  const auto kept_language = kept == visit.cookies.end() ? std::nullopt : language_from_code(kept->second);
  visit.asked_language = language_from_code(visit.query_field("lang"));
  visit.language = visit.asked_language ? *visit.asked_language
                   : kept_language      ? *kept_language
                                        : preferred_language(request.header("Accept-Language"));
  return visit;
}

http::Response Site::send_off(const Visit& visit, http::Response response) const {
  if (visit.asked_language)
    response.headers.emplace_back("Set-Cookie", cookie(language_cookie, code_of(*visit.asked_language),
                                                       visit.secure, language_cookie_seconds));
  put_on_armour(response, visit.secure);
  return response;
}

http::Response Site::refusal(const http::Request& head, int status) {
  const Visit visit = receive(head);
  return send_off(visit, refuse(state_, visit, status, refusal_in_words(status)));
}

base::task<http::Response> Site::answer(const http::Request& request) {
  Visit visit = receive(request);
  if (visit.is_too_long) co_return send_off(visit, refuse(state_, visit, 422, refusal_in_words(413)));

  http::Response response;
  bool failed = false;
  try {
    response = co_await pass_gates(visit);
  } catch (const std::exception& error) {
    failed_({request.path, error.what()});
    failed = true;
  }
  if (failed)
    response = refuse(
        state_, visit, 503,
        "This cannot be done now because the database cannot be used. Texting resumes as soon as it can. "
        "Try again in a minute."_key);
  co_return send_off(visit, std::move(response));
}

base::task<> Site::note_use(const Visit& visit) {
  // A page that refreshes itself is not a person who uses it.
  if (visit.is_refresh() || state_.now() - visit.session->last_seen_at <= touch_interval) co_return;
  try {
    co_await state_.ports.sessions.touch_session(visit.session->id, state_.now());
  } catch (const std::exception&) {
    // A full disk must not keep people from the page that tells them of it.
  }
}

base::task<http::Response> Site::pass_gates(Visit& visit) {
  const http::Request& request = visit.request;
  co_await state_.refusals.write_counts(state_.now());
  const Found found = find_route(request.method, request.path);
  const std::string token = session_token(state_, visit);
  if (!token.empty()) {
    visit.session = co_await state_.ports.sessions.session(state_.ports.mint.hash(token), state_.now(),
                                                           state_.options.session_limits);
    visit.csrf_token = csrf_token(state_.ports.mint, token);
  }
  if (found.route == nullptr) {
    if (found.allowed.empty()) {
      const bool with_slash = !find_route("GET", request.path + "/").allowed.empty();
      if (with_slash)
        co_return redirect(local_path(request.path) + "/" +
                           (request.query.empty() ? "" : "?" + request.query));
      co_return refuse(state_, visit, 404, "There is nothing at this address."_key);
    }
    http::Response response =
        refuse(state_, visit, 405, "This address does not take that kind of request."_key);
    response.headers.emplace_back("Allow", found.allowed);
    co_return response;
  }
  visit.captures = found.captures;
  if (is_for_browsers(*found.route) && !is_own_host(state_, visit))
    co_return refuse(state_, visit, 421,
                     "This service does not answer under this name. Open its own address."_key);

  const bool changes = request.method != "GET" && request.method != "HEAD";
  visit.origin = origin_of(state_, visit);
  if (changes && visit.origin == Visit::Origin::Elsewhere && found.route->access != Access::Program) {
    co_await state_.refused(visit, app::AuditAction::FormRefused, found.route->path);
    co_return refuse_from_elsewhere(state_, visit);
  }
  switch (found.route->access) {
    case Access::Anybody:
      break;
    case Access::Person: {
      if (!visit.session) co_return redirect("/login");
      const bool forged =
          changes && !state_.ports.mint.same(visit.form_field("csrf_token"), visit.csrf_token);
      if (forged) {
        co_await state_.refused(visit, app::AuditAction::FormRefused, found.route->path);
        co_return refuse(
            state_, visit, 403,
            "This form has expired, so nothing was changed. Go back, reload the page and try again."_key);
      }
      co_await note_use(visit);
      break;
    }
    case Access::Program: {
      constexpr std::string_view scheme = "Bearer ";
      const std::string_view given = request.header("Authorization");
      if (given.starts_with(scheme)) {
        const std::string hash = state_.ports.mint.hash(given.substr(scheme.size()));
        visit.token = co_await state_.ports.sessions.token(hash, state_.now());
      }
      if (!visit.token) {
        if (!given.empty()) co_await state_.refused(visit, app::AuditAction::TokenRefused);
        http::Response response = refuse(state_, visit, 401,
                                         "An API token is needed: make one on the page Users, and send it as "
                                         "\"Authorization: Bearer TOKEN\"."_key);
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
        co_return response;
      }
      break;
    }
  }
  co_return co_await found.route->handler(state_, visit);
}

}  // namespace sms_notifier::web
