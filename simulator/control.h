#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulator/world.h"

namespace sms_notifier::simulator {

/// A request to /control/… (simulator/README.md).
struct ControlRequest {
  std::string method;
  std::string path;
  std::string query;
  std::string body;
};

struct ControlAnswer {
  int status = 200;
  std::string json;
};

/// Changes the world from outside: accounts, calls, texts, faults. What is wrong with a request is said in a
/// sentence, with status 400 or 404; a list is taken as a whole or not at all, but for calls that have a
/// unique id twice.
ControlAnswer control(World& world, const ControlRequest& request, base::Instant now);

/// Something that happens a while after the start.
struct ScriptStep {
  base::Duration at{0};
  ControlRequest request;
};

/// Reads `[{"at": "5s", "call": {…}}, …]`, with `call`, `fault`, `account` or `text`. Steps come in the order
/// of time, and each was tried on a world of these options.
base::Result<std::vector<ScriptStep>> parse_script(std::string_view json, const WorldOptions& options);

}  // namespace sms_notifier::simulator
