#include <charconv>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "simulator/benchmark_rows.h"
#include "simulator/server.h"
#include "simulator/world.h"

namespace sms_notifier::simulator {
namespace {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

class WrongUsage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct CommandLine {
  std::string listen = "127.0.0.1:8101";
  std::string script_file;
  std::uint64_t seed = 1;
  int latency_ms = 0;
  int clock_ahead_s = 0;
  int accounts = 0;
  int rows = 0;
  std::string tls_cert;
  std::string tls_key;
  std::vector<std::string> replays;
};

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) throw WrongUsage("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

void split_listen(const std::string& listen, ServerOptions& options) {
  const auto colon = listen.rfind(':');
  const std::string_view port =
      colon == std::string::npos ? std::string_view() : std::string_view(listen).substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), options.port);
  if (port.empty() || read.ec != std::errc{} || read.ptr != port.data() + port.size())
    throw WrongUsage("--listen takes HOST:PORT, not " + listen);
  options.host = listen.substr(0, colon);
  if (options.host.starts_with('[') && options.host.ends_with(']'))
    options.host = options.host.substr(1, options.host.size() - 2);
}

WorldOptions world_options(const CommandLine& given) {
  WorldOptions options;
  options.seed = given.seed;
  options.latency = std::chrono::milliseconds{given.latency_ms};
  options.clock_ahead = std::chrono::seconds{given.clock_ahead_s};
  if (given.accounts == 0) options.accounts.push_back(demo_account());
  for (int n = 1; n <= given.accounts; ++n) options.accounts.push_back(numbered_account(n));
  for (const std::string& replay : given.replays) {
    const auto equals = replay.find('=');
    if (equals == std::string::npos) throw WrongUsage("--replay takes METHOD=FILE, not " + replay);
    options.replays[replay.substr(0, equals)] = read_file(replay.substr(equals + 1));
  }
  return options;
}

ServerOptions server_options(const CommandLine& given, const WorldOptions& world) {
  ServerOptions options;
  split_listen(given.listen, options);
  if (given.tls_cert.empty() != given.tls_key.empty())
    throw WrongUsage("--tls-cert and --tls-key belong together");
  if (!given.tls_cert.empty()) options.tls = http::TlsFiles{given.tls_cert, given.tls_key};
  if (!given.script_file.empty()) {
    auto steps = parse_script(read_file(given.script_file), world);
    if (!steps) throw WrongUsage(given.script_file + ": " + steps.error().message);
    options.script = std::move(steps).value();
  }
  return options;
}

void run(const CommandLine& given) {
  const WorldOptions options = world_options(given);
  ServerOptions listen = server_options(given, options);
  World world(options);
  const auto now =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) + options.clock_ahead;
  add_rows_of_today(world, given.rows, now);

  boost::asio::io_context loop{1};
  Server server(loop, std::move(listen), world);
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { server.stop(); });
  std::cout << "voipms-simulator listening on " << server.url() << std::endl;
  loop.run();
}

int main(int count, char** words) {
  CommandLine given;
  CLI::App app{"A stand-in for VoIP.ms: its API, a control API and a page to place calls by hand."};
  app.add_option("--listen", given.listen, "HOST:PORT; port 0 is picked by the system")
      ->capture_default_str();
  app.add_option("--script", given.script_file, "JSON array of timed steps");
  app.add_option("--seed", given.seed, "for faults that happen by chance")->capture_default_str();
  app.add_option("--latency", given.latency_ms, "of every answer, in milliseconds")
      ->check(CLI::Range(0, 3'600'000));
  app.add_option("--clock-ahead", given.clock_ahead_s,
                 "of the provider's clock before this computer's, in seconds; less than 0: behind")
      ->check(CLI::Range(-31'536'000, 31'536'000));
  app.add_option("--accounts", given.accounts, "this many numbered accounts instead of the demo account")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--rows", given.rows, "rows of today that each account starts with")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--tls-cert", given.tls_cert, "certificate chain, PEM");
  app.add_option("--tls-key", given.tls_key, "private key, PEM");
  app.add_option("--replay", given.replays, "METHOD=FILE: answer a method with a recorded body");
  try {
    app.parse(count, words);
    run(given);
    return exit_done;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return exit_done;
  } catch (const CLI::ParseError& error) {
    std::cerr << "voipms-simulator: " << error.what() << '\n';
    return exit_usage;
  } catch (const WrongUsage& error) {
    std::cerr << "voipms-simulator: " << error.what() << '\n';
    return exit_usage;
  } catch (const std::exception& error) {
    std::cerr << "voipms-simulator: " << error.what() << '\n';
    return exit_failed;
  }
}

}  // namespace
}  // namespace sms_notifier::simulator

int main(int count, char** words) {
  return sms_notifier::simulator::main(count, words);
}
