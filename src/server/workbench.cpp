#include "server/workbench.h"

#include <cstdlib>
#include <iostream>

#include "domain/record_zone.h"
#include "platform/time_zone.h"
#include "platform/token_mint.h"
#include "platform/vault.h"

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace sms_notifier::server {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

/// Of a copy with the same key it differs by the place.
std::string installation_name(const base::Secret& key, const std::filesystem::path& database) {
  constexpr std::size_t letters = 12;
  const std::string place = std::filesystem::absolute(database).lexically_normal().string();
  return platform::make_token_mint()->hash("installation " + key.reveal() + " " + place).substr(0, letters);
}

}  // namespace

Environment read_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (text.starts_with("SMS_NOTIFIER_") && equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Config configuration(const CommonOptions& options) {
  std::optional<std::string> file = variable("SMS_NOTIFIER_CONFIG");
  if (!options.config_file.empty()) file = options.config_file;
  base::Result<Config> config = load_config(file, read_environment());
  if (!config) throw WrongUsage(config.error().message);
  return std::move(config).value();
}

DataFolder data_folder(const CommonOptions& options) {
  if (!options.data_path.empty()) return {options.data_path};
  if (const auto path = variable("SMS_NOTIFIER_DATA")) return {*path};
  return {default_data_path()};
}

std::filesystem::path database_path(const Config& config, const DataFolder& folder) {
  constexpr std::string_view scheme = "sqlite:";
  if (config.storage_url.empty()) return folder.default_database();
  return config.storage_url.substr(scheme.size());
}

app::StateTerms state_terms(const Config& config) {
  return {config.monitor.poll_interval, config.monitor.texts_per_day, true};
}

Workbench::Workbench(Config config_in_force, DataFolder data, Use use)
    : config(std::move(config_in_force)),
      folder(std::move(data)),
      zone(platform::load_time_zone(config.voipms_timezone_name)) {
  const auto now = std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
  const auto toronto = platform::load_time_zone(Config{}.voipms_timezone_name);
  config.monitor.usual_record_zone = domain::show_the_same_time(*zone, *toronto, now);
  make_data_folder(folder);
  const std::filesystem::path database = database_path(config, folder);
  const base::Secret key = load_or_make_key(folder, variable("SMS_NOTIFIER_SECRET_KEY"), database);
  installation = installation_name(key, database);
  vault = platform::make_vault(key);
  if (const auto closed = close_database_to_others(database)) std::cerr << *closed << std::endl;
  store = storage::open_sqlite({database.string(), use == Use::Service}, *vault);
}

void Workbench::run(base::task<> work) {
  std::exception_ptr failure;
  loop.restart();
  boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error) {
    failure = error;
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sms_notifier::server
