#include "torture/strace.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

namespace sms_notifier::torture {
namespace {

constexpr const char* program = "/usr/bin/strace";

std::vector<std::string> arguments_for(pid_t thread, const std::string& log,
                                       std::vector<std::string> options) {
  options.insert(options.end(), {"-o", log, "-p", std::to_string(thread)});
  return options;
}

}  // namespace

Strace::Strace(pid_t thread, std::string log, std::vector<std::string> options)
    : log_(std::move(log)), process_(program, arguments_for(thread, log_, std::move(options))) {
  process_.wait_for("attached");
}

Strace::~Strace() {
  detach();
}

void Strace::detach() {
  process_.signal(SIGINT);
  process_.wait();
}

std::vector<std::string> Strace::lines() const {
  std::ifstream stream(log_);
  std::vector<std::string> found;
  for (std::string line; std::getline(stream, line);) found.push_back(line);
  return found;
}

bool Strace::logged(const std::string& words) const {
  const std::vector<std::string> all = lines();
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

bool Strace::injected() const {
  return logged("(INJECTED)");
}

bool Strace::killed() const {
  return logged("killed by SIGKILL");
}

std::map<std::string, int> Strace::counts() const {
  std::map<std::string, int> counts;
  for (const std::string& line : lines()) {
    const auto end = line.find('(');
    const bool is_call = !line.starts_with('<') && !line.starts_with('+') && !line.starts_with('-');
    if (is_call && end != std::string::npos) ++counts[line.substr(0, end)];
  }
  return counts;
}

int Strace::good(const std::string& system_call) const {
  const std::vector<std::string> all = lines();
  return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const std::string& line) {
    return line.starts_with(system_call + "(") && line.find("(INJECTED)") == std::string::npos;
  }));
}

}  // namespace sms_notifier::torture
