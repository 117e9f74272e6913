#pragma once

#include <cstdint>
#include <string>

namespace sms_notifier::test_support {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// One request to a server on this computer. Status 0 when there is no answer.
HttpAnswer request(const std::string& method, std::uint16_t port, const std::string& path,
                   const std::string& json = "");

}  // namespace sms_notifier::test_support
