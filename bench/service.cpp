// The release build against the pretend provider on this machine, beside the earlier version's figures.
// Prints Markdown.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
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

#include "app/watch/account_memory.h"
#include "parse_only.h"
#include "raw_client.h"
#include "support/http_request.h"
#include "support/process.h"
#include "support/temp_folder.h"
#include "voipms/client.h"
#include "voipms/requests.h"

namespace sms_notifier {
namespace {

namespace json = boost::json;
using namespace bench;
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

constexpr int parallel = 32;
constexpr int rounds = 5;

/// Of one kind of work, done over and over.
struct Figures {
  double per_second = 0;
  double cpu_us = std::numeric_limits<double>::max();
};

/// Keeps the better of the two rounds: whatever else the machine does only makes a round slower.
void keep_best(Figures& best, const std::function<void()>& round, long times) {
  const double cpu = own_cpu();
  const auto start = steady_clock::now();
  round();
  const auto count = static_cast<double>(times);
  best.per_second = std::max(best.per_second, count / seconds_since(start));
  best.cpu_us = std::min(best.cpu_us, (own_cpu() - cpu) / count * 1e6);
}

/// The account that is polled over and over, `parallel` polls at a time, on a loop of its own.
class Poller {
 public:
  Poller(const std::string& url, const std::string& certificate)
      : http_(loop_, http_options(certificate)), provider_(http_, {url}), url_(url) {}

  voipms::Fields fields() const { return voipms::calls_request(account_, window_); }

  /// With the program's HTTP client, without looking at the answers.
  void fetch(long count) {
    run(count, [this](app::AccountMemory&) { return fetch_once(); });
  }
  /// All of a poll: the program's HTTP client, its parser and its memory. A full look reads its answer row by
  /// row, like an answer in which something has changed.
  void poll(long count, bool full_look) {
    run(count, [=, this](app::AccountMemory& memory) { return poll_once(memory, full_look); });
  }

 private:
  using Once = std::function<base::task<bool>(app::AccountMemory&)>;

  static http::ClientOptions http_options(const std::string& certificate) {
    http::ClientOptions options;
    options.user_agent = "bench";
    options.ca_file = certificate;
    return options;
  }

  base::task<bool> fetch_once() {
    http::FormPost request;
    request.url = url_;
    request.fields = fields();
    request.total_max = voipms::ClientOptions().poll_timeout;
    const http::Outcome outcome = co_await http_.post(std::move(request));
    const auto* reply = std::get_if<http::ReceivedResponse>(&outcome);
    co_return reply && reply->status == 200;
  }

  base::task<bool> poll_once(app::AccountMemory& memory, bool full_look) {
    memory.start_poll(full_look);
    const auto answer = co_await provider_.get_cdr(account_, window_, memory);
    memory.keep_rows({});
    co_return answer.ok();
  }

  base::task<> work(const Once& once, app::AccountMemory& memory) {
    while (left_ > 0 && !failed_) {
      --left_;
      const bool fine = co_await once(memory);
      failed_ = failed_ || !fine;
    }
    --working_;
  }

  void run(long count, const Once& once) {
    left_ = count;
    for (app::AccountMemory& memory : memories_)
      boost::asio::co_spawn(loop_, work(once, memory), boost::asio::detached);
    loop_.restart();
    working_ = parallel;
    while (working_ > 0) loop_.run_one();
    if (failed_) throw std::runtime_error("a poll failed");
  }

