#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/site/visit.h"

namespace sms_notifier::web {

/// `https://sms.example.com:8443` as browsers write it: in lower case and without the scheme's usual port.
std::string normal_origin(std::string_view origin);

/// Where the pages are as the browser sees them: at the public URL where there is one, else at any of the
/// visit's hosts; never empty.
std::vector<std::string> own_origins(const std::string& public_url, const Visit& visit);

}  // namespace sms_notifier::web
