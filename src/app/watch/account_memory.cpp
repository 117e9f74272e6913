#include "app/watch/account_memory.h"

#include <algorithm>
#include <map>
#include <utility>

#include <absl/container/flat_hash_map.h>

#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::app {
namespace {

using domain::Call;
using domain::CdrRow;
using domain::InboundLeg;
using domain::Leg;

constexpr std::size_t destination_bytes_max = 40;

/// A row with the same id that belongs to another caller, or to another day, is another leg: ids have been
/// seen twice.
bool same_leg(const Call& call, const Leg& known, const InboundLeg& row) {
  constexpr base::Duration id_reused_after = std::chrono::days{1};
  const auto apart = std::chrono::abs(known.started_at - row.leg.started_at);
  return call.caller.number == row.caller.number && call.did == row.did && apart < id_reused_after;
}

std::string content_key(const std::string& key, const CdrRow& row) {
  const std::string digits = row.caller.digits();
  const std::string& caller = digits.empty() ? row.caller.name : digits;
  return key + "|" + domain::to_string(row.date) + "|" + caller + "|" + row.destination;
}

const Leg& leg_with_key(const Call& call, const std::string& key) {
  return *std::find_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) { return leg.key == key; });
}

}  // namespace

/// Hash tables whose entries lie side by side: a poll looks up every row that is listed.
struct AccountMemory::Known {
  using CallerAndDid = std::pair<domain::PhoneNumber, domain::Did>;

  absl::flat_hash_map<Fingerprint, std::uint32_t> rows;  ///< row -> last full look that listed it
  absl::flat_hash_map<std::string, domain::CallId> legs;
  absl::flat_hash_map<domain::CallId, RecordedCall> calls;
  absl::flat_hash_map<CallerAndDid, std::vector<domain::CallId>> calls_between;

  const RecordedCall* call_of_leg(const std::string& key) const {
    const auto leg = legs.find(key);
    if (leg == legs.end()) return nullptr;
    return &calls.at(leg->second);
  }
};

AccountMemory::AccountMemory() : known_(std::make_unique<Known>()) {}
AccountMemory::~AccountMemory() = default;

void AccountMemory::remember(RecordedCall call) {
  for (const Leg& leg : call.call.legs) known_->legs[leg.key] = call.id;
  if (call.call.caller.number && !known_->calls.contains(call.id))
    known_->calls_between[{*call.call.caller.number, call.call.did}].push_back(call.id);
  const auto id = call.id;
  known_->calls.insert_or_assign(id, std::move(call));
}

void AccountMemory::start_poll(bool full_look) {
  wanted_.clear();
  answer_.reset();
  full_look_ = full_look;
  if (full_look) ++full_looks_;
}

bool AccountMemory::is_as_before(Fingerprint answer) {
  answer_ = answer;
  // A full look counts the rows that are listed still.
  return !full_look_ && dealt_with_ == answer_;
}

bool AccountMemory::wants(Fingerprint row) {
  const auto found = known_->rows.find(row);
  if (found != known_->rows.end()) {
    found->second = full_looks_;
    return false;
  }
  wanted_.push_back(row);
  return true;
}

void AccountMemory::keep_rows(base::Instant oldest) {
  for (const Fingerprint row : wanted_) known_->rows[row] = full_looks_;
  wanted_.clear();
  dealt_with_ = answer_;
  if (!full_look_) return;

  auto& calls = known_->calls;
  absl::erase_if(known_->rows, [&](const auto& row) { return row.second + 1 < full_looks_; });
  absl::erase_if(calls, [&](const auto& entry) { return entry.second.call.started_at() < oldest; });
  absl::erase_if(known_->legs, [&](const auto& leg) { return !calls.contains(leg.second); });
  absl::erase_if(known_->calls_between, [&](auto& between) {
    std::erase_if(between.second, [&](domain::CallId id) { return !calls.contains(id); });
    return between.second.empty();
  });
}

void AccountMemory::forget_rows() {
  known_->rows.clear();
  dealt_with_.reset();
}

/// Tells what the rows of one answer mean, beside what is remembered.
class AccountMemory::Reading {
 public:
  explicit Reading(const Known& known) : known_(known) {}

  /// A row of a call to us.
  void take(InboundLeg inbound, const std::string& content) {
    if (is_known(inbound, content) || joins_a_call(inbound)) return;
    new_keys_[inbound.leg.key] = new_legs_.size();
    new_legs_.push_back(std::move(inbound));
  }

