#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "support/http_request.h"
#include "support/process.h"
#include "support/temp_folder.h"

namespace sms_notifier::test_support {

/// The pretend provider as its own process.
class Simulator {
 public:
  explicit Simulator(std::vector<std::string> arguments = {},
                     const std::map<std::string, std::string>& environment = {});

  std::uint16_t port() const { return port_; }
  std::string api_url() const;
  boost::json::value control(const std::string& method, const std::string& path,
                             const std::string& json = "") const;
  /// A missed call from this caller, listed at once; gives its unique id.
  std::string call(const std::string& account, const std::string& caller,
                   const std::string& more_fields = "") const;
  boost::json::array texts(const std::string& account = "") const;
  int requests(const std::string& account, const std::string& method) const;
  int polls(const std::string& account) const { return requests(account, "getCDR"); }

 private:
  Process process_;
  std::uint16_t port_;
};

/// A data folder with settings for tests (short waits), the command line, and the service.
class Installation {
 public:
  static constexpr const char* account = "demo@example.test";
  static constexpr const char* did = "4165550100";

  explicit Installation(const Simulator& simulator);

  Finished cli(std::vector<std::string> arguments, const std::string& input = "");
  boost::json::array json(std::vector<std::string> arguments);
  /// Adds a profile of the demo account and starts it; `more` are further options.
  std::string add_profile(const std::string& message = "Sorry we missed you.",
                          std::vector<std::string> more = {"--run"});
  /// Adds and starts a profile of another account.
  void add_profile_of(const std::string& other_account, const std::string& other_did);
  /// Starts the service without waiting for anything.
  void launch(std::vector<std::string> more = {});
  /// Starts the service and waits until it answers.
  void start(std::vector<std::string> more = {});
  /// Ends the service as a person would; throws when it does not end well.
  void stop();
  void kill();
  bool running() const { return service_ != nullptr && !service_->ended(); }
  Process& service() { return *service_; }
  std::uint16_t port() const { return port_; }
  boost::json::array calls() { return json({"calls", "--json", "--limit", "1000000"}); }
  std::string database() const { return folder() + "/sms-notifier.db"; }
  std::string folder() const { return folder_.path().string() + "/data"; }
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string write_file(const std::string& name, const std::string& text) const;

  std::map<std::string, std::string> environment;

 private:
  TempFolder folder_;
  std::unique_ptr<Process> service_;
  std::uint16_t port_ = 0;
};

/// Waits until it holds; throws when it does not within a long time.
void eventually(const std::string& what, const std::function<bool()>& holds);

}  // namespace sms_notifier::test_support
