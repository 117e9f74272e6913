#include "domain/call.h"

#include <algorithm>
#include <map>

#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::seconds;

constexpr seconds same_start{10};  ///< legs of one ring start this close together
constexpr seconds overlap_slack{2};
constexpr seconds ring_again{120};  ///< rings that were not answered, then perhaps an answered leg

base::Instant end_of(const Leg& leg) {
  return leg.started_at + leg.seconds;
}

/// They start together, or one starts while the other is answered.
bool at_the_same_time(const Leg& a, const Leg& b) {
  const Leg& first = a.started_at <= b.started_at ? a : b;
  const Leg& second = a.started_at <= b.started_at ? b : a;
  if (second.started_at - first.started_at <= same_start) return true;
  return is_answered(first) && second.started_at <= end_of(first) + overlap_slack;
}

}  // namespace

/// Under a disposition that we do not know talk time is talk time: a text too few beats one to a person whom
/// the business has just spoken with.
bool is_answered(const Leg& leg) {
  const bool may_be = leg.disposition == Disposition::Answered || leg.disposition == Disposition::Other;
  return may_be && leg.seconds > seconds{0};
}

const Leg& Call::telling_leg() const {
  const auto answered_seconds = [](const Leg& leg) { return is_answered(leg) ? leg.seconds : seconds{-1}; };
  return *std::max_element(legs.begin(), legs.end(), [&](const Leg& a, const Leg& b) {
    return answered_seconds(a) < answered_seconds(b);
  });
}

seconds Call::answered_for() const {
  const Leg& leg = telling_leg();
  return is_answered(leg) ? leg.seconds : seconds{0};
}

bool is_inbound(const CdrRow& row, const std::function<bool(Did)>& is_own_did) {
  if (lower_case(row.description).find("call recording") != std::string::npos) return false;
  switch (direction_of(row.destination_type)) {
    case Direction::Inbound:
      return true;
    case Direction::Outbound:
      return false;
    case Direction::Unstated:
    case Direction::Unknown:
      break;
  }
  const auto did = Did::parse(row.destination);
  return did && is_own_did(*did);
}

std::vector<std::string> leg_keys(std::span<const CdrRow> rows) {
  std::map<std::string, int> twins;
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const CdrRow& row : rows) {
    if (!row.unique_id.empty()) {
      keys.push_back(row.unique_id);
      continue;
    }
    const std::string caller = row.caller.digits().empty() ? row.caller.name : row.caller.digits();
    const std::string content = to_string(row.date) + "|" + caller + "|" + row.destination;
    keys.push_back(content + "|" + std::to_string(++twins[content]));
  }
  return keys;
}

bool belongs_to(const Leg& leg, std::span<const Leg> legs) {
  const auto together = [&](const Leg& other) { return at_the_same_time(leg, other); };
  if (std::any_of(legs.begin(), legs.end(), together)) return true;

  // A conversation that is over ends the call: a caller who rings after it calls anew.
  const auto over_before_leg = [&](const Leg& other) {
    return is_answered(other) && end_of(other) < leg.started_at;
  };
  if (std::any_of(legs.begin(), legs.end(), over_before_leg)) return false;
  if (is_answered(leg) && end_of(leg) < legs.front().started_at) return false;
  return std::chrono::abs(leg.started_at - legs.front().started_at) <= ring_again;
}

void add_leg(Call& call, Leg leg) {
  std::erase_if(call.legs, [&](const Leg& other) { return other.key == leg.key; });
  const auto later = [](const Leg& a, const Leg& b) { return a.started_at < b.started_at; };
  call.legs.insert(std::upper_bound(call.legs.begin(), call.legs.end(), leg, later), std::move(leg));
}

std::vector<Call> group_into_calls(std::vector<InboundLeg> legs) {
  std::stable_sort(legs.begin(), legs.end(), [](const InboundLeg& a, const InboundLeg& b) {
    return a.leg.started_at < b.leg.started_at;
  });
  std::vector<Call> calls;
  std::map<std::pair<PhoneNumber, Did>, std::size_t> latest;  // index of the caller's latest call to the DID
  for (InboundLeg& inbound : legs) {
    if (inbound.caller.number) {
      const auto key = std::pair(*inbound.caller.number, inbound.did);
      const auto found = latest.find(key);
      if (found != latest.end() && belongs_to(inbound.leg, calls[found->second].legs)) {
        Call& call = calls[found->second];
        if (call.caller.name.empty()) call.caller.name = inbound.caller.name;
        add_leg(call, std::move(inbound.leg));
        continue;
      }
      latest[key] = calls.size();
    }
    calls.push_back(Call{std::move(inbound.caller), inbound.did, {std::move(inbound.leg)}});
  }
  return calls;
}

}  // namespace sms_notifier::domain
