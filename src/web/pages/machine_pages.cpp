#include <boost/json.hpp>

#include "domain/sentences.h"
#include "web/pages/pages.h"
#include "web/site/session_cookie.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

constexpr base::Duration readiness_kept = std::chrono::seconds{1};

std::string_view content_type(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

}  // namespace

ResponseTask live_updates(SiteState& site, Visit& visit) {
  if (site.live.full())
    co_return site.complain(visit, 503,
                            "Too many pages are open at once. Reload this one from time to time."_key);
  http::Response response;
  response.headers.emplace_back("Content-Type", "text/event-stream");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold the messages back
  const std::string hash = site.ports.mint.hash(session_token(site, visit));
  response.stream = [&site, hash](http::BodyWriter& page) -> base::task<> {
    const auto still_logged_in = [&site, hash]() -> base::task<bool> {
      const auto session =
          co_await site.ports.sessions.session(hash, site.now(), site.options.session_limits);
      co_return session.has_value();
    };
    co_await site.live.tell(page, still_logged_in);
  };
  co_return response;
}

ResponseTask asset(SiteState& site, Visit& visit) {
  const std::string& hash = visit.captures.at(0);
  const std::string& name = visit.captures.at(1);
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.hash != hash || file.path != "assets/" + name) continue;
    http::Response response;
    response.headers.emplace_back("Content-Type", std::string(content_type(name)));
    response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    response.body = file.content;
    co_return response;
  }
  co_return site.complain(visit, 404, "There is nothing at this address."_key);
}

ResponseTask healthz(SiteState&, Visit&) {
  co_return http::Response::json(R"({"status":"ok"})");
}

ResponseTask metrics(SiteState& site, Visit&) {
  const std::string text = co_await site.metrics();
  http::Response response = http::Response::text(text);
  response.headers.front().second = "text/plain; version=0.0.4; charset=utf-8";
  co_return response;
}

ResponseTask readyz(SiteState& site, Visit&) {
  // To be asked costs a write, so a client that asks often is told what was found a moment ago.
  const base::Monotonic now = site.ports.clock.monotonic();
  if (!site.last_readiness || now - site.last_readiness->first >= readiness_kept) {
    Readiness found = co_await site.readiness();
    site.last_readiness.emplace(now, std::move(found));
  }
  const Readiness state = site.last_readiness->second;
  // Anybody may ask: what is told names no account and no number, and is no longer than there are reasons.
  boost::json::object not_texting;
  if (state.profiles)
    for (const auto& [reason, count] : state.profiles->not_texting) not_texting[to_code(reason)] = count;
  const bool whole = not_texting.empty() && !state.clock_ahead;
  const std::string_view status = !state.ready ? "not ready" : whole ? "ready" : "partly ready";
  boost::json::object body{{"status", status}};
  if (!state.ready) body["reason"] = state.why_not;
  if (!not_texting.empty()) body["not_texting"] = std::move(not_texting);
  if (state.clock_ahead)
    body["clock_seconds_ahead"] = std::chrono::round<std::chrono::seconds>(*state.clock_ahead).count();
  co_return http::Response::json(boost::json::serialize(body), state.ready ? 200 : 503);
}

}  // namespace sms_notifier::web
