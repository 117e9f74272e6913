#include "web/site/device_cookie.h"

#include "web/site/session_cookie.h"
#include "web/view/paging.h"

namespace sms_notifier::web {
namespace {

/// Browsers keep no cookie longer than this.
constexpr std::chrono::hours known_for{400 * 24};
/// Tells what was sealed from everything else that the vault seals.
constexpr std::string_view purpose = "known device\n";

/// A cookie for each name, so that people who share a computer are all known at it.
std::string cookie_name(const SiteState& site, const Visit& visit, const std::string& name) {
  constexpr std::size_t hash_characters = 16;
  return cookie_of(site, (visit.secure ? "__Host-sms_device_" : "sms_device_") +
                             site.ports.mint.hash(std::string(purpose) + name).substr(0, hash_characters));
}

std::int64_t seconds_of(base::Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

std::string known_device(const SiteState& site, const Visit& visit, const std::string& name) {
  const auto found = visit.cookies.find(cookie_name(site, visit, name));
  if (found == visit.cookies.end()) return {};
  const auto opened = site.ports.vault.open(found->second);
  const std::string start = std::string(purpose) + name + "\n";
  if (!opened || !opened->reveal().starts_with(start)) return {};
  // What is left is the second of the log-in and the device's own word.
  const std::string_view rest = std::string_view(opened->reveal()).substr(start.size());
  const auto space = rest.find(' ');
  const auto since = whole_number(rest.substr(0, space));
  if (space == std::string_view::npos || !since) return {};
  if (seconds_of(site.now()) - *since > std::chrono::seconds(known_for).count()) return {};
  return std::string(rest.substr(space + 1));
}

std::string device_cookie(const SiteState& site, const Visit& visit, const std::string& name) {
  const base::Secret plain(std::string(purpose) + name + "\n" + std::to_string(seconds_of(site.now())) + " " +
                           site.ports.mint.make());
  return cookie(cookie_name(site, visit, name), site.ports.vault.seal(plain), visit.secure,
                static_cast<int>(std::chrono::seconds(known_for).count()));
}

}  // namespace sms_notifier::web
