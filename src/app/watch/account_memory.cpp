#include "app/watch/account_memory.h"

#include <algorithm>
#include <map>
#include <optional>

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

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

/// Debian's Abseil has a string_view of its own, and hashes the standard one with std::hash: slower, and
/// alike in every process.
std::uint64_t fingerprint_of(std::string_view text) {
  return absl::HashOf(absl::string_view(text.data(), text.size()));
}

const Leg& leg_with_key(const Call& call, const std::string& key) {
  return *std::find_if(call.legs.begin(), call.legs.end(), [&](const Leg& leg) { return leg.key == key; });
}

}  // namespace

void AccountMemory::remember(RecordedCall call) {
  for (const Leg& leg : call.call.legs) legs_[leg.key] = call.id;
  if (call.call.caller.number && !calls_.contains(call.id))
    calls_between_[{*call.call.caller.number, call.call.did}].push_back(call.id);
  const auto id = call.id;
  calls_.insert_or_assign(id, std::move(call));
}

void AccountMemory::start_poll(bool full_look) {
  wanted_.clear();
  answer_.reset();
  full_look_ = full_look;
  if (full_look) ++full_looks_;
}

bool AccountMemory::is_as_before(std::string_view answer) {
  answer_ = fingerprint_of(answer);
  // A full look counts the rows that are listed still.
  return !full_look_ && dealt_with_ == answer_;
}

bool AccountMemory::wants(std::string_view row) {
  const Fingerprint fingerprint = fingerprint_of(row);
  const auto found = seen_.find(fingerprint);
  if (found != seen_.end()) {
    found->second = full_looks_;
    return false;
  }
  wanted_.push_back(fingerprint);
  return true;
}

void AccountMemory::keep_rows(base::Instant oldest) {
  for (const Fingerprint fingerprint : wanted_) seen_[fingerprint] = full_looks_;
  wanted_.clear();
  dealt_with_ = answer_;
  if (!full_look_) return;

  absl::erase_if(seen_, [&](const auto& row) { return row.second + 1 < full_looks_; });
  absl::erase_if(calls_, [&](const auto& entry) { return entry.second.call.started_at() < oldest; });
  absl::erase_if(legs_, [&](const auto& leg) { return !calls_.contains(leg.second); });
  absl::erase_if(calls_between_, [&](auto& between) {
    std::erase_if(between.second, [&](domain::CallId id) { return !calls_.contains(id); });
    return between.second.empty();
  });
}

const RecordedCall* AccountMemory::call_of_leg(const std::string& key) const {
  const auto leg = legs_.find(key);
  if (leg == legs_.end()) return nullptr;
  return &calls_.at(leg->second);
}

/// Tells what the rows of one answer mean, beside what is remembered.
class AccountMemory::Reading {
 public:
  explicit Reading(const AccountMemory& memory) : memory_(memory) {}

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
    if (const RecordedCall* recorded = memory_.call_of_leg(key)) {
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
    const auto between = memory_.calls_between_.find({*inbound.caller.number, inbound.did});
    if (between == memory_.calls_between_.end()) return false;
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
    return found == revised_.end() ? memory_.calls_.at(id) : found->second;
  }

  void add(RecordedCall call, const Leg& leg) {
    domain::add_leg(call.call, leg);
    const domain::CallId id = call.id;
    revised_.insert_or_assign(id, std::move(call));
  }

  const AccountMemory& memory_;
  std::vector<InboundLeg> new_legs_;
  absl::flat_hash_map<std::string, std::size_t> new_keys_;  ///< key -> place in new_legs_
  std::map<domain::CallId, RecordedCall> revised_;
};

AccountMemory::News AccountMemory::news(std::span<const CdrRow> rows, base::Instant first_seen,
                                        const domain::TimeZone& zone,
                                        const std::function<bool(domain::Did)>& is_own_did) const {
  News news;
  Reading reading(*this);
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
      news.unreadable.push_back("a call of " + domain::to_string(row.date) + " to \"" +
                                domain::one_line(row.destination, destination_bytes_max) +
                                "\", which is no North American number");
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
