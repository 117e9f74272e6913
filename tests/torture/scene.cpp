#include "torture/scene.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sms_notifier::torture {

namespace json = boost::json;
using test_support::eventually;
using test_support::Violation;

Scene::Scene(std::uint64_t seed)
    : simulator({"--seed", std::to_string(seed), "--latency", "5"}), installation(simulator) {
  installation.environment["SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY"] = "1000000";
  installation.environment["SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT"] = "1s";
  installation.environment["SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX"] = "500ms";
  installation.environment["SMS_NOTIFIER_RECONCILE_LOOK_GAP"] = "200ms";
}

std::string Scene::call() {
  std::string caller = std::to_string(5'551'000'000 + static_cast<long>(callers_.size()) + 1);
  callers_.insert(caller);
  simulator.call(test_support::Installation::account, caller);
  return caller;
}

bool Scene::texted(const std::string& caller) const {
  for (const json::value& text : simulator.texts()) {
    if (json::value_to<std::string>(text.at("dst")) == caller) return true;
  }
  return false;
}

bool Scene::said(const std::string& text) {
  return times_said(text) > 0;
}

int Scene::times_said(const std::string& text) {
  const std::string errors = installation.service().errors();
  int times = 0;
  for (auto at = errors.find(text); at != std::string::npos; at = errors.find(text, at + 1)) ++times;
  return times;
}

bool Scene::lives_until(const std::string& what, const std::function<bool()>& holds) {
  eventually(what, [&] { return installation.service().ended() || holds(); });
  return !installation.service().ended();
}

void Scene::expect_intents() {
  // First the texts: an intent is older than its text.
  const json::array texts = simulator.texts();
  std::set<std::string> intended;
  for (const json::value& call : installation.calls()) {
    const json::value& reply = call.at("reply");
    if (!reply.is_null() && reply.at("attempts").as_int64() > 0)
      intended.insert(json::value_to<std::string>(call.at("caller")));
  }
  for (const json::value& text : texts) {
    const std::string caller = json::value_to<std::string>(text.at("dst"));
    if (!intended.contains(caller)) throw Violation(caller + " was texted without an intent in the ledger");
  }
}

void Scene::settle(const std::string& where) {
  try {
    if (installation.service().ended()) installation.start();
    eventually("every call is recorded and every text settled",
               [&] { return test_support::all_settled(installation, callers_); });
    tally_ = check_phones(installation, simulator, callers_);
  } catch (const std::exception& error) {
    throw Violation(where + ": " + error.what() + "\nThe service said:\n" + installation.service().errors());
  }
}

pid_t thread_of(pid_t process, const std::string& name) {
  if (name == "main") return process;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    std::string found;
    std::getline(std::ifstream(task.path() / "comm"), found);
    if (found == name) return static_cast<pid_t>(std::stol(task.path().filename()));
  }
  throw std::runtime_error("the service has no thread " + name);
}

}  // namespace sms_notifier::torture
