#include "simulator/server.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/date.h"
#include "http/form.h"
#include "simulator/page.h"
#include "simulator/parameters.h"

namespace sms_notifier::simulator {
namespace {

namespace asio = boost::asio;

/// The provider's web server takes no longer request line (docs/provider/transport.md, "Requests").
constexpr std::size_t request_line_max = 8190;
constexpr std::string_view soap_fault =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body>"
    "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>Bad Request</faultstring>"
    "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>\n";

bool is_api(std::string_view path) {
  return path == "/api/v1/rest.php" || path == "/api/v1/" || path == "/api/v1";
}

http::Response soap_answer() {
  http::Response response = http::Response::text(std::string(soap_fault), 500);
  response.headers.front().second = "text/xml; charset=utf-8";
  return response;
}

/// The page runs its own script only and is shown in no other page.
http::Response page_answer() {
  http::Response response = http::Response::html(std::string(page_html()));
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return response;
}

http::Response script_answer() {
  http::Response response = http::Response::text(std::string(page_script()));
  response.headers.front().second = "text/javascript; charset=utf-8";
  return response;
}

// How an answer fails to arrive.
base::task<> close_at_once(http::Wire&, std::string_view) {
  co_return;
}

base::task<> reset(http::Wire& wire, std::string_view) {
  wire.reset();
  co_return;
}

base::task<> hang(http::Wire& wire, std::string_view) {
  return wire.wait_for_end();
}

/// The head promises the whole body.
base::task<> send_half(http::Wire& wire, std::string_view head, std::string_view half) {
  const bool there = co_await wire.send(head);
  if (there) co_await wire.send(half);
}

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, World& simulated) : loop(io), world(simulated) {}

  asio::io_context& loop;
  World& world;
  std::optional<http::Server> http;
  std::string origin;  ///< without the port
  std::set<asio::steady_timer*> waits;
  base::Instant last_now{};
  bool stopping = false;

  /// The world's time never runs backwards, even when the clock is set back.
  base::Instant now() {
    last_now = std::max(last_now, clock());
    return last_now;
  }
  /// The provider's clock, as it stands now.
  base::Instant clock() const {
    return std::chrono::floor<base::Duration>(std::chrono::system_clock::now()) + world.clock_ahead();
  }

  base::task<http::Response> answer(const http::Request& request);
  base::task<http::Response> answer_api(const http::Request& request);
  http::Response to_response(Plan plan);
  base::task<> drip(http::Wire& wire, std::string_view head, std::string_view body, base::Duration pause);
  http::Response answer_control(const http::Request& request);
  base::task<> run_script(std::vector<ScriptStep> steps);
  /// Returns early when the server stops.
  base::task<> wait_until(asio::steady_timer::time_point due);
  void stop();
};

base::task<http::Response> Server::State::answer(const http::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (is_api(request.path)) co_return co_await answer_api(request);
  if (request.path.starts_with("/control/")) co_return answer_control(request);
  if (reads && request.path == "/") co_return page_answer();
  if (reads && request.path == "/page.js") co_return script_answer();
  co_return http::Response::text("There is nothing here.\n", 404);
}

base::task<http::Response> Server::State::answer_api(const http::Request& request) {
  const std::size_t request_line = request.method.size() + request.path.size() + request.query.size() + 11;
  if (request_line > request_line_max) co_return http::Response::html("<h1>Request-URI Too Long</h1>\n", 414);

  ApiRequest api;
  api.peer = request.peer;
  const http::Fields in_url = http::parse_urlencoded(request.query);
  api.secret_in_url = http::field(in_url, "api_password").has_value();
  if (request.method == "POST") {
    const std::string_view type = request.header("Content-Type");
    if (type.starts_with("application/x-www-form-urlencoded")) co_return soap_answer();
    api.fields = http::parse_multipart(type, request.body).value_or(http::Fields{});
  } else if (request.method != "GET" && request.method != "HEAD") {
    co_return http::Response::html("<h1>Method Not Allowed</h1>\n", 405);
  }
  api.fields.insert(api.fields.end(), in_url.begin(), in_url.end());

  Plan plan = world.handle(api, now());
  // The older address says text/html unless it is asked for JSON (docs/provider/transport.md, "Requests").
  const bool old_address = !request.path.ends_with("rest.php");
  if (old_address && plan.content_type == "application/json" &&
      value_of(api.fields, "content_type") != "json")
    plan.content_type = "text/html";
  if (plan.latency > base::Duration::zero())
    co_await wait_until(asio::steady_timer::clock_type::now() + plan.latency);
  http::Response response = to_response(std::move(plan));
  if (stopping) response.takeover = close_at_once;
  co_return response;
}

