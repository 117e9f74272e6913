// The release build against the pretend provider on this machine, beside the earlier version's figures.
// Prints Markdown.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/account_memory.h"
#include "support/http_request.h"
#include "support/process.h"
#include "support/temp_folder.h"
#include "voipms/client.h"

namespace sms_notifier {
namespace {

namespace json = boost::json;
using std::chrono::duration;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test_support::Process;
using test_support::run;

constexpr int accounts = 1000;
constexpr const char* password = "demo-api-password";

double seconds_since(steady_clock::time_point start) {
  return duration<double>(steady_clock::now() - start).count();
}

/// CPU seconds of this process, user and system.
double own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto in_seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

/// A value of /proc/PID/status in kB.
long memory_kb(pid_t pid, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stol(line.substr(field.size() + 1));
  }
  return 0;
}

/// CPU seconds of another process, user and system.
double cpu_of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Simulator {
 public:
  explicit Simulator(std::vector<std::string> arguments)
      : process_(SIMULATOR_BINARY, with_port(std::move(arguments))),
        url_(process_.wait_for("listening on ")) {}

  std::string api_url() const { return url_ + "/api/v1/rest.php"; }
  json::value get(const std::string& path) const {
    return json::parse(test_support::request("GET", port(), path).body);
  }
  json::value post(const std::string& path, const std::string& body) const {
    return json::parse(test_support::request("POST", port(), path, body).body);
  }

 private:
  static std::vector<std::string> with_port(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
    return arguments;
  }
  std::uint16_t port() const {
    return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
  }

  Process process_;
  std::string url_;
};

struct PollFigures {
  double polls_per_second;
  double cpu_us;
};

/// Polls one account over and over, `parallel` at a time: the production client, parser and memory.
struct Poller {
  voipms::Client& provider;
  app::Credentials account;
  domain::PollWindow window;
  long polls_left;
  long done = 0;
  bool failed = false;

