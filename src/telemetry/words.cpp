#include "telemetry/words.h"

#include <string>
#include <utility>
#include <variant>

#include "domain/decision.h"
#include "domain/provider_clock.h"
#include "domain/sentences.h"

namespace sms_notifier::telemetry {
namespace {

using namespace app;

using domain::Sentence;

/// Whom it concerns, and what happened to them.
struct Told {
  Subject subject;
  Sentence what;
};
using MaybeTold = std::optional<Told>;

class Narrator {
 public:
  explicit Narrator(const domain::TimeZone& zone) : zone_(zone) {}

  MaybeTold operator()(const ServiceStarted& e) const {
    const std::size_t count = e.profiles_running;
    return Told{{},
                count == 1 ? Sentence("The service started: {} profile is running"_key, count)
                           : Sentence("The service started: {} profiles are running"_key, count)};
  }
  MaybeTold operator()(const ServiceStopped& e) const {
    const std::size_t count = e.replies_left;
    if (count == 0) return Told{{}, "The service stopped"_key};
    return Told{{},
                count == 1
                    ? Sentence("The service stopped; {} text is left for the next start"_key, count)
                    : Sentence("The service stopped; {} texts are left for the next start"_key, count)};
  }
  MaybeTold operator()(const ProfileStarted& e) const {
    return Told{e.subject, "The profile was started"_key};
  }
  MaybeTold operator()(const ProfileStopped& e) const {
    return Told{e.subject, "The profile was stopped"_key};
  }
  MaybeTold operator()(const PollFinished&) const { return std::nullopt; }
  MaybeTold operator()(const AccountTroubled& e) const {
    return Told{e.subject, {"Calls cannot be read: {} ({})"_key, in_words(e.trouble.kind), e.trouble.detail}};
  }
  MaybeTold operator()(const AccountHealed& e) const {
    return Told{e.subject, "Calls can be read again"_key};
  }
  MaybeTold operator()(const TextingTurned& e) const {
    const std::size_t count = e.numbers.size();
    const std::string number = e.numbers.front().number().formatted();
    if (!e.reason)
      return Told{e.subject, count == 1 ? Sentence("{} can text again"_key, number)
                                        : Sentence("{} profiles can text again"_key, count)};
    return Told{e.subject, count == 1 ? Sentence("{} is not texting: {}"_key, number, e.why)
                                      : Sentence("{} profiles are not texting: {}"_key, count, e.why)};
  }
  MaybeTold operator()(const RowsUnreadable& e) const {
    const std::size_t count = e.rows.size();
    const Sentence& first = e.rows.front();
    return Told{
        e.subject,
        count == 1
            ? Sentence("{} call record could not be read and will get no text: {}"_key, count, first)
            : Sentence("{} call records could not be read and will get no text: {}"_key, count, first)};
  }
  MaybeTold operator()(const RowsOdd& e) const {
    return Told{e.subject, {"VoIP.ms' call records say something unusual: {}"_key, e.what.front()}};
  }
  MaybeTold operator()(const BacklogRecorded& e) const {
    return Told{
        e.subject,
        e.calls == 1
            ? Sentence("{} earlier call was recorded; calls that ended so long ago get no text"_key, e.calls)
            : Sentence("{} earlier calls were recorded; calls that ended so long ago get no text"_key,
                       e.calls)};
  }
  MaybeTold operator()(const CallDecided& e) const {
    const auto* skip = std::get_if<domain::Skip>(&e.decision);
    if (skip == nullptr || e.backlog) return std::nullopt;  // told by the text, or with the others
    const Sentence outcome("no text, {}"_key, domain::in_words(skip->reason));
    if (skip->reason != domain::SkipReason::Answered) return about(e.subject, e.call, outcome);
    return Told{e.subject, {"Call from {} at {}: {}"_key, caller_of(e.call), time_of(e.call), outcome}};
  }
  MaybeTold operator()(const TextSent& e) const {
    return about(e.subject, e.call,
                 e.reconciled ? "text sent (found in VoIP.ms' list of sent texts)"_key : "text sent"_key);
  }
  MaybeTold operator()(const TextRejected& e) const {
    return about(e.subject, e.call, {"VoIP.ms refused the text ({}), nothing was sent"_key, e.detail});
  }
  MaybeTold operator()(const TextPutOff& e) const {
    return about(e.subject, e.call,
                 {"the text has to wait, {} ({})"_key, in_words(e.why.kind), e.why.detail});
  }
  MaybeTold operator()(const TextUnconfirmed& e) const {
    return about(
        e.subject, e.call,
        {"we could not confirm that the text was sent ({}); VoIP.ms' list of sent texts will tell"_key,
         e.detail});
  }
  MaybeTold operator()(const TextUncertain& e) const {
    return about(e.subject, e.call,
                 {"we could not confirm that the text was sent ({}); it is not sent again automatically"_key,
                  e.evidence});
  }
  MaybeTold operator()(const TextProvedAbsent& e) const {
    return about(e.subject, e.call, "the text was not sent; it is tried once more"_key);
  }
  MaybeTold operator()(const TextCancelled& e) const {
    return about(e.subject, e.call, {"no text, {}"_key, domain::in_words(e.reason)});
  }
  MaybeTold operator()(const TextExpired& e) const {
    return about(e.subject, e.call, "no text, it could not be sent in time"_key);
  }
  MaybeTold operator()(const AnsweredAfterText& e) const {
    return about(e.subject, e.call, "the caller got through after the text was on its way"_key);
  }
  MaybeTold operator()(const CallerOptedOut& e) const {
    return Told{e.subject,
                {"{} asked by text not to be texted, and gets no more texts"_key, e.caller.formatted()}};
  }
  MaybeTold operator()(const CallerOptedIn& e) const {
    return Told{e.subject, {"{} asked by text to be texted again"_key, e.caller.formatted()}};
  }
  MaybeTold operator()(const TextsElsewhere& e) const {
    const std::string number = e.did.number().formatted();
    return Told{
        e.subject,
        e.texts == 1
            ? Sentence("VoIP.ms lists {} text from {} that was not sent from here: another installation or a "
                       "person is texting too. From now on its list is checked before each text"_key,
                       e.texts, number)
            : Sentence(
                  "VoIP.ms lists {} texts from {} that were not sent from here: another installation or a "
                  "person is texting too. From now on its list is checked before each text"_key,
                  e.texts, number)};
  }
  MaybeTold operator()(const CrossCheckFailed& e) const {
    return Told{
        e.subject,
        {"VoIP.ms' list of sent texts cannot be compared with our own ({}); we try again every few minutes"_key,
         e.why.detail}};
  }
  MaybeTold operator()(const LedgerDoubted& e) const {
    return Told{
        {},
        {"{}: no text goes out until VoIP.ms' lists have shown who was texted"_key, in_words(e.standing)}};
  }
  MaybeTold operator()(const TextsMissing& e) const {
    const std::string number = e.did.number().formatted();
    return Told{e.subject,
                e.known == 1 ? Sentence("VoIP.ms' list does not show {} of {} text that it took from {}"_key,
                                        e.missing, e.known, number)
                             : Sentence("VoIP.ms' list does not show {} of {} texts that it took from {}"_key,
                                        e.missing, e.known, number)};
  }
  MaybeTold operator()(const ClockApart& e) const {
    return Told{{},
                {"{}. Texts follow VoIP.ms' clock until it is right."_key, domain::clock_in_words(e.ahead)}};
  }
  MaybeTold operator()(const ClockTogether&) const {
    return Told{{}, "This computer's clock is right again"_key};
  }
  MaybeTold operator()(const RecordZoneRefused&) const {
    return Told{{}, in_words(domain::StateReason::RecordZone)};
  }
  MaybeTold operator()(const RecordZoneConfirmed&) const {
    return Told{{}, "the dates of VoIP.ms' call records confirm the time zone in the settings"_key};
  }
  MaybeTold operator()(const HealthStored&) const { return std::nullopt; }
  MaybeTold operator()(const PageFailed&) const { return std::nullopt; }
  MaybeTold operator()(const StorageTroubled& e) const {
    return Told{{}, {"The database cannot be written, and nothing is sent until it can: {}"_key, e.detail}};
  }
  MaybeTold operator()(const StorageHealed&) const {
    return Told{{}, "The database can be written again"_key};
  }

 private:
  static domain::Value caller_of(const CallNote& call) {
    if (call.caller.withheld()) return "a withheld number"_key;
    return call.caller.shown();
  }
  domain::ClockTime time_of(const CallNote& call) const {
    return domain::clock_time(zone_.wall_time(call.called_at));
  }
  MaybeTold about(const Subject& subject, const CallNote& call, Sentence outcome) const {
    return Told{subject,
                {"Missed call from {} at {}: {}"_key, caller_of(call), time_of(call), std::move(outcome)}};
  }

  const domain::TimeZone& zone_;
};

}  // namespace

std::optional<LogRow> log_row(const Event& event, base::Instant at, const domain::TimeZone& zone) {
  MaybeTold told = std::visit(Narrator(zone), event);
  if (!told) return std::nullopt;
  return LogRow{{}, told->subject.account_email, told->subject.profile, at, std::move(told->what)};
}

}  // namespace sms_notifier::telemetry
