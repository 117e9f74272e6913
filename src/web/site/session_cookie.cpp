#include "web/site/session_cookie.h"

namespace sms_notifier::web {
namespace {

std::string_view name_of(const Visit& visit) {
  return visit.secure ? "__Host-sms_session" : "sms_session";
}

}  // namespace

std::string session_token(const Visit& visit) {
  const auto found = visit.cookies.find(name_of(visit));
  return found == visit.cookies.end() ? std::string() : found->second;
}

std::string session_cookie(const Visit& visit, const std::string& token) {
  return cookie(name_of(visit), token, visit.secure, token.empty() ? -1 : 0);
}

std::string csrf_token(const app::TokenMint& mint, const std::string& session_token) {
  return mint.hash("csrf " + session_token);
}

}  // namespace sms_notifier::web
