#include "web/site/login_guard.h"

#include <algorithm>

#include "http/address.h"

namespace sms_notifier::web {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t remembered_max = 10'000;
/// Failures that cost nothing: people mistype.
constexpr int pair_failures_free = 5;
constexpr int address_failures_free = 20;
constexpr int name_failures_free = 50;
constexpr base::Duration wait_first = seconds{5};
constexpr base::Duration wait_max = minutes{15};
/// Many addresses together may slow a name down, but keep nobody out who waits a moment.
constexpr base::Duration name_wait_max = seconds{30};
/// Failures longer ago than this are forgotten.
constexpr base::Duration memory_span = std::chrono::hours{1};

std::string pair_of(const std::string& name, const std::string& address) {
  return address + " " + name;
}

/// Makes room when a map is full: what was used longest ago goes.
template <class Map, class TimeOf>
void make_room(Map& map, TimeOf time_of) {
  if (map.size() < remembered_max) return;
  const auto oldest = std::min_element(map.begin(), map.end(), [&](const auto& a, const auto& b) {
    return time_of(a.second) < time_of(b.second);
  });
  map.erase(oldest);
}

}  // namespace

const LoginGuard::Tally* LoginGuard::Tallies::find(const std::string& key) const {
  const auto found = tallies_.find(key);
  return found == tallies_.end() ? nullptr : &found->second;
}

void LoginGuard::Tallies::add(const std::string& key, base::Instant now) {
  if (!tallies_.contains(key)) make_room(tallies_, [](const Tally& tally) { return tally.last; });
  Tally& tally = tallies_[key];
  if (now - tally.last > memory_span) tally.failures = 0;
  ++tally.failures;
  tally.last = now;
}

void LoginGuard::Tallies::take_back(const std::string& key) {
  const auto found = tallies_.find(key);
  if (found != tallies_.end() && --found->second.failures <= 0) tallies_.erase(found);
}

/// 5 s after the first failure that counts, then twice as long each time.
base::Duration LoginGuard::wait(const Tally* tally, int free_failures, base::Duration most,
                                base::Instant now) {
  if (tally == nullptr || tally->failures < free_failures || now - tally->last > memory_span)
    return base::Duration::zero();
  const int doublings = std::min(tally->failures - free_failures, 10);
  const base::Duration whole = std::min<base::Duration>(wait_first * (1 << doublings), most);
  return std::max<base::Duration>(tally->last + whole - now, base::Duration::zero());
}

base::Duration LoginGuard::wait_before(const std::string& name, const std::string& address,
                                       base::Instant now) const {
  const std::string network = http::network_of(address);
  const std::string pair = pair_of(name, network);
  base::Duration longest = wait(pairs_.find(pair), pair_failures_free, wait_max, now);
  if (got_in_.contains(pair)) return longest;
  longest = std::max(longest, wait(addresses_.find(network), address_failures_free, wait_max, now));
  return std::max(longest, wait(names_.find(name), name_failures_free, name_wait_max, now));
}

void LoginGuard::attempt(const std::string& name, const std::string& address, base::Instant now) {
  const std::string network = http::network_of(address);
  pairs_.add(pair_of(name, network), now);
  addresses_.add(network, now);
  names_.add(name, now);
}

void LoginGuard::take_back(const std::string& name, const std::string& address) {
  const std::string network = http::network_of(address);
  pairs_.take_back(pair_of(name, network));
  addresses_.take_back(network);
  names_.take_back(name);
}

void LoginGuard::succeeded(const std::string& name, const std::string& address, base::Instant now) {
  const std::string network = http::network_of(address);
  const std::string pair = pair_of(name, network);
  pairs_.forget(pair);
  addresses_.take_back(network);
  names_.take_back(name);
  make_room(got_in_, [](base::Instant at) { return at; });
  got_in_[pair] = now;
}

}  // namespace sms_notifier::web
