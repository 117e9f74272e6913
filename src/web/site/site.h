#pragma once

#include "app/events.h"
#include "http/server.h"
#include "web/site/context.h"

namespace sms_notifier::web {

/// Everything that is answered over HTTP: finds the route, lets in who may come in, and puts the same armour
/// on each answer. Belongs to the web loop.
class Site {
 public:
  /// `readiness` is asked for /readyz, `metrics` for /metrics; `failed` is told of each answer that failed.
  Site(Ports ports, SiteOptions options, std::function<base::task<Readiness>()> readiness,
       std::function<std::string()> metrics, std::function<void(app::PageFailed)> failed);

  base::task<http::Response> answer(const http::Request& request);
  /// Tells the pages what happened.
  void on(const app::Event& event, base::Instant at);
  /// Ends live updates; for the end of the service.
  void close() { context_.live.close(); }
  /// The token of `/setup?token=...`. Anybody who has it makes the first user, as long as there is none.
  const base::Secret& setup_token() const { return context_.setup_token; }

 private:
  base::task<http::Response> pass_gates(Visit& visit);
  /// The session's idle time starts again.
  base::task<> note_use(const Visit& visit);

  Context context_;
  const std::function<void(app::PageFailed)> failed_;
};

}  // namespace sms_notifier::web
