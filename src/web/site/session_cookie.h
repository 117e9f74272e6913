#pragma once

#include <string>

#include "app/ports/token_mint.h"
#include "web/site/site_state.h"
#include "web/site/visit.h"

namespace sms_notifier::web {

/// A cookie's name with that of the installation: browsers send the cookies of all ports of a host to each of
/// them.
std::string cookie_of(const SiteState& site, std::string_view name);

/// The session's token as the browser sent it; empty when there is none. Behind TLS the cookie's name makes
/// the browser keep it to this host and to TLS.
std::string session_token(const SiteState& site, const Visit& visit);
/// `Set-Cookie` for a new session; for an empty token, the end of it.
std::string session_cookie(const SiteState& site, const Visit& visit, const std::string& token);

/// What each form of the session carries, so that no other site can send one in the person's name.
std::string csrf_token(const app::TokenMint& mint, const std::string& session_token);

}  // namespace sms_notifier::web
