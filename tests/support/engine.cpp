#include "support/engine.h"

#include <algorithm>

#include "app/profiles/profiles.h"
#include "app/texts/orders.h"
#include "platform/time_zone.h"
#include "support/run_task.h"

namespace sms_notifier::test_support {

Engine::Engine(const std::string& wall, app::MonitorOptions monitor_options)
    : zone(platform::load_time_zone("America/Toronto")), options(monitor_options) {
  loop = std::make_unique<VirtualLoop>(zone->instants(*domain::parse_wall_time(wall)).earlier);
  provider = std::make_unique<FakeProvider>(*loop);
  provider->zone = zone.get();
  provider->numbers[email] = {did, other_did};
}

domain::ProfileForm Engine::form(const std::string& did_of_profile) {
  domain::ProfileForm form;
  form.account = email;
  form.did = did_of_profile;
  form.message = "Sorry we missed you.";
  form.call_duration = "10";
  return form;
}

domain::ProfileId Engine::add_profile(domain::ProfileForm form) {
  return run_task(app::add_profile(store, std::move(form), base::Secret("api password"), {})).value().id;
}

void Engine::set_running(domain::ProfileId id, bool running) {
  run_task(store.set_running(id, running, {}));
}

void Engine::start() {
  monitor_ = std::make_unique<app::Monitor>(
      app::EnginePorts{*loop, chance, *loop, *provider, store, store, store, store, events, *zone}, options);
  loop->spawn([](app::Monitor& monitor) -> base::task<> {
    co_await monitor.start();
    co_await monitor.run();
  }(*monitor_));
  loop->run_for(base::Duration::zero());
}

void Engine::kill() {
  loop->abandon();
  monitor_.reset();
}

void Engine::stop() {
  ask_to_stop();
  loop->run_for(options.shutdown_grace + std::chrono::seconds{5});
}

void Engine::run_until(const std::string& wall) {
  loop->run_until(zone->instants(*domain::parse_wall_time(wall)).earlier);
}

FakeRow& Engine::call(const std::string& unique_id, const std::string& callerid, base::Duration ago,
                      const std::string& to) {
  FakeRow row;
  row.unique_id = unique_id;
  row.date = domain::to_string(zone->wall_time(provider->now() - ago));
  row.callerid = callerid;
  row.destination = to;
  auto& rows = provider->rows[email];
  rows.insert(rows.begin(), row);
  return rows.front();
}

FakeRow& Engine::row(const std::string& unique_id) {
  auto& rows = provider->rows[email];
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const FakeRow& row) { return row.unique_id == unique_id; });
}

std::vector<app::CallRecord> Engine::calls() {
  return run_task(store.calls({}));
}

app::OrderOutcome Engine::order(const std::string& unique_id) {
  constexpr base::Duration allowed = std::chrono::minutes{15};
  const base::Instant now = loop->now();
  for (const app::CallRecord& record : calls()) {
    if (record.call.key() == unique_id)
      return run_task(
          store.order_text(record.id, {now, now + allowed, zone->day_of(now), options.texts_per_day}, {}));
  }
  return domain::OrderRefusal::NoSuchCall;
}

app::OrderOutcome Engine::send_test_text(domain::ProfileId profile, const std::string& phone) {
  return run_task(app::order_test_text(store, profile, *domain::PhoneNumber::parse(phone),
                                       {std::chrono::minutes{15}, options.texts_per_day}, *zone,
                                       {loop->now(), {}}));
}

std::string Engine::decision(const std::string& unique_id) {
  for (const app::CallRecord& record : calls()) {
    if (record.call.key() == unique_id) return std::string(to_code(record.decision));
  }
  return "";
}

std::string Engine::reply_state(const std::string& unique_id) {
  for (const app::CallRecord& record : calls()) {
    if (record.call.key() == unique_id && record.reply) return std::string(to_code(record.reply->state));
  }
  return "";
}

}  // namespace sms_notifier::test_support