  boost::asio::io_context loop_{1};
  http::Client http_;
  voipms::Client provider_;
  const std::string url_;
  const app::Credentials account_{"account-1@example.test", base::Secret(password)};
  const std::chrono::sys_days today_ =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const domain::PollWindow window_{today_ - std::chrono::days{1}, today_ + std::chrono::days{1}};
  std::vector<app::AccountMemory> memories_{parallel};
  long left_ = 0;
  int working_ = 0;
  bool failed_ = false;
};

/// CPU time of parsing this answer and doing nothing with it.
double parse_us(const std::string& body, int rows,
                const std::function<void(simdjson::padded_string_view)>& parse) {
  const simdjson::padded_string padded(body);
  const int times = 200'000 / (rows + 50) + 20;
  Figures best;
  for (int i = 0; i < rounds; ++i) {
    keep_best(
        best,
        [&] {
          for (int n = 0; n < times; ++n) parse(padded);
        },
        times);
  }
  return best.cpu_us;
}

void print_poll_figures(const std::string& certificate, const std::string& key) {
  std::cout
      << "\n| polls over TLS, one loop | libcurl alone | http::Client | whole poll | of a changed answer | "
         "per "
         "core, of libcurl alone | parsing alone: whole, fields | whole poll to parsing alone | of a changed "
         "answer | polls/s here |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const int rows : {10, 100, 1000, 5000}) {
    const Simulator simulator(
        {"--accounts", "1", "--rows", std::to_string(rows), "--tls-cert", certificate, "--tls-key", key});
    Poller poller(simulator.api_url(), certificate);
    RawClient raw(simulator.api_url(), certificate, poller.fields(), parallel);
    raw.fetch(parallel);  // connections are made, rows are known
    poller.poll(parallel * 2L, true);

    const long polls = 100'000 / (rows + 50) + 64;
    Figures alone;
    Figures client;
    Figures whole;
    Figures changed;
    for (int i = 0; i < rounds; ++i) {
      keep_best(
          alone, [&] { raw.fetch(polls); }, polls);
      keep_best(
          client, [&] { poller.fetch(polls); }, polls);
      keep_best(
          whole, [&] { poller.poll(polls, false); }, polls);
      keep_best(
          changed, [&] { poller.poll(polls, true); }, polls);
    }
    simdjson::dom::parser dom;
    simdjson::ondemand::parser on_demand;
    const double dom_us = parse_us(raw.body(), rows, [&](auto body) { parse_whole(dom, body); });
    const double fields_us = parse_us(raw.body(), rows, [&](auto body) { parse_fields(on_demand, body); });
    std::cout << fmt::format(
                     "| {} rows, {:.0f} kB | {:.3f} ms | {:.3f} ms | {:.3f} ms | {:.3f} ms | {:.0f} % | "
                     "{:.4f}, {:.4f} ms | {:.1f}, {:.1f} | {:.1f}, {:.1f} | {:.0f} |\n",
                     rows, static_cast<double>(raw.body().size()) / 1000, alone.cpu_us / 1000,
                     client.cpu_us / 1000, whole.cpu_us / 1000, changed.cpu_us / 1000,
                     alone.cpu_us / whole.cpu_us * 100, dom_us / 1000, fields_us / 1000,
                     whole.cpu_us / dom_us, whole.cpu_us / fields_us, changed.cpu_us / dom_us,
                     changed.cpu_us / fields_us, whole.per_second)
              << std::flush;
  }
  std::cout << "\nTimes are CPU time (user and system) of the polling process per answer, the best of "
            << rounds << " rounds.\n";
}

/// A service with a thousand running profiles, made through the program's own store.
class Installation {
 public:
  explicit Installation(const Simulator& simulator, const json::array& listed) {
    // So that the doubt after the start, in which each text is preceded by a look, is over soon.
    environment_ = {{"SMS_NOTIFIER_VOIPMS_BASE_URL", simulator.api_url()},
                    {"SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT", "4s"},
                    {"SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX", "1s"}};
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
  // Past the start, when every account also asks for its numbers and looks at its lists.
  std::this_thread::sleep_for(seconds{40});

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

void print_account_figures() {
  std::cout << "\n| 1,000 accounts, provider latency | gap between polls p50 / p95 / max | texted | visible "
               "to requested mean "
               "/ p95 / max | memory | CPU of one core |\n|---|---|---|---|---|---|\n";
  print_thousand_accounts(200);
  print_thousand_accounts(5000);
  std::cout << "| earlier version | 200 ms: 210 s for one round | | 5.8 / 9.6 / 11.6 s (one account) | 110 "
               "MB | |\n";
}

}  // namespace
}  // namespace sms_notifier

int main(int argc, char** argv) {
  using namespace sms_notifier;
  const std::string part = argc > 3 ? argv[3] : "";
  if (argc < 3 || argc > 4 || !(part.empty() || part == "polls" || part == "accounts")) {
    std::cerr << "usage: bench_service CERTIFICATE KEY [polls | accounts]\n";
    return 2;
  }
  if (part != "accounts") print_poll_figures(argv[1], argv[2]);
  if (part != "polls") print_account_figures();
  return 0;
}
