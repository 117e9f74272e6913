#pragma once

#include <optional>

#include "base/time.h"
#include "domain/sentence.h"

namespace sms_notifier::domain {

/// By more than this our clock and the provider's do not agree, and a jump of ours is one.
constexpr base::Duration clocks_apart_max = std::chrono::minutes{2};

/// Our own clocks, read at one moment.
struct ClockReadings {
  base::Instant wall;
  base::Monotonic steady;
};

/// What an answer says about the provider's clock (docs/provider/transport.md, "Date").
struct DatedAnswer {
  base::Instant date;      ///< of whole seconds
  base::Duration took{0};  ///< from the request's start to the answer's end, by our steady clock
};

/// How our clock stands to the provider's.
enum class ClockStanding {
  Unheard,   ///< no answer has told the provider's time
  Together,  ///< they differ by two minutes at most
  Apart,     ///< they differ by more: ours is wrong
  Unsure,    ///< ours has jumped since the last answer, or an answer contradicts what was known
};

/// For the owner, where our clock is ahead by so much (behind, if less than 0): what is wrong.
Sentence clock_in_words(base::Duration ahead);

/// The provider's clock, as its answers tell it, carried on by our steady clock, which no setting of the wall
/// clock moves (docs/decisions/0033-the-providers-clock.md).
///
/// There are three witnesses of the time: the answer, our steady clock since earlier answers, and our wall
/// clock. Two that agree are believed. A date that neither of the others supports is believed when the next
/// answer supports it: one odd date moves nothing.
class ProviderClock {
 public:
  /// `ours`: when the answer had arrived.
  void take(const DatedAnswer& answer, ClockReadings ours);

  /// The time: ours while both clocks agree or nothing else is known, the provider's while they are apart.
  /// While it is unsure which of two is right, the later one, so that nothing goes out that may be too old.
  base::Instant now(ClockReadings ours) const;
  /// The time by the last answer, believed or not: for what asks and decides nothing.
  base::Instant last_told(ClockReadings ours) const;
  ClockStanding standing(ClockReadings ours) const;
  /// By how much our clock is ahead of the provider's, as far as that is believed.
  std::optional<base::Duration> ahead(ClockReadings ours) const;

 private:
  /// The provider's time when our steady clock showed zero: does not move as time goes by.
  using Zero = base::Instant;
  static Zero zero_of(ClockReadings ours) { return ours.wall - ours.steady.time_since_epoch(); }
  static base::Instant at(Zero zero, ClockReadings ours) { return zero + ours.steady.time_since_epoch(); }

  void believe(Zero zero, ClockReadings ours);
  bool has_jumped(ClockReadings ours) const;
  bool dissent_counts() const;

  std::optional<Zero> believed_;
  Zero our_wall_{};              ///< zero of our wall clock when an answer was last believed
  std::optional<Zero> dissent_;  ///< what the last answer said, if it was not believed
  int dissents_ = 0;             ///< answers in a row that supported nothing
};

}  // namespace sms_notifier::domain
