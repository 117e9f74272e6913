#include "support/installation/installation.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace sms_notifier::test_support {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds patience{90};

std::uint16_t port_in(const std::string& url_rest) {
  return static_cast<std::uint16_t>(std::stoi(url_rest.substr(url_rest.rfind(':') + 1)));
}

std::vector<std::string> with_free_port(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
  return arguments;
}

}  // namespace

Simulator::Simulator(std::vector<std::string> arguments,
                     const std::map<std::string, std::string>& environment)
    : process_(SIMULATOR_BINARY, with_free_port(std::move(arguments)), environment),
      port_(port_in(process_.wait_for("listening on "))) {}

std::string Simulator::api_url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/rest.php";
}

json::value Simulator::control(const std::string& method, const std::string& path,
                               const std::string& body) const {
  const HttpAnswer answer = request(method, port_, "/control/" + path, body);
  if (answer.status != 200) throw std::runtime_error("the simulator refused " + path + ": " + answer.body);
  return answer.body.empty() ? json::value() : json::parse(answer.body);
}

std::string Simulator::call(const std::string& account, const std::string& caller,
                            const std::string& more_fields) const {
  const json::value answer = control(
      "POST", "calls", R"({"account":")" + account + R"(","caller":")" + caller + "\"" + more_fields + "}");
  return json::value_to<std::string>(answer.at("unique_ids").at(0));
}

json::array Simulator::texts(const std::string& account) const {
  return control("GET", "texts" + (account.empty() ? "" : "?account=" + account)).as_array();
}

int Simulator::requests(const std::string& account, const std::string& method) const {
  const json::value requests = control("GET", "requests?account=" + account);
  const auto* count = requests.at("counts").as_object().if_contains(method);
  return count == nullptr ? 0 : static_cast<int>(count->as_int64());
}

Installation::Installation(const Simulator& simulator) {
  environment = {{"SMS_NOTIFIER_VOIPMS_BASE_URL", simulator.api_url()},
                 {"SMS_NOTIFIER_MONITOR_POLL_INTERVAL", "300ms"},
                 {"SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT", "3s"},
                 {"SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX", "1s"},
                 {"SMS_NOTIFIER_RECONCILE_LOOK_GAP", "500ms"}};
  write_file("password", "demo-api-password\n");
}

std::string Installation::write_file(const std::string& name, const std::string& text) const {
  std::ofstream(file(name), std::ios::binary) << text;
  return file(name);
}

Finished Installation::cli(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.end(), {"--data", folder()});
  return run(SMS_NOTIFIER_BINARY, arguments, environment, input);
}

json::array Installation::json(std::vector<std::string> arguments) {
  const Finished finished = cli(std::move(arguments));
  if (finished.code != 0) throw std::runtime_error(finished.errors);
  return json::parse(finished.output).as_array();
}

std::string Installation::add_profile(const std::string& message, std::vector<std::string> more) {
  std::vector<std::string> arguments{
      "profile", "add", "--account",       account, "--api-password-file", file("password"),
      "--did",   did,   "--call-duration", "10",    "--message",           message};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Finished finished = cli(arguments);
  if (finished.code != 0) throw std::runtime_error(finished.errors);
  const auto number = finished.output.find_first_of("0123456789");
  return finished.output.substr(number, finished.output.find(' ', number) - number);
}

void Installation::add_profile_of(const std::string& other_account, const std::string& other_did) {
  const Finished finished =
      cli({"profile", "add", "--account", other_account, "--api-password-file", file("password"), "--did",
           other_did, "--call-duration", "10", "--message", "Sorry we missed you.", "--run"});
  if (finished.code != 0) throw std::runtime_error(finished.errors);
}

void Installation::launch(std::vector<std::string> more) {
  std::vector<std::string> arguments{"serve", "--data", folder(), "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  service_ = std::make_unique<Process>(SMS_NOTIFIER_BINARY, arguments, environment);
}

void Installation::start(std::vector<std::string> more) {
  launch(std::move(more));
  port_ = port_in(service_->wait_for("listens on "));
}

void Installation::stop() {
  service_->signal(SIGTERM);
  if (service_->wait() != 0) throw std::runtime_error("the service ended badly:\n" + service_->errors());
}

void Installation::kill() {
  service_->signal(SIGKILL);
  service_->wait();
}

void eventually(const std::string& what, const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("this never happened: " + what);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

}  // namespace sms_notifier::test_support