  std::vector<Call> calls() { return domain::group_into_calls(std::move(new_legs_)); }
  std::vector<RecordedCall> revised() {
    std::vector<RecordedCall> all;
    for (auto& [id, call] : revised_) all.push_back(std::move(call));
    return all;
  }

 private:
  enum class Match { None, OtherLeg, SameLeg };

  /// The row goes by its own key or, when that belongs to another leg, by one that its content makes unique.
  bool is_known(InboundLeg& inbound, const std::string& content) {
    Match match = match_with_known(inbound);
    if (match == Match::OtherLeg) {
      inbound.leg.key = content;
      match = match_with_known(inbound);
    }
    return match == Match::SameLeg;
  }

  Match match_with_known(const InboundLeg& inbound) {
    const std::string& key = inbound.leg.key;
    if (const RecordedCall* recorded = known_.call_of_leg(key)) {
      const RecordedCall& call = current(recorded->id);
      const Leg& known = leg_with_key(call.call, key);
      if (!same_leg(call.call, known, inbound)) return Match::OtherLeg;
      const bool changed =
          known.disposition != inbound.leg.disposition || known.seconds != inbound.leg.seconds;
      if (changed) add(call, Leg{key, known.started_at, inbound.leg.disposition, inbound.leg.seconds});
      return Match::SameLeg;
    }
    const auto twin = new_keys_.find(key);
    if (twin == new_keys_.end()) return Match::None;
    InboundLeg& other = new_legs_[twin->second];
    if (!same_leg(Call{other.caller, other.did, {other.leg}}, other.leg, inbound)) return Match::OtherLeg;
    // The same leg twice in one answer: the one that says more counts.
    if (inbound.leg.seconds > other.leg.seconds) other.leg = inbound.leg;
    return Match::SameLeg;
  }

  bool joins_a_call(const InboundLeg& inbound) {
    if (!inbound.caller.number) return false;
    const auto between = known_.calls_between.find({*inbound.caller.number, inbound.did});
    if (between == known_.calls_between.end()) return false;
    const std::vector<domain::CallId>& calls = between->second;
    const auto joined = std::find_if(calls.rbegin(), calls.rend(), [&](domain::CallId id) {
      return domain::belongs_to(inbound.leg, current(id).call.legs);
    });
    if (joined == calls.rend()) return false;
    add(current(*joined), inbound.leg);
    return true;
  }

  const RecordedCall& current(domain::CallId id) const {
    const auto found = revised_.find(id);
    return found == revised_.end() ? known_.calls.at(id) : found->second;
  }

  void add(RecordedCall call, const Leg& leg) {
    domain::add_leg(call.call, leg);
    const domain::CallId id = call.id;
    revised_.insert_or_assign(id, std::move(call));
  }

  const Known& known_;
  std::vector<InboundLeg> new_legs_;
  absl::flat_hash_map<std::string, std::size_t> new_keys_;  ///< key -> place in new_legs_
  std::map<domain::CallId, RecordedCall> revised_;
};

AccountMemory::News AccountMemory::news(std::span<const CdrRow> rows, base::Instant first_seen,
                                        const domain::TimeZone& zone,
                                        const std::function<bool(domain::Did)>& is_own_did) const {
  News news;
  Reading reading(*known_);
  const std::vector<std::string> keys = domain::leg_keys(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CdrRow& row = rows[i];
    // A row that lies ahead of our clock was made before we saw it all the same.
    const base::Instant started_at =
        std::min(domain::resolve(zone.instants(row.date), first_seen), first_seen);
    auto conversation = domain::conversation_of(row, keys[i], started_at, is_own_did);
    if (conversation) news.conversations.push_back(std::move(*conversation));
    if (!domain::is_inbound(row, is_own_did)) continue;
    const auto did = domain::Did::parse(row.destination);
    if (!did) {
      news.unreadable.push_back({"a call of {} to \"{}\", which is no North American number"_key,
                                 domain::to_string(row.date),
                                 domain::one_line(row.destination, destination_bytes_max)});
      continue;
    }
    reading.take(InboundLeg{row.caller, *did, Leg{keys[i], started_at, row.disposition, row.seconds}},
                 content_key(keys[i], row));
  }
  news.calls = reading.calls();
  news.revised = reading.revised();
  return news;
}

}  // namespace sms_notifier::app
