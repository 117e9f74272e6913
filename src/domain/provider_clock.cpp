#include "domain/provider_clock.h"

#include <algorithm>

#include "domain/sentences.h"

namespace sms_notifier::domain {
namespace {

/// By so much two answers may differ beyond what their own time on the way explains: machines of the provider
/// whose clocks are not quite alike, and our steady clock, which may run a little fast or slow.
constexpr base::Duration answers_apart_max = std::chrono::seconds{5};
/// After as many answers in a row of which no two say the same, dates are not worth asking.
constexpr int dissents_max = 3;

}  // namespace

Sentence clock_in_words(base::Duration ahead) {
  const auto minutes = std::chrono::round<std::chrono::minutes>(std::chrono::abs(ahead)).count();
  const Sentence apart = minutes < 60 ? Sentence("{} min"_key, minutes)
                                      : Sentence("{} h {} min"_key, minutes / 60, minutes % 60);
  return ahead > base::Duration::zero()
             ? Sentence("This computer's clock is {} ahead of VoIP.ms' clock"_key, apart)
             : Sentence("This computer's clock is {} behind VoIP.ms' clock"_key, apart);
}

void ProviderClock::take(const DatedAnswer& answer, ClockReadings ours) {
  // The date was written at some moment between request and answer, and its second had begun by then.
  const base::Duration answered = ours.steady.time_since_epoch();
  const Zero earliest = answer.date - answered;
  const Zero latest = answer.date + std::chrono::seconds{1} - (answered - answer.took);
  const auto supports = [&](Zero zero, base::Duration slack) {
    return zero >= earliest - slack && zero <= latest + slack;
  };
  const auto nearest = [&](Zero zero) { return std::clamp(zero, earliest, latest); };

  const Zero wall = zero_of(ours);
  if (believed_ && supports(*believed_, answers_apart_max))
    believe(nearest(*believed_), ours);
  else if (supports(wall, clocks_apart_max))
    believe(nearest(wall), ours);
  else if (dissent_ && supports(*dissent_, answers_apart_max))
    believe(nearest(*dissent_), ours);
  else {
    dissent_ = earliest + (latest - earliest) / 2;
    ++dissents_;
  }
}

void ProviderClock::believe(Zero zero, ClockReadings ours) {
  believed_ = zero;
  our_wall_ = zero_of(ours);
  dissent_.reset();
  dissents_ = 0;
}

bool ProviderClock::has_jumped(ClockReadings ours) const {
  return believed_ && std::chrono::abs(zero_of(ours) - our_wall_) > clocks_apart_max;
}

bool ProviderClock::dissent_counts() const {
  return dissent_ && dissents_ <= dissents_max;
}

base::Instant ProviderClock::now(ClockReadings ours) const {
  if (!believed_) return dissent_counts() ? std::max(ours.wall, at(*dissent_, ours)) : ours.wall;
  const base::Instant told = at(*believed_, ours);
  if (has_jumped(ours)) return std::max(ours.wall, told);
  return std::chrono::abs(ours.wall - told) > clocks_apart_max ? told : ours.wall;
}

base::Instant ProviderClock::last_told(ClockReadings ours) const {
  if (dissent_counts()) return at(*dissent_, ours);
  return believed_ && std::chrono::abs(ours.wall - at(*believed_, ours)) > clocks_apart_max
             ? at(*believed_, ours)
             : ours.wall;
}

ClockStanding ProviderClock::standing(ClockReadings ours) const {
  if (dissent_counts() || has_jumped(ours)) return ClockStanding::Unsure;
  if (!believed_) return ClockStanding::Unheard;
  const base::Duration apart = std::chrono::abs(ours.wall - at(*believed_, ours));
  return apart > clocks_apart_max ? ClockStanding::Apart : ClockStanding::Together;
}

std::optional<base::Duration> ProviderClock::ahead(ClockReadings ours) const {
  if (!believed_) return std::nullopt;
  return ours.wall - at(*believed_, ours);
}

}  // namespace sms_notifier::domain
