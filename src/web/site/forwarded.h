#pragma once

#include <string>
#include <vector>

#include "http/server.h"

namespace sms_notifier::web {

/// What reverse proxies say of the request as the browser sent it: in `X-Forwarded-For`, `-Proto` and
/// `-Host`, else in `Forwarded` (RFC 7239). Only a trusted proxy's word is worth anything.
struct Forwarded {
  std::string addresses;           ///< with commas between them, the browser's first
  std::string scheme;              ///< `https` or `http` on the browser's side; empty when no proxy says it
  std::vector<std::string> hosts;  ///< what the browser may have called this host
};
Forwarded forwarded(const http::Request& request);

}  // namespace sms_notifier::web
