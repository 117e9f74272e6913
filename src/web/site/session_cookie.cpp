#include "web/site/session_cookie.h"

namespace sms_notifier::web {
namespace {

std::string_view plain_name(const Visit& visit) {
  return visit.secure ? "__Host-sms_session" : "sms_session";
}

}  // namespace

std::string cookie_of(const SiteState& site, std::string_view name) {
  const std::string& installation = site.options.installation;
  return std::string(name) + (installation.empty() ? "" : "_" + installation);
}

std::string session_token(const SiteState& site, const Visit& visit) {
  // The plain name is that of sessions from before cookies named their installation.
  for (const std::string& name : {cookie_of(site, plain_name(visit)), std::string(plain_name(visit))}) {
    const auto found = visit.cookies.find(name);
    if (found != visit.cookies.end()) return found->second;
  }
  return {};
}

std::string session_cookie(const SiteState& site, const Visit& visit, const std::string& token) {
  return cookie(cookie_of(site, plain_name(visit)), token, visit.secure, token.empty() ? -1 : 0);
}

std::string csrf_token(const app::TokenMint& mint, const std::string& session_token) {
  return mint.hash("csrf " + session_token);
}

}  // namespace sms_notifier::web
