#include "web/site/origin.h"

#include "domain/text.h"

namespace sms_notifier::web {

std::string normal_origin(std::string_view origin) {
  std::string normal = domain::lower_case(domain::trimmed(origin));
  for (const auto& [scheme, port] : {std::pair("https://", ":443"), std::pair("http://", ":80")})
    if (normal.starts_with(scheme) && normal.ends_with(port))
      normal.resize(normal.size() - std::string_view(port).size());
  return normal;
}

std::vector<std::string> own_origins(const std::string& public_url, const Visit& visit) {
  if (!public_url.empty()) return {normal_origin(public_url)};
  std::vector<std::string> origins;
  for (const std::string& host : visit.hosts)
    origins.push_back(normal_origin((visit.secure ? "https://" : "http://") + host));
  return origins;
}

}  // namespace sms_notifier::web
