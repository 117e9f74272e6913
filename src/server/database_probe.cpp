#include "server/database_probe.h"

#include <exception>

namespace sms_notifier::server {

base::task<DatabaseProbe::Finding> DatabaseProbe::look() {
  if (looks_.size() == 0) looks_.spawn(ask());
  const base::Monotonic deadline = clock_.monotonic() + patience;
  const bool answered = co_await looks_.drain(deadline);
  if (!answered) co_return Finding::Silent;
  co_return writable_ ? Finding::Writable : Finding::NotWritable;
}

base::task<> DatabaseProbe::ask() {
  bool writable = false;
  try {
    writable = co_await ask_();
  } catch (const std::exception&) {
    // What cannot even be asked cannot be written.
  }
  writable_ = writable;
}

}  // namespace sms_notifier::server
