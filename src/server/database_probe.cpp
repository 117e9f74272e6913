#include "server/database_probe.h"

#include <exception>

namespace sms_notifier::server {

using storage::Condition;

base::task<std::optional<Condition>> DatabaseProbe::look() {
  if (looks_.size() == 0) looks_.spawn(note());
  const base::Monotonic deadline = clock_.monotonic() + patience;
  const bool answered = co_await looks_.drain(deadline);
  if (!answered) co_return std::nullopt;
  co_return last_;
}

base::task<> DatabaseProbe::note() {
  Condition condition = Condition::NotWritable;
  try {
    condition = co_await ask_();
  } catch (const std::exception&) {
    // What cannot even be asked cannot be written.
  }
  last_ = condition;
}

}  // namespace sms_notifier::server
