#pragma once

#include <functional>
#include <string>

#include "base/task.h"
#include "http/server.h"

namespace sms_notifier::web {

struct Readiness {
  bool ready = false;
  std::string why_not;  ///< a sentence; empty when ready
};

/// `/healthz`: the process serves. `/readyz`: it does its work, or 503 and why not. Anything else is 404.
http::Handler health_handler(std::function<base::task<Readiness>()> readiness);

}  // namespace sms_notifier::web
