#include "app/engine_state.h"

namespace sms_notifier::app {

CallNote note_of(const OpenReply& reply) {
  return {reply.call, {reply.text.to, {}}, reply.text.from, reply.called_at};
}

void EngineState::judge_zone_by(const domain::CdrRow& row, bool appeared) {
  const bool believed = record_zone.believed();
  const base::Instant time = now();
  const base::Instant began = domain::resolve(ports.zone.instants(row.date), time);
  record_zone.judge(began, began + row.seconds, time, appeared);
  if (record_zone.believed() == believed) return;
  if (believed)
    tell(RecordZoneRefused{});
  else
    tell(RecordZoneConfirmed{});
}

void EngineState::note_date(const domain::DatedAnswer& answer) {
  const domain::ClockReadings ours = our_clocks();
  provider_clock.take(answer, ours);
  const std::optional<base::Duration> ahead = provider_clock.ahead(ours);
  switch (provider_clock.standing(ours)) {
    case domain::ClockStanding::Unheard:
    case domain::ClockStanding::Unsure:
      return;
    case domain::ClockStanding::Together:
      if (clock_told_ahead) tell(ClockTogether{});
      clock_told_ahead.reset();
      return;
    case domain::ClockStanding::Apart:
      if (clock_told_ahead && std::chrono::abs(*ahead - *clock_told_ahead) <= domain::clocks_apart_max)
        return;
      tell(ClockApart{*ahead});
      clock_told_ahead = ahead;
      return;
  }
}

}  // namespace sms_notifier::app
