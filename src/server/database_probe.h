#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "app/task_group.h"
#include "storage/store.h"

namespace sms_notifier::server {

/// Finds out what can be done with the database, without waiting long for one that hangs. Belongs to one
/// loop.
class DatabaseProbe {
 public:
  static constexpr base::Duration patience = std::chrono::seconds{5};

  /// `ask` asks the database.
  DatabaseProbe(std::function<base::task<storage::Condition>()> ask, app::Clock& clock, app::Spawner& spawner)
      : ask_(std::move(ask)), clock_(clock), looks_(clock, spawner) {}

  /// None: it does not answer.
  base::task<std::optional<storage::Condition>> look();
  /// Returns when the database has answered what it was asked.
  base::task<> drain() { return looks_.drain(); }

 private:
  base::task<> note();

  const std::function<base::task<storage::Condition>()> ask_;
  app::Clock& clock_;
  app::TaskGroup looks_;
  storage::Condition last_ = storage::Condition::NotWritable;  ///< by the last answer
};

}  // namespace sms_notifier::server
