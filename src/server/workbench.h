#pragma once

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "app/health/profile_states.h"
#include "app/ports/vault.h"
#include "base/task.h"
#include "domain/wall_time.h"
#include "server/config.h"
#include "server/data_folder.h"
#include "storage/sqlite/store.h"

namespace sms_notifier::server {

/// What the person asked for cannot be done as it was asked: exit code 2.
class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Options that every command takes.
struct CommonOptions {
  std::string config_file;
  std::string data_path;
};

/// The variables of this process that start with SMS_NOTIFIER_.
Environment read_environment();
/// The configuration in force. Throws WrongUsage.
Config configuration(const CommonOptions& options);
DataFolder data_folder(const CommonOptions& options);
/// The database's path: `storage.url`, else the one in the data folder.
std::filesystem::path database_path(const Config& config, const DataFolder& folder);

/// What states of profiles depend on beside the database.
app::StateTerms state_terms(const Config& config);

/// Configuration, data folder and open store: what a command works with. Opening it makes what is missing.
class Workbench {
 public:
  enum class Use {
    Command,
    Service,  ///< the database is checked now and then
  };
  Workbench(Config config, DataFolder folder, Use use = Use::Command);

  Config config;
  DataFolder folder;
  std::string installation;  ///< a short name for this key and this database
  /// Outlives the store, whose threads hand results to it.
  boost::asio::io_context loop{1};
  std::unique_ptr<domain::TimeZone> zone;
  std::unique_ptr<app::Vault> vault;
  std::unique_ptr<storage::Store> store;

  /// Runs a task to its end on this thread; its exception is thrown here.
  template <class T>
  T run(base::task<T> work);
  void run(base::task<> work);
};

template <class T>
T Workbench::run(base::task<T> work) {
  T result{};
  std::exception_ptr failure;
  loop.restart();
  boost::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr& error, T value) {
    failure = error;
    result = std::move(value);
    // Kept connections would keep the loop busy for ever.
    loop.stop();
  });
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return result;
}

}  // namespace sms_notifier::server
