#include "telemetry/words.h"

#include <string>
#include <variant>

#include "base/overloaded.h"
#include "domain/decision.h"

namespace sms_notifier::telemetry {
namespace {

using namespace app;

struct Sentence {
  Subject subject;
  std::string words;
};
using MaybeSentence = std::optional<Sentence>;

class Narrator {
 public:
  explicit Narrator(const domain::TimeZone& zone) : zone_(zone) {}

  MaybeSentence operator()(const ServiceStarted& e) const {
    return Sentence{
        {}, "The service started: " + count(e.profiles_running, "profile is", "profiles are") + " running"};
  }
  MaybeSentence operator()(const ServiceStopped& e) const {
    std::string words = "The service stopped";
    if (e.replies_left > 0)
      words += "; " + count(e.replies_left, "text is", "texts are") + " left for the next start";
    return Sentence{{}, words};
  }
  MaybeSentence operator()(const ProfileStarted& e) const {
    return Sentence{e.subject, "The profile was started"};
  }
  MaybeSentence operator()(const ProfileStopped& e) const {
    return Sentence{e.subject, "The profile was stopped"};
  }
  MaybeSentence operator()(const PollFinished&) const { return std::nullopt; }
  MaybeSentence operator()(const AccountTroubled& e) const {
    return Sentence{e.subject, "Calls cannot be read: " + std::string(in_words(e.trouble.kind)) + " (" +
                                   e.trouble.detail + ")"};
  }
  MaybeSentence operator()(const AccountHealed& e) const {
    return Sentence{e.subject, "Calls can be read again"};
  }
  MaybeSentence operator()(const RowsUnreadable& e) const {
    return Sentence{e.subject, count(e.rows.size(), "call record", "call records") +
                                   " could not be read and will get no text: " + e.rows.front()};
  }
  MaybeSentence operator()(const RowsOdd& e) const {
    return Sentence{e.subject, "VoIP.ms' call records say something unusual: " + e.what.front()};
  }
  MaybeSentence operator()(const BacklogRecorded& e) const {
    return Sentence{e.subject, count(e.calls, "earlier call was", "earlier calls were") +
                                   " recorded; calls that ended so long ago get no text"};
  }
  MaybeSentence operator()(const CallDecided& e) const {
    const auto* skip = std::get_if<domain::Skip>(&e.decision);
    if (skip == nullptr || e.backlog) return std::nullopt;  // told by the text, or with the others
    return about(e.subject, e.call, "no text, " + std::string(domain::in_words(skip->reason)),
                 skip->reason == domain::SkipReason::Answered);
  }
  MaybeSentence operator()(const TextSent& e) const {
    return about(e.subject, e.call,
                 e.reconciled ? "text sent (found in VoIP.ms' list of sent texts)" : "text sent");
  }
  MaybeSentence operator()(const TextRejected& e) const {
    return about(e.subject, e.call, "VoIP.ms refused the text (" + e.detail + "), nothing was sent");
  }
  MaybeSentence operator()(const TextPutOff& e) const {
    return about(e.subject, e.call,
                 "the text has to wait, " + std::string(in_words(e.why.kind)) + " (" + e.why.detail + ")");
  }
  MaybeSentence operator()(const TextUnconfirmed& e) const {
    return about(e.subject, e.call,
                 "we could not confirm that the text was sent (" + e.detail +
                     "); VoIP.ms' list of sent texts will tell");
  }
  MaybeSentence operator()(const TextUncertain& e) const {
    return about(e.subject, e.call,
                 "we could not confirm that the text was sent (" + e.evidence +
                     "); it is not sent again automatically");
  }
  MaybeSentence operator()(const TextProvedAbsent& e) const {
    return about(e.subject, e.call, "the text was not sent; it is tried once more");
  }
  MaybeSentence operator()(const TextCancelled& e) const {
    return about(e.subject, e.call, "no text, " + std::string(domain::in_words(e.reason)));
  }
  MaybeSentence operator()(const TextExpired& e) const {
    return about(e.subject, e.call, "no text, it could not be sent in time");
  }
  MaybeSentence operator()(const AnsweredAfterText& e) const {
    return about(e.subject, e.call, "the caller got through while the text was being sent");
  }
  MaybeSentence operator()(const CallerOptedOut& e) const {
    return Sentence{e.subject,
                    e.caller.formatted() + " asked by text not to be texted, and gets no more texts"};
  }
  MaybeSentence operator()(const CallerOptedIn& e) const {
    return Sentence{e.subject, e.caller.formatted() + " asked by text to be texted again"};
  }
  MaybeSentence operator()(const TextsElsewhere& e) const {
    return Sentence{e.subject,
                    "VoIP.ms lists " + count(static_cast<std::size_t>(e.texts), "text", "texts") + " from " +
                        e.did.number().formatted() + (e.texts == 1 ? " that was" : " that were") +
                        " not sent from here: another installation or a person is texting too. From now on "
                        "its list is checked before each text"};
  }
  MaybeSentence operator()(const CrossCheckFailed& e) const {
    return Sentence{e.subject, "VoIP.ms' list of sent texts cannot be compared with our own (" +
                                   e.why.detail + "); we try again every few minutes"};
  }
  MaybeSentence operator()(const TextsMissing& e) const {
    return Sentence{e.subject, "VoIP.ms' list does not show " + std::to_string(e.missing) + " of " +
                                   count(e.known, "text", "texts") + " that it took from " +
                                   e.did.number().formatted()};
  }
  MaybeSentence operator()(const HealthStored&) const { return std::nullopt; }
  MaybeSentence operator()(const PageFailed&) const { return std::nullopt; }
  MaybeSentence operator()(const StorageTroubled& e) const {
    return Sentence{{}, "The database cannot be written, and nothing is sent until it can: " + e.detail};
  }
  MaybeSentence operator()(const StorageHealed&) const {
    return Sentence{{}, "The database can be written again"};
  }

 private:
  static std::string count(std::size_t n, const char* one, const char* many) {
    return std::to_string(n) + " " + (n == 1 ? one : many);
  }
  MaybeSentence about(const Subject& subject, const CallNote& call, const std::string& outcome,
                      bool answered = false) const {
    const std::string caller = call.caller.withheld() ? "a withheld number" : call.caller.shown();
    return Sentence{subject, std::string(answered ? "Call" : "Missed call") + " from " + caller + " at " +
                                 domain::clock_face(zone_.wall_time(call.called_at)) + ": " + outcome};
  }

  const domain::TimeZone& zone_;
};

}  // namespace

std::optional<LogRow> log_row(const Event& event, base::Instant at, const domain::TimeZone& zone) {
  MaybeSentence sentence = std::visit(Narrator(zone), event);
  if (!sentence) return std::nullopt;
  return LogRow{
      {}, sentence->subject.account_email, sentence->subject.profile, at, std::move(sentence->words)};
}

}  // namespace sms_notifier::telemetry