http::Response Server::State::to_response(Plan plan) {
  http::Response response = http::Response::text(std::move(plan.body), plan.status);
  response.headers.front().second = std::move(plan.content_type);
  response.headers.emplace_back("Date", http::to_date(clock()));
  switch (plan.ending) {
    case Plan::Ending::Answer:
      if (plan.drip)
        response.takeover = [self = shared_from_this(), pause = *plan.drip, body = response.body](
                                http::Wire& wire, std::string_view head) {
          return self->drip(wire, head, body, pause);
        };
      break;
    case Plan::Ending::Hang:
      response.takeover = hang;
      break;
    case Plan::Ending::Close:
      response.takeover = close_at_once;
      break;
    case Plan::Ending::Reset:
      response.takeover = reset;
      break;
    case Plan::Ending::Truncate:
      response.takeover = [half = response.body.substr(0, response.body.size() / 2)](http::Wire& wire,
                                                                                     std::string_view head) {
        return send_half(wire, head, half);
      };
      break;
  }
  return response;
}

base::task<> Server::State::drip(http::Wire& wire, std::string_view head, std::string_view body,
                                 base::Duration pause) {
  bool there = co_await wire.send(head);
  for (std::size_t i = 0; there && i < body.size(); ++i) {
    co_await wait_until(asio::steady_timer::clock_type::now() + pause);
    if (stopping) co_return;
    there = co_await wire.send(body.substr(i, 1));
  }
}

http::Response Server::State::answer_control(const http::Request& request) {
  // A page of another site that happens to be open in the same browser has no say here.
  const std::string_view from = request.header("Sec-Fetch-Site");
  if (from == "cross-site" || from == "same-site")
    return http::Response::json("{\"error\":\"asked by another site\"}\n", 403);
  const ControlRequest wanted{request.method, request.path, request.query, request.body};
  ControlAnswer given = control(world, wanted, now());
  http::Response response = http::Response::json(std::move(given.json), given.status);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

base::task<> Server::State::run_script(std::vector<ScriptStep> steps) {
  const auto self = shared_from_this();
  const auto start = asio::steady_timer::clock_type::now();
  for (const ScriptStep& step : steps) {
    co_await wait_until(start + step.at);
    if (stopping) co_return;
    control(world, step.request, now());
  }
}

base::task<> Server::State::wait_until(asio::steady_timer::time_point due) {
  if (stopping) co_return;
  asio::steady_timer timer(loop, due);
  waits.insert(&timer);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  waits.erase(&timer);
}

void Server::State::stop() {
  stopping = true;
  http->stop();
  for (asio::steady_timer* timer : waits) timer->cancel();
}

Server::Server(asio::io_context& loop, ServerOptions options, World& world)
    : state_(std::make_shared<State>(loop, world)) {
  http::ServerOptions http_options;
  http_options.host = options.host;
  http_options.port = options.port;
  http_options.tls = options.tls;
  // Everything that a test or a benchmark sends comes from one address.
  http_options.connections_per_address_max = http_options.connections_max;
  const bool six = options.host.find(':') != std::string::npos;
  state_->origin = (options.tls ? "https://" : "http://") + (six ? "[" + options.host + "]" : options.host);
  const std::weak_ptr<State> weak = state_;
  http::Handler handler = [weak](const http::Request& request) -> base::task<http::Response> {
    const auto state = weak.lock();
    if (!state || state->stopping) co_return http::Response::text("", 503);
    co_return co_await state->answer(request);
  };
  state_->http.emplace(loop, std::move(http_options), std::move(handler));
  asio::co_spawn(loop, state_->run_script(std::move(options.script)), asio::detached);
}

Server::~Server() {
  state_->stop();
}

std::uint16_t Server::port() const {
  return state_->http->port();
}

std::string Server::url() const {
  return state_->origin + ":" + std::to_string(port());
}

void Server::stop() {
  state_->stop();
}

}  // namespace sms_notifier::simulator
