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
/// Many addresses together may slow a name down, but close it to none.
constexpr base::Duration name_slowness = seconds{3};
constexpr int at_desk_max = 10;
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

void LoginGuard::Tallies::add(const std::string& key, base::Monotonic now) {
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
base::Duration LoginGuard::wait(const Tally* tally, int free_failures, base::Monotonic now) {
  if (tally == nullptr || tally->failures < free_failures || now - tally->last > memory_span)
    return base::Duration::zero();
  const int doublings = std::min(tally->failures - free_failures, 10);
  const base::Duration whole = std::min<base::Duration>(wait_first * (1 << doublings), wait_max);
  return std::max<base::Duration>(tally->last + whole - now, base::Duration::zero());
}

base::Duration LoginGuard::wait_before(const LoginAttempt& attempt, base::Monotonic now) const {
  if (!attempt.device.empty()) return wait(devices_.find(attempt.device), pair_failures_free, now);
  const std::string network = http::network_of(attempt.address);
  const std::string pair = pair_of(attempt.name, network);
  const base::Duration of_pair = wait(pairs_.find(pair), pair_failures_free, now);
  if (got_in_.contains(pair)) return of_pair;
  return std::max(of_pair, wait(addresses_.find(network), address_failures_free, now));
}

base::Duration LoginGuard::slowness(const LoginAttempt& attempt, base::Monotonic now) const {
  const Tally* tally = names_.find(attempt.name);
  const bool many_guess =
      tally != nullptr && tally->failures >= name_failures_free && now - tally->last <= memory_span;
  if (!attempt.device.empty() || !many_guess) return base::Duration::zero();
  const bool known_here = got_in_.contains(pair_of(attempt.name, http::network_of(attempt.address)));
  return known_here ? base::Duration::zero() : name_slowness;
}

void LoginGuard::begin(const LoginAttempt& attempt, base::Monotonic now) {
  if (!attempt.device.empty()) {
    devices_.add(attempt.device, now);
    return;
  }
  const std::string network = http::network_of(attempt.address);
  pairs_.add(pair_of(attempt.name, network), now);
  addresses_.add(network, now);
  names_.add(attempt.name, now);
}

void LoginGuard::take_back(const LoginAttempt& attempt) {
  if (!attempt.device.empty()) {
    devices_.take_back(attempt.device);
    return;
  }
  const std::string network = http::network_of(attempt.address);
  pairs_.take_back(pair_of(attempt.name, network));
  addresses_.take_back(network);
  names_.take_back(attempt.name);
}

void LoginGuard::succeeded(const LoginAttempt& attempt, base::Monotonic now) {
  if (!attempt.device.empty()) {
    devices_.forget(attempt.device);
    return;
  }
  const std::string network = http::network_of(attempt.address);
  const std::string pair = pair_of(attempt.name, network);
  pairs_.forget(pair);
  addresses_.take_back(network);
  names_.take_back(attempt.name);
  make_room(got_in_, [](base::Monotonic at) { return at; });
  got_in_[pair] = now;
}

bool LoginGuard::come_to_desk(const LoginAttempt& attempt) {
  if (!attempt.device.empty()) return true;
  int& count = at_desk_[http::network_of(attempt.address)];
  if (count >= at_desk_max) return false;
  ++count;
  return true;
}

void LoginGuard::leave_desk(const LoginAttempt& attempt) {
  if (!attempt.device.empty()) return;
  const auto found = at_desk_.find(http::network_of(attempt.address));
  if (--found->second == 0) at_desk_.erase(found);
}

}  // namespace sms_notifier::web
