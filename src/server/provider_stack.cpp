#include "server/provider_stack.h"

namespace sms_notifier::server {
namespace {

http::ClientOptions http_options(const Config& config) {
  http::ClientOptions options;
  options.user_agent = "sms-notifier/" SMS_NOTIFIER_VERSION;
  options.ca_file = config.voipms_ca_file;
  options.in_flight_max = static_cast<std::size_t>(config.max_in_flight);
  return options;
}

voipms::ClientOptions voipms_options(const Config& config) {
  return {config.voipms_base_url, config.poll_timeout, config.send_timeout};
}

}  // namespace

ProviderStack::ProviderStack(boost::asio::io_context& loop, const Config& config)
    : http(loop, http_options(config)), provider(http, voipms_options(config)) {}

}  // namespace sms_notifier::server
