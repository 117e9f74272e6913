#include "server/service.h"

#include <csignal>
#include <pthread.h>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "platform/password_thread.h"
#include "platform/token_mint.h"
#include "platform/vault.h"
#include "server/descriptors.h"

namespace sms_notifier::server {
namespace {

telemetry::LogLines::Level level_of(const Config& config) {
  using Level = telemetry::LogLines::Level;
  if (config.log_level == "debug") return Level::Debug;
  if (config.log_level == "warning") return Level::Warning;
  if (config.log_level == "error") return Level::Error;
  return Level::Info;
}

telemetry::LineFormat format_of(const Config& config) {
  return config.log_format == "json" ? telemetry::LineFormat::Json : telemetry::LineFormat::Text;
}

std::vector<app::EventSink*> sinks(app::EventSink& lines, app::EventSink& keeper, app::EventSink& metrics,
                                   app::EventSink& bridge, app::EventSink* listener) {
  std::vector<app::EventSink*> all{&lines, &keeper, &metrics, &bridge};
  if (listener != nullptr) all.push_back(listener);
  return all;
}

/// The longest form is a message of 2,048 characters; the longest log row is about as long.
constexpr std::size_t body_bytes_max = 64 * 1024;

/// How often the end of the last answers is looked for.
constexpr base::Duration wind_up_look = std::chrono::milliseconds{20};

http::ServerOptions web_options(const Config& config, web::Site& site) {
  http::ServerOptions options;
  options.body_bytes_max = body_bytes_max;
  options.connections_max = web_connections_max(raise_descriptor_limit());
  options.host = config.listen_host;
  options.port = config.listen_port;
  options.speaks_for_many = [proxies = web::TrustedProxies(config.trusted_proxies)](
                                std::string_view address) { return proxies.trusts(address); };
  options.refuse = [&site](const http::Request& head, int status) { return site.refusal(head, status); };
  return options;
}

base::task<web::Readiness> readiness(storage::Store& store, const std::atomic<bool>& started) {
  if (!started) co_return web::Readiness{false, "the service is starting or stopping"};
  const bool writable = co_await store.writable();
  if (!writable) co_return web::Readiness{false, "the database cannot be written"};
  co_return web::Readiness{true, {}};
}

web::SiteOptions site_options(const Config& config, const DataFolder& folder) {
  web::SiteOptions options;
  options.public_url = config.public_url;
  options.trusted_proxies = config.trusted_proxies;
  options.log_token = config.log_token.empty() ? load_or_make_log_token(folder) : config.log_token;
  options.poll_interval = config.monitor.poll_interval;
  options.order_terms = {config.monitor.catch_up, config.monitor.texts_per_day};
  return options;
}

}  // namespace

void EventBridge::on(const app::Event& event, base::Instant at) noexcept {
  boost::asio::post(web_loop_, [this, event, at] { site_.on(event, at); });
}

Service::Service(Workbench& bench, app::EventSink* listener)
    : bench_(bench),
      lock_(std::filesystem::absolute(database_path(bench.config, bench.folder)).parent_path().string()),
      clock_(bench.loop),
      spawner_(bench.loop),
      random_(platform::random_seed()),
      provider_(bench.loop, bench.config),
      lines_(format_of(bench.config), level_of(bench.config)),
      keeper_(*bench.store, clock_, spawner_, *bench.zone),
      web_clock_(bench.web_loop),
      web_provider_(bench.web_loop, bench.config),
      passwords_(platform::make_password_thread(platform::make_password_hasher())),
      mint_(platform::make_token_mint()),
      site_(
          {web_clock_, web_provider_.provider, *bench.store, *bench.store, *bench.store, *bench.store,
           *bench.store, *bench.store, *passwords_, *mint_, *bench.vault, *bench.zone},
          site_options(bench.config, bench.folder), [this] { return readiness(*bench_.store, started_); },
          [this] { return metrics_.text(); },
          [this](app::PageFailed failure) {
            boost::asio::post(bench_.loop,
                              [this, failure = std::move(failure)] { events_.on(failure, clock_.now()); });
          }),
      bridge_(bench.web_loop, site_),
      events_(sinks(lines_, keeper_, metrics_, bridge_, listener)),
      monitor_(
          {clock_, random_, spawner_, provider_.provider, *bench.store, *bench.store, events_, *bench.zone},
          bench.config.monitor),
      web_(bench.web_loop, web_options(bench.config, site_),
           [this](const http::Request& request) { return site_.answer(request); }),
      web_thread_([this] {
        ::pthread_setname_np(::pthread_self(), "web");
        const auto keep_running = boost::asio::make_work_guard(bench_.web_loop);
        bench_.web_loop.run();
      }) {}

Service::~Service() {
  boost::asio::co_spawn(bench_.web_loop, wind_up(), [](std::exception_ptr) {});
  web_thread_.join();
}

base::task<> Service::wind_up() {
  site_.close();
  web_.stop();
  const std::unique_ptr<app::Timer> timer = web_clock_.make_timer();
  const base::Monotonic deadline = web_clock_.monotonic() + bench_.config.monitor.shutdown_grace;
  while (web_.under_way() > 0 && web_clock_.monotonic() < deadline) {
    const base::Monotonic look_again = web_clock_.monotonic() + wind_up_look;
    co_await timer->wait_until(look_again);
  }
  bench_.web_loop.stop();
}

std::string Service::url() const {
  const std::string& host = bench_.config.listen_host;
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(web_.port());
}

std::string Service::setup_url() const {
  std::string base = bench_.config.public_url.empty() ? url() : bench_.config.public_url;
  if (base.ends_with('/')) base.pop_back();
  return base + "/setup?token=" + site_.setup_token().reveal();
}

void Service::run() {
  boost::asio::signal_set signals(bench_.loop, SIGINT, SIGTERM);
  signals.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (!cancelled) monitor_.stop();
  });
  bench_.run(work());
}

base::task<> Service::work() {
  co_await monitor_.start();
  started_ = true;
  co_await monitor_.run();
  started_ = false;
  co_await keeper_.finish();
}

}  // namespace sms_notifier::server
