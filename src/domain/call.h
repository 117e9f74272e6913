#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/cdr.h"
#include "domain/phone_number.h"

namespace sms_notifier::domain {

/// An inbound CDR row with what the ledger needs of it.
struct Leg {
  std::string key;  ///< `uniqueid`, or made from the row's content where the provider sent none
  base::Instant started_at;
  Disposition disposition = Disposition::Other;
  std::chrono::seconds seconds{0};

  friend bool operator==(const Leg&, const Leg&) = default;
};

/// Whether two people, or a person and a machine, spoke in this leg.
bool is_answered(const Leg& leg);

/// One phone call: the legs of the same caller and DID that belong together.
struct Call {
  CallerId caller;
  Did did;
  std::vector<Leg> legs;  ///< oldest first, never empty

  /// The key that makes the call unique within its account: that of its first leg.
  const std::string& key() const { return legs.front().key; }
  base::Instant started_at() const { return legs.front().started_at; }
  /// When the caller last tried: what counts for freshness.
  base::Instant last_tried_at() const { return legs.back().started_at; }
  /// The leg that tells how the call went: the longest answered one, else the first.
  const Leg& telling_leg() const;
  /// How long the longest answered leg lasted; 0 s when none was answered.
  std::chrono::seconds answered_for() const;

  friend bool operator==(const Call&, const Call&) = default;
};

/// Whether a CDR row is the record of an inbound call to one of our numbers: `IN:`, or no type that we know
/// and the destination is ours. Outbound calls and `Call Recording` markers are not.
bool is_inbound(const CdrRow& row, const std::function<bool(Did)>& is_own_did);

/// The rows' keys, in the rows' order: `uniqueid`, or for a row without one a key made of its date, caller
/// and destination, numbered among its twins in this answer.
std::vector<std::string> leg_keys(std::span<const CdrRow> rows);

/// Whether a leg belongs to a call that has these legs (oldest first), given that caller and DID are the
/// same: it starts within ten seconds of one of them or overlaps it, or it starts within two minutes of the
/// first and no conversation of the call was over by then (docs/provider/calls.md, "One call, several rows").
bool belongs_to(const Leg& leg, std::span<const Leg> legs);

/// Adds a leg, oldest first. A leg with a key that is there already replaces it.
void add_leg(Call& call, Leg leg);

struct InboundLeg {
  CallerId caller;
  Did did;
  Leg leg;
};

/// Groups legs into calls, oldest call first. Legs without a caller's number stay calls of their own.
std::vector<Call> group_into_calls(std::vector<InboundLeg> legs);

}  // namespace sms_notifier::domain