  base::task<> poll(app::AccountMemory& memory) {
    while (polls_left > 0 && !failed) {
      --polls_left;
      memory.start_poll(false);
      const auto answer = co_await provider.get_cdr(account, window, memory);
      failed = failed || !answer;
      memory.keep_rows({});
      ++done;
    }
  }
};

PollFigures measure_polls(const std::string& certificate, const std::string& key, int rows, int parallel,
                          long polls) {
  const Simulator simulator(
      {"--accounts", "1", "--rows", std::to_string(rows), "--tls-cert", certificate, "--tls-key", key});
  boost::asio::io_context loop{1};
  http::ClientOptions http_options;
  http_options.user_agent = "bench";
  http_options.ca_file = certificate;
  http::Client http(loop, http_options);
  voipms::Client provider(http, {simulator.api_url()});

  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const domain::PollWindow window{today - std::chrono::days{1}, today + std::chrono::days{1}};
  Poller poller{provider, {"account-1@example.test", base::Secret(password)}, window, parallel, 0, false};
  std::vector<app::AccountMemory> memories(static_cast<std::size_t>(parallel));
  const auto run_polls = [&](long count) {
    poller.polls_left = count;
    for (app::AccountMemory& memory : memories)
      boost::asio::co_spawn(loop, poller.poll(memory), boost::asio::detached);
    loop.restart();
    while (poller.done < count && !poller.failed && loop.run_one() > 0) {
    }
    poller.done = 0;
  };
  run_polls(parallel * 2L);  // connections are made, rows are known
  const double cpu = own_cpu();
  const auto start = steady_clock::now();
  run_polls(polls);
  if (poller.failed) throw std::runtime_error("a poll failed");
  const double elapsed = seconds_since(start);
  return {static_cast<double>(polls) / elapsed, (own_cpu() - cpu) / static_cast<double>(polls) * 1e6};
}

void print_poll_figures(const std::string& certificate, const std::string& key) {
  const std::map<int, std::string> earlier{
      {10, "3.0 + 2.3"}, {100, "5.5 + 2.3"}, {1000, "17.7 + 2.3"}, {5000, "74 + 2.3"}};
  std::cout << "\n| polls over TLS, one loop | polls/s | CPU per poll | earlier version (ms, with TLS) "
               "|\n|---|---|---|---|\n";
  for (const auto& [rows, was] : earlier) {
    const PollFigures figures = measure_polls(certificate, key, rows, 32, 200'000 / (rows + 50) + 100);
    std::cout << fmt::format("| {} rows | {:.0f} | {:.3f} ms | {} |\n", rows, figures.polls_per_second,
                             figures.cpu_us / 1000, was)
              << std::flush;
  }
  std::cout << "\nPolls/s are bounded by the pretend provider, which shares the machine.\n";
}

/// A service with a thousand running profiles, made through the program's own store.
class Installation {
 public:
  explicit Installation(const Simulator& simulator, const json::array& listed) {
    environment_ = {{"SMS_NOTIFIER_VOIPMS_BASE_URL", simulator.api_url()}};
    std::ofstream(folder_.file("password")) << password;
    std::vector<std::string> emails;
    for (const json::value& account : listed) {
      const Finished added =
          command({"profile", "add", "--account", json::value_to<std::string>(account.at("email")),
                   "--api-password-file", folder_.file("password"), "--did",
                   json::value_to<std::string>(account.at("dids").at(0)), "--message", "Sorry we missed you.",
                   "--call-duration", "5", "--run"});
      if (added.code != 0) throw std::runtime_error(added.errors);
    }
    service_ = std::make_unique<Process>(
        SMS_NOTIFIER_BINARY,
        std::vector<std::string>{"serve", "--data", folder_.file("data"), "--listen", "127.0.0.1:0"},
        environment_);
    service_->wait_for("listens on ");
  }
  pid_t pid() const { return service_->pid(); }
  void stop() {
    service_->signal(SIGTERM);
    service_->wait();
  }

 private:
  using Finished = test_support::Finished;
  Finished command(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", folder_.file("data")});
    return run(SMS_NOTIFIER_BINARY, arguments, environment_);
  }

  test_support::TempFolder folder_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<Process> service_;
};

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

void print_thousand_accounts(int latency_ms) {
  const Simulator simulator(
      {"--accounts", std::to_string(accounts), "--latency", std::to_string(latency_ms)});
  const json::array listed = simulator.get("/control/accounts").as_array();
  Installation installation(simulator, listed);
  std::this_thread::sleep_for(seconds{25});  // past the start, when every account also asks for its numbers

  const double cpu = cpu_of(installation.pid());
  const auto start = steady_clock::now();
  std::mt19937 chance(1);
  constexpr int calls = 300;
  std::map<std::string, std::int64_t> visible_at;
  for (int n = 0; n < calls; ++n) {
    const json::value& account = listed[chance() % listed.size()];
    const std::string caller = std::to_string(5'551'000'000 + n);
    simulator.post("/control/calls", R"({"account":")" + json::value_to<std::string>(account.at("email")) +
                                         R"(","caller":")" + caller + "\"}");
    visible_at[caller] = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  std::this_thread::sleep_for(seconds{15} + 2 * std::chrono::milliseconds{latency_ms});
  const double elapsed = seconds_since(start);
  const double cpu_used = cpu_of(installation.pid()) - cpu;

  std::vector<double> waits;
  const json::value texts = simulator.get("/control/texts");
  for (const json::value& text : texts.as_array()) {
    const std::string dst = json::value_to<std::string>(text.at("dst"));
    const std::string at = json::value_to<std::string>(text.at("accepted_at"));
    std::tm tm{};
    std::istringstream stream(at);
    stream >> std::get_time(&tm, "%Y-%m-%dT%H:%M:%S");
    double fraction = 0;
    if (at[19] == '.') fraction = std::stod("0" + at.substr(19));
    waits.push_back(static_cast<double>(::timegm(&tm)) + fraction -
                    static_cast<double>(visible_at.at(dst)) / 1e6);
  }
  std::vector<double> gaps;
  const json::value all_requests = simulator.get("/control/requests");
  for (const json::value& requests : all_requests.as_array()) {
    const json::array& arrivals = requests.at("get_cdr_arrivals").as_array();
    for (std::size_t i = 2; i < arrivals.size(); ++i)
      gaps.push_back(static_cast<double>(arrivals[i].as_int64() - arrivals[i - 1].as_int64()) / 1e6);
  }
  std::cout << fmt::format(
                   "| {} ms | {:.2f} / {:.2f} / {:.2f} s | {} of {} | {:.2f} / {:.2f} / {:.2f} s | {:.1f} MB "
                   "| {:.1f} % |\n",
                   latency_ms, percentile(gaps, 0.5), percentile(gaps, 0.95), percentile(gaps, 1),
                   waits.size(), calls, mean(waits), percentile(waits, 0.95), percentile(waits, 1),
                   static_cast<double>(memory_kb(installation.pid(), "VmRSS")) / 1024,
                   cpu_used / elapsed * 100)
            << std::flush;
  installation.stop();
}

}  // namespace
}  // namespace sms_notifier

int main(int argc, char** argv) {
  using namespace sms_notifier;
  if (argc < 3) {
    std::cerr << "usage: bench_service CERTIFICATE KEY\n";
    return 2;
  }
  print_poll_figures(argv[1], argv[2]);
  std::cout << "\n| 1,000 accounts, provider latency | gap between polls p50 / p95 / max | texted | visible "
               "to requested mean "
               "/ p95 / max | memory | CPU of one core |\n|---|---|---|---|---|---|\n";
  print_thousand_accounts(200);
  print_thousand_accounts(5000);
  std::cout << "| earlier version | 200 ms: 210 s for one round | | 5.8 / 9.6 / 11.6 s (one account) | 110 "
               "MB | |\n";
  return 0;
}
