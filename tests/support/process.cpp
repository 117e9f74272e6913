#include "support/process.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace sms_notifier::test_support {
namespace {

constexpr std::chrono::seconds patience{60};

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment, const std::string& input) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  std::array<int, 2> in{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0 ||
      ::pipe2(in.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in[0], STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  ::close(in[0]);
  if (!input.empty() && ::write(in[1], input.data(), input.size()) < 0) throw std::runtime_error("no input");
  ::close(in[1]);
  collectors_.emplace_back([this, descriptor = out[0]] { collect(descriptor, output_); });
  collectors_.emplace_back([this, descriptor = err[0]] { collect(descriptor, errors_); });
}

Process::~Process() {
  if (!status_) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  for (std::thread& collector : collectors_) collector.join();
}

void Process::collect(int descriptor, std::string& into) {
  constexpr int look_again_ms = 20;
  std::array<char, 4096> buffer{};
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return reading_ != Reading::Stopped; });
      if (reading_ == Reading::Over) break;
    }
    pollfd readable{descriptor, POLLIN, 0};
    if (::poll(&readable, 1, look_again_ms) == 0) continue;
    const std::lock_guard lock(mutex_);
    if (reading_ != Reading::On) continue;
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    if (length <= 0) break;
    into.append(buffer.data(), static_cast<std::size_t>(length));
    changed_.notify_all();
  }
  ::close(descriptor);
  const std::lock_guard lock(mutex_);
  --open_streams_;
  changed_.notify_all();
}

std::string Process::wait_for(const std::string& text) {
  std::unique_lock lock(mutex_);
  std::optional<std::string> found;
  const auto look = [&] {
    for (const std::string* stream : {&output_, &errors_}) {
      const auto at = stream->find(text);
      const auto end = at == std::string::npos ? at : stream->find('\n', at);
      if (end != std::string::npos) found = stream->substr(at + text.size(), end - at - text.size());
    }
    return found.has_value() || open_streams_ == 0;
  };
  changed_.wait_for(lock, patience, look);
  if (!found) throw std::runtime_error("no \"" + text + "\" in:\n" + output_ + "\n" + errors_);
  return *found;
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

int Process::wait() {
  if (!status_) {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    read_again();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_streams_ == 0; });
  }
  return *status_;
}

bool Process::ended() const {
  const std::lock_guard lock(mutex_);
  return open_streams_ == 0;
}

void Process::set_reading(Reading reading) {
  const std::lock_guard lock(mutex_);
  if (reading_ != Reading::Over) reading_ = reading;
  changed_.notify_all();
}

void Process::stop_reading() {
  set_reading(Reading::Stopped);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    const std::string name = "/proc/" + std::to_string(pid_) + "/fd/" + std::to_string(stream);
    const int pipe = ::open(name.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (pipe < 0) throw std::runtime_error("no pipe at " + name);
    for (const std::string filler(1024, '\n'); ::write(pipe, filler.data(), filler.size()) > 0;) {
    }
    for (const char newline = '\n'; ::write(pipe, &newline, 1) > 0;) {
    }
    ::close(pipe);
  }
}

void Process::read_again() {
  set_reading(Reading::On);
}

void Process::close_outputs() {
  set_reading(Reading::Over);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return open_streams_ == 0; });
}

std::string Process::output() const {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string Process::errors() const {
  const std::lock_guard lock(mutex_);
  return errors_;
}

Finished run(const std::string& program, const std::vector<std::string>& arguments,
             const std::map<std::string, std::string>& environment, const std::string& input) {
  Process process(program, arguments, environment, input);
  const int code = process.wait();
  return {code, process.output(), process.errors()};
}

}  // namespace sms_notifier::test_support
