#include "server/command_actor.h"

#include <chrono>
#include <pwd.h>
#include <string>
#include <unistd.h>

namespace sms_notifier::server {
namespace {

/// `uid 1000` where the system knows no name, as in a container.
std::string system_user() {
  constexpr std::size_t entry_bytes_max = 16 * 1024;
  const uid_t id = ::getuid();
  std::string buffer(entry_bytes_max, '\0');
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return "uid " + std::to_string(id);
}

}  // namespace

app::Act command_act() {
  const auto now = std::chrono::floor<base::Duration>(std::chrono::system_clock::now());
  app::Act act{now, {}};
  act.actor.kind = app::Actor::Kind::CommandLine;
  act.actor.name = system_user();
  return act;
}

}  // namespace sms_notifier::server
