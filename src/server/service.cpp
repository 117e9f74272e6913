#include "server/service.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include "platform/password_thread.h"
#include "platform/token_mint.h"
#include "platform/vault.h"
#include "server/descriptors.h"
#include "server/stop_signals.h"

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

/// Answers whose connection has been closed end as soon as what they wait for has come.
constexpr base::Duration ended_answers_look = std::chrono::seconds{1};

std::optional<std::string> manager_address() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  return address == nullptr ? std::nullopt : std::optional<std::string>(address);
}

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

web::SiteOptions site_options(const Workbench& bench) {
  const Config& config = bench.config;
  web::SiteOptions options;
  options.installation = bench.installation;
  options.public_url = config.public_url;
  options.trusted_proxies = config.trusted_proxies;
  options.log_token = config.log_token.empty() ? load_or_make_log_token(bench.folder) : config.log_token;
  options.poll_interval = config.monitor.poll_interval;
  options.order_terms = {config.monitor.catch_up, config.monitor.texts_per_day};
  return options;
}

/// Without names of files, since anybody may ask. Empty: it is in order.
std::string in_words(const std::optional<storage::Condition>& database) {
  if (!database) return "the database does not answer";
  switch (*database) {
    case storage::Condition::Good:
      return {};
    case storage::Condition::NotWritable:
      return "the database cannot be written";
    case storage::Condition::Damaged:
      return "the database is damaged";
    case storage::Condition::Exchanged:
      return "the database was exchanged while it was in use";
  }
  return {};
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
      manager_(manager_address()),
      keeper_(*bench.store, clock_, spawner_, *bench.zone),
      web_clock_(web_loop_),
      web_spawner_(web_loop_),
      probe_([&bench] { return bench.store->probe(); }, web_clock_, web_spawner_),
      web_provider_(web_loop_, bench.config),
      passwords_(platform::make_password_thread(platform::make_password_hasher())),
      mint_(platform::make_token_mint()),
      site_(
          {web_clock_, web_provider_.provider, *bench.store, *bench.store, *bench.store, *bench.store,
           *bench.store, *bench.store, *bench.store, *passwords_, *mint_, *bench.vault, *bench.zone},
          site_options(bench), [this] { return readiness(); }, [this] { return metrics_text(); },
          [this](app::PageFailed failure) {
            boost::asio::post(bench_.loop,
                              [this, failure = std::move(failure)] { events_.on(failure, clock_.now()); });
          }),
      bridge_(web_loop_, site_),
      events_(sinks(lines_, keeper_, metrics_, bridge_, listener)),
      monitor_({clock_, random_, spawner_, provider_.provider, *bench.store, *bench.store, *bench.store,
                *bench.store, events_, *bench.zone},
               bench.config.monitor),
      heart_(clock_,
             [this] {
               manager_.alive();
               look_after_database();
             }),
      tasks_(clock_, spawner_),
      retention_(
          *bench.store, clock_, random_, bench.config.retention, [this] { return monitor_.now(); },
          [this](const app::RetentionReport& report) { tell(report); }),
      web_(web_loop_, web_options(bench.config, site_),
           [this](const http::Request& request) { return site_.answer(request); }),
      web_thread_([this] {
        ::pthread_setname_np(::pthread_self(), "web");
        const auto keep_running = boost::asio::make_work_guard(web_loop_);
        web_loop_.run();
      }) {}

Service::~Service() {
  wind_up_web();
  web_thread_.join();
}

void Service::wind_up_web() {
  if (web_ending_.exchange(true)) return;
  boost::asio::co_spawn(web_loop_, end_web(), [this](const std::exception_ptr&) { web_loop_.stop(); });
}

base::task<> Service::end_web() {
  site_.close();
  web_.stop();
  bool ended = co_await web_.drain(bench_.config.monitor.shutdown_grace);
  web_provider_.http.abort_all();
  passwords_->close();
  while (!ended) ended = co_await web_.drain(ended_answers_look);
  co_await probe_.drain();
}

base::task<web::Readiness> Service::readiness() {
  if (!started_) co_return web::Readiness{false, "the service is starting or stopping", {}};
  if (!heart_.alive()) co_return web::Readiness{false, "the service does not get on with its work", {}};
  const std::optional<storage::Condition> condition = co_await probe_.look();
  if (const std::string trouble = in_words(condition); !trouble.empty())
    co_return web::Readiness{false, trouble, {}};
  const app::StateTally states = co_await look_at_states();
  const std::optional<base::Duration> clock_ahead = site_.board().clock_ahead();
  if (states.all_fail())
    co_return web::Readiness{false, "no profile that runs can text", states, clock_ahead};
  co_return web::Readiness{true, {}, states, clock_ahead};
}

base::task<app::StateTally> Service::look_at_states() {
  app::StateTerms terms = state_terms(bench_.config);
  terms.clock_ahead = site_.board().clock_ahead().value_or(base::Duration::zero());
  terms.record_zone_holds = site_.board().record_zone_holds();
  const base::Instant now = web_clock_.now();
  const auto statuses = co_await app::profile_statuses(*bench_.store, terms, now, *bench_.zone);
  co_return app::tally(statuses);
}

base::task<std::string> Service::metrics_text() {
  const app::StateTally states = co_await look_at_states();
  metrics_.show(states);
  co_return metrics_.text();
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
  if (stop_asked()) return;
  boost::asio::signal_set signals(bench_.loop, SIGINT, SIGTERM);
  signals.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (!cancelled) stop();
  });
  const StopSignalsLetThrough let_through;
  bench_.run(work());
}

void Service::stop() {
  started_ = false;
  manager_.stopping();
  monitor_.stop();
  wind_up_web();
}

void Service::tell(const app::RetentionReport& report) {
  using Level = telemetry::LogLines::Level;
  if (report.trouble.empty())
    lines_.tell(Level::Info, "old_records_erased", "records", std::to_string(report.erased), clock_.now());
  else
    lines_.tell(Level::Error, "retention_failed", "detail", report.trouble, clock_.now());
}

void Service::look_after_database() {
  if (const std::string damage = bench_.store->damage(); !damage.empty() && !damage_told_) {
    damage_told_ = true;
    lines_.tell(telemetry::LogLines::Level::Error, "database_damaged", "detail", damage, clock_.now());
  }
  if (!database_exchanged_.empty()) return;
  database_exchanged_ = bench_.store->exchanged();
  if (database_exchanged_.empty()) return;
  lines_.tell(telemetry::LogLines::Level::Error, "database_exchanged", "detail", database_exchanged_,
              clock_.now());
  stop();
}

base::task<> Service::work() {
  tasks_.spawn(heart_.run());
  std::exception_ptr failure;
  try {
    co_await monitor_.start();
    started_ = !monitor_.stopping();
    manager_.ready();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure)
    monitor_.stop();
  else
    tasks_.spawn(retention_.run());
  co_await monitor_.run();
  started_ = false;
  co_await keeper_.finish();
  heart_.stop();
  retention_.stop();
  co_await tasks_.drain();
  if (failure) std::rethrow_exception(failure);
  if (!database_exchanged_.empty()) throw std::runtime_error(database_exchanged_);
}

}  // namespace sms_notifier::server
