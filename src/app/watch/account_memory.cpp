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

/// A row with the same id that belongs to somebody else, or to another day, is another leg: ids have been
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
    conversations_[{*call.call.caller.number, call.call.did}].push_back(call.id);
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
  absl::erase_if(conversations_, [&](auto& conversation) {
    std::erase_if(conversation.second, [&](domain::CallId id) { return !calls_.contains(id); });
    return conversation.second.empty();
  });
}

const RecordedCall* AccountMemory::call_of_leg(const std::string& key) const {
  const auto leg = legs_.find(key);
  if (leg == legs_.end()) return nullptr;
  return &calls_.at(leg->second);
}

AccountMemory::News AccountMemory::news(std::span<const CdrRow> rows, base::Instant first_seen,
                                        const domain::TimeZone& zone,
                                        const std::function<bool(domain::Did)>& is_own_did) const {
  News news;
  std::vector<InboundLeg> new_legs;
  std::map<domain::CallId, RecordedCall> revised;
  const auto current = [&](domain::CallId id) -> const RecordedCall& {
    const auto found = revised.find(id);
    return found == revised.end() ? calls_.at(id) : found->second;
  };

  const std::vector<std::string> keys = domain::leg_keys(rows);
  absl::flat_hash_map<std::string, std::size_t> new_keys;  // key -> place in new_legs
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CdrRow& row = rows[i];
    if (!domain::is_inbound(row, is_own_did)) continue;
    const auto did = domain::Did::parse(row.destination);
    if (!did) {
      news.unreadable.push_back("a call of " + domain::to_string(row.date) + " to \"" +
                                domain::one_line(row.destination, destination_bytes_max) +
                                "\", which is no North American number");
      continue;
    }

    // A row that lies ahead of our clock was made before we saw it all the same.
    const base::Instant started_at =
        std::min(domain::resolve(zone.instants(row.date), first_seen), first_seen);
    InboundLeg inbound{row.caller, *did, Leg{keys[i], started_at, row.disposition, row.seconds}};

    // The row's own key or, when that belongs to another leg, one that its content makes unique.
    bool known = false;
    for (const bool by_content : {false, true}) {
      if (by_content) inbound.leg.key = content_key(keys[i], row);
      const std::string& key = inbound.leg.key;
      if (const RecordedCall* recorded = call_of_leg(key)) {
        const RecordedCall& call = current(recorded->id);
        const Leg& leg = leg_with_key(call.call, key);
        if (!same_leg(call.call, leg, inbound)) continue;
        if (leg.disposition != inbound.leg.disposition || leg.seconds != inbound.leg.seconds) {
          inbound.leg.started_at = leg.started_at;
          RecordedCall changed = call;
          domain::add_leg(changed.call, inbound.leg);
          revised.insert_or_assign(changed.id, std::move(changed));
        }
        known = true;
      } else if (const auto twin = new_keys.find(key); twin != new_keys.end()) {
        InboundLeg& other = new_legs[twin->second];
        if (!same_leg(Call{other.caller, other.did, {other.leg}}, other.leg, inbound)) continue;
        // The same leg twice in one answer: the one that says more counts.
        if (inbound.leg.seconds > other.leg.seconds) other.leg = inbound.leg;
        known = true;
      }
      break;
    }
    if (known) continue;

    if (row.caller.number) {
      const auto conversation = conversations_.find({*row.caller.number, inbound.did});
      if (conversation != conversations_.end()) {
        const auto joined = std::find_if(
            conversation->second.rbegin(), conversation->second.rend(),
            [&](domain::CallId id) { return domain::belongs_to(inbound.leg, current(id).call.legs); });
        if (joined != conversation->second.rend()) {
          RecordedCall changed = current(*joined);
          domain::add_leg(changed.call, inbound.leg);
          revised.insert_or_assign(changed.id, std::move(changed));
          continue;
        }
      }
    }
    new_keys[inbound.leg.key] = new_legs.size();
    new_legs.push_back(std::move(inbound));
  }

  news.calls = domain::group_into_calls(std::move(new_legs));
  for (auto& [id, call] : revised) news.revised.push_back(std::move(call));
  return news;
}

}  // namespace sms_notifier::app
