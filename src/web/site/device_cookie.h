#pragma once

#include <string>

#include "web/site/site_state.h"
#include "web/site/visit.h"

namespace sms_notifier::web {

/// Which of the devices that have logged in under this name the visitor sits at; empty when none. The vault
/// has sealed the cookie, so that it holds after a restart and no visitor can make one. It opens nothing: it
/// only keeps the wrong passwords that others try from holding this device up.
std::string known_device(const SiteState& site, const Visit& visit, const std::string& name);

/// `Set-Cookie` for a device that has just logged in under this name; with a count of its own.
std::string device_cookie(const SiteState& site, const Visit& visit, const std::string& name);

}  // namespace sms_notifier::web
