#pragma once

#include "app/events.h"
#include "http/server.h"
#include "web/site/site_state.h"

namespace sms_notifier::web {

/// Everything that is answered over HTTP: finds the route, lets in who may come in, and puts the same armour
/// on each answer. Belongs to the web loop.
class Site {
 public:
  /// `readiness` is asked for /readyz, `metrics` for /metrics; `failed` is told of each answer that failed.
  Site(SitePorts ports, SiteOptions options, std::function<base::task<Readiness>()> readiness,
       std::function<base::task<std::string>()> metrics, std::function<void(app::PageFailed)> failed);

  base::task<http::Response> answer(const http::Request& request);
  /// What answers a request that the server itself refuses: the same armour as any page, and words.
  http::Response refusal(const http::Request& head, int status);
  /// Tells the pages what happened.
  void on(const app::Event& event, base::Instant at);
  /// What the service knows beside the database.
  const Board& board() const { return state_.board; }
  /// Ends live updates; for the end of the service.
  void close() { state_.live.close(); }
  /// The token of `/setup?token=...`. A visitor who has it makes the first user, as long as there is none.
  const base::Secret& setup_token() const { return state_.setup_token; }

 private:
  /// Who asks, from where, in which language.
  Visit receive(const http::Request& request) const;
  http::Response send_off(const Visit& visit, http::Response response) const;
  base::task<http::Response> pass_gates(Visit& visit);
  /// The session's idle time starts again.
  base::task<> note_use(const Visit& visit);

  SiteState state_;
  const std::function<void(app::PageFailed)> failed_;
};

}  // namespace sms_notifier::web
