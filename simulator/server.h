#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/server.h"
#include "simulator/control.h"
#include "simulator/world.h"

namespace sms_notifier::simulator {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system picks one
  std::optional<http::TlsFiles> tls;
  std::vector<ScriptStep> script;  ///< from now on
};

/// The world on HTTP and on real time: the provider's API, the control API and a page for people. Belongs to
/// its loop; the world must outlive stop().
class Server {
 public:
  /// Listens at once. Throws std::runtime_error with a sentence for the user when the address cannot be used.
  Server(boost::asio::io_context& loop, ServerOptions options, World& world);
  ~Server();  ///< as stop()

  std::uint16_t port() const;
  std::string url() const;  ///< `http://127.0.0.1:8101`
  /// No new connections; answers that wait for their latency are dropped. Call on the loop.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sms_notifier::simulator
