#pragma once

#include <functional>
#include <utility>

#include "app/task_group.h"

namespace sms_notifier::server {

/// Finds out whether the database can be written, without waiting long for one that hangs. Belongs to one
/// loop.
class DatabaseProbe {
 public:
  enum class Finding { Writable, NotWritable, Silent };
  static constexpr base::Duration patience = std::chrono::seconds{5};

  /// `writable` asks the database.
  DatabaseProbe(std::function<base::task<bool>()> writable, app::Clock& clock, app::Spawner& spawner)
      : ask_(std::move(writable)), clock_(clock), looks_(clock, spawner) {}

  base::task<Finding> look();
  /// Returns when the database has answered what it was asked.
  base::task<> drain() { return looks_.drain(); }

 private:
  base::task<> ask();

  const std::function<base::task<bool>()> ask_;
  app::Clock& clock_;
  app::TaskGroup looks_;
  bool writable_ = false;  ///< by the last answer
};

}  // namespace sms_notifier::server
