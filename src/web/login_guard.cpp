#include "web/login_guard.h"

#include <algorithm>

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
base::Duration LoginGuard::wait(const Tally* tally, int free_failures, base::Instant now) {
  if (tally == nullptr || tally->failures < free_failures || now - tally->last > memory_span)
    return base::Duration::zero();
  const int doublings = std::min(tally->failures - free_failures, 10);
  const base::Duration whole = std::min<base::Duration>(wait_first * (1 << doublings), wait_max);
  return std::max<base::Duration>(tally->last + whole - now, base::Duration::zero());
}

base::Duration LoginGuard::wait_before(const std::string& name, const std::string& address,
                                       base::Instant now) const {
  const std::string pair = pair_of(name, address);
  base::Duration longest = wait(pairs_.find(pair), pair_failures_free, now);
  if (got_in_.contains(pair)) return longest;
  longest = std::max(longest, wait(addresses_.find(address), address_failures_free, now));
  return std::max(longest, wait(names_.find(name), name_failures_free, now));
}

void LoginGuard::attempt(const std::string& name, const std::string& address, base::Instant now) {
  pairs_.add(pair_of(name, address), now);
  addresses_.add(address, now);
  names_.add(name, now);
}

void LoginGuard::succeeded(const std::string& name, const std::string& address, base::Instant now) {
  const std::string pair = pair_of(name, address);
  pairs_.forget(pair);
  addresses_.take_back(address);
  names_.take_back(name);
  make_room(got_in_, [](base::Instant at) { return at; });
  got_in_[pair] = now;
}

}  // namespace sms_notifier::web
