#include "telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/overloaded.h"
#include "domain/decision.h"

namespace sms_notifier::telemetry {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;

Family<Counter>& counters(prometheus::Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Gauge>& gauges(prometheus::Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Histogram& poll_seconds =
      prometheus::BuildHistogram()
          .Name("sms_notifier_poll_seconds")
          .Help("Good polls: until the provider had answered and everything was dealt with")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90});
  Family<Counter>& troubles = counters(registry, "sms_notifier_account_troubles_total",
                                       "Times that an account's polls began to fail");
  Family<Counter>& calls = counters(registry, "sms_notifier_calls_total", "Calls by their decision");
  Family<Counter>& texts = counters(registry, "sms_notifier_texts_total", "Texts by what became of them");
  Family<Counter>& pages =
      counters(registry, "sms_notifier_failed_pages_total", "Pages that could not be answered");
  prometheus::Gauge& storage_troubled = prometheus::BuildGauge()
                                            .Name("sms_notifier_storage_troubled")
                                            .Help("1 while the database cannot be written")
                                            .Register(registry)
                                            .Add({});

  prometheus::Gauge& clock_offset = prometheus::BuildGauge()
                                        .Name("sms_notifier_clock_offset_seconds")
                                        .Help("By how much this computer's clock is ahead of VoIP.ms' clock")
                                        .Register(registry)
                                        .Add({});
  prometheus::Gauge& clock_wrong = prometheus::BuildGauge()
                                       .Name("sms_notifier_clock_wrong")
                                       .Help("1 while the clocks differ by more than two minutes")
                                       .Register(registry)
                                       .Add({});

  Family<Gauge>& profiles = gauges(registry, "sms_notifier_profiles", "Profiles by their state");
  Family<Gauge>& not_texting = gauges(registry, "sms_notifier_profiles_not_texting",
                                      "Profiles that ought to text and cannot, by what keeps them from it");

  void count_text(const char* outcome) { texts.Add({{"outcome", outcome}}).Increment(); }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {
  // What never happened is 0, not absent.
  state_->troubles.Add({});
  state_->pages.Add({});
  for (const char* outcome :
       {"sent", "rejected", "put_off", "unconfirmed", "uncertain", "proved_absent", "cancelled", "expired"})
    state_->texts.Add({{"outcome", outcome}});
  for (const domain::Decision& decision : domain::all_decisions())
    state_->calls.Add({{"decision", std::string(to_code(decision))}});
}

Metrics::~Metrics() = default;

void Metrics::on(const app::Event& event, base::Instant) noexcept {
  using namespace app;
  State& s = *state_;
  std::visit(base::overloaded{
                 [&](const PollFinished& e) {
                   s.poll_seconds.Observe(base::to_seconds(e.took));
                   if (e.clock_ahead) s.clock_offset.Set(base::to_seconds(*e.clock_ahead));
                 },
                 [&](const ClockApart&) { s.clock_wrong.Set(1); },
                 [&](const ClockTogether&) { s.clock_wrong.Set(0); },
                 [&](const CallDecided& e) {
                   s.calls.Add({{"decision", std::string(to_code(e.decision))}}).Increment();
                 },
                 [&](const AccountTroubled&) { s.troubles.Add({}).Increment(); },
                 [&](const PageFailed&) { s.pages.Add({}).Increment(); },
                 [&](const StorageTroubled&) { s.storage_troubled.Set(1); },
                 [&](const StorageHealed&) { s.storage_troubled.Set(0); },
                 [&](const TextSent&) { s.count_text("sent"); },
                 [&](const TextRejected&) { s.count_text("rejected"); },
                 [&](const TextPutOff&) { s.count_text("put_off"); },
                 [&](const TextUnconfirmed&) { s.count_text("unconfirmed"); },
                 [&](const TextUncertain&) { s.count_text("uncertain"); },
                 [&](const TextProvedAbsent&) { s.count_text("proved_absent"); },
                 [&](const TextCancelled&) { s.count_text("cancelled"); },
                 [&](const TextExpired&) { s.count_text("expired"); },
                 [](const base::one_of<ServiceStarted, ServiceStopped, ProfileStarted, ProfileStopped,
                                       AccountHealed, TextingTurned, HealthStored, RowsUnreadable, RowsOdd,
                                       BacklogRecorded, AnsweredAfterText, CallerOptedOut, CallerOptedIn,
                                       TextsElsewhere, LedgerDoubted, CrossCheckFailed, TextsMissing,
                                       RecordZoneRefused, RecordZoneConfirmed> auto&) {},
             },
             event);
}

void Metrics::show(const app::StateTally& states) {
  for (const auto& [kind, count] : states.profiles)
    state_->profiles.Add({{"state", std::string(to_code(kind))}}).Set(count);
  for (const domain::StateReason reason : domain::state_reasons) {
    const auto found = states.not_texting.find(reason);
    state_->not_texting.Add({{"reason", std::string(to_code(reason))}})
        .Set(found == states.not_texting.end() ? 0 : found->second);
  }
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace sms_notifier::telemetry
