#pragma once

#include <boost/asio/io_context.hpp>

#include "http/client.h"
#include "server/config.h"
#include "voipms/client.h"

namespace sms_notifier::server {

/// The provider as configured, on one loop.
struct ProviderStack {
  ProviderStack(boost::asio::io_context& loop, const Config& config);

  http::Client http;
  voipms::Client provider;
};

}  // namespace sms_notifier::server
