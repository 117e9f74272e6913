#include "server/service.h"

#include <csignal>
#include <pthread.h>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "web/health.h"

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

std::vector<app::EventSink*> sinks(app::EventSink& lines, app::EventSink& keeper, app::EventSink* listener) {
  std::vector<app::EventSink*> all{&lines, &keeper};
  if (listener != nullptr) all.push_back(listener);
  return all;
}

http::ServerOptions web_options(const Config& config) {
  http::ServerOptions options;
  options.host = config.listen_host;
  options.port = config.listen_port;
  return options;
}

base::task<web::Readiness> readiness(storage::Store& store, const std::atomic<bool>& started) {
  if (!started) co_return web::Readiness{false, "the service is starting or stopping"};
  const bool writable = co_await store.writable();
  if (!writable) co_return web::Readiness{false, "the database cannot be written"};
  co_return web::Readiness{true, {}};
}

}  // namespace

Service::Service(Workbench& bench, app::EventSink* listener)
    : bench_(bench),
      lock_(std::filesystem::absolute(database_path(bench.config, bench.folder)).parent_path().string()),
      clock_(bench.loop),
      spawner_(bench.loop),
      random_(platform::random_seed()),
      provider_(bench.loop, bench.config),
      lines_(format_of(bench.config), level_of(bench.config)),
      keeper_(*bench.store, clock_, spawner_, *bench.zone),
      events_(sinks(lines_, keeper_, listener)),
      monitor_(
          {clock_, random_, spawner_, provider_.provider, *bench.store, *bench.store, events_, *bench.zone},
          bench.config.monitor),
      web_(bench.web_loop, web_options(bench.config),
           web::health_handler([this] { return readiness(*bench_.store, started_); })),
      web_thread_([this] {
        ::pthread_setname_np(::pthread_self(), "web");
        const auto keep_running = boost::asio::make_work_guard(bench_.web_loop);
        bench_.web_loop.run();
      }) {}

Service::~Service() {
  boost::asio::post(bench_.web_loop, [this] {
    web_.stop();
    bench_.web_loop.stop();
  });
  web_thread_.join();
}

std::string Service::url() const {
  const std::string& host = bench_.config.listen_host;
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(web_.port());
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
