#include "web/health.h"

#include <boost/json.hpp>

namespace sms_notifier::web {
namespace {

/// The coroutine's parameters outlive it in the handler; a lambda's captures would not.
base::task<http::Response> answer(const http::Request& request,
                                  const std::function<base::task<Readiness>()>& readiness) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.path != "/healthz" && request.path != "/readyz")
    co_return http::Response::text("There is nothing at this address.\n", 404);
  if (!reads) co_return http::Response::text("Only GET is answered here.\n", 405);
  if (request.path == "/healthz") co_return http::Response::json(R"({"status":"ok"})");

  const Readiness state = co_await readiness();
  if (state.ready) co_return http::Response::json(R"({"status":"ready"})");
  const boost::json::object body{{"status", "not ready"}, {"reason", state.why_not}};
  co_return http::Response::json(boost::json::serialize(body), 503);
}

}  // namespace

http::Handler health_handler(std::function<base::task<Readiness>()> readiness) {
  return
      [readiness = std::move(readiness)](const http::Request& request) { return answer(request, readiness); };
}

}  // namespace sms_notifier::web
