#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/ports/provider.h"
#include "base/time.h"
#include "domain/call.h"
#include "domain/decision.h"
#include "domain/ids.h"
#include "domain/ledger_standing.h"
#include "domain/profile_state.h"
#include "domain/reply.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// Which account, and which profile where one is concerned.
struct Subject {
  domain::AccountId account;
  std::string account_email;  ///< as people know the account; empty when it is gone
  std::optional<domain::ProfileId> profile;
};

/// The call that an event is about; of a test text, the phone that it goes to.
struct CallNote {
  std::optional<domain::CallId> id;  ///< none: a test text
  domain::CallerId caller;
  domain::Did did;
  base::Instant called_at;
};

struct ServiceStarted {
  std::size_t profiles_running;
};
struct ServiceStopped {
  std::size_t replies_left;  ///< open replies that the next start goes on with
};
struct ProfileStarted {
  Subject subject;
};
struct ProfileStopped {
  Subject subject;
};

/// A poll came back well. For metrics and tests; too frequent for the log.
struct PollFinished {
  Subject subject;
  base::Duration took;
  std::size_t rows_listed;
  std::size_t rows_new;
  std::optional<base::Duration> clock_ahead;  ///< of our clock before the provider's; none: not told
};
/// Polls of the account began to fail, or fail for another reason than before.
struct AccountTroubled {
  Subject subject;
  Trouble trouble;
};
struct AccountHealed {
  Subject subject;
};
/// Profiles of an account became Not texting, or run again.
struct TextingTurned {
  Subject subject;                            ///< with the profile when it is only one
  std::vector<domain::Did> numbers;           ///< of the profiles
  std::optional<domain::StateReason> reason;  ///< why they are not texting; none: they run again
  domain::Sentence why;                       ///< the same in words, with the provider's
};
/// What the states of profiles follow from has changed, and is stored. For open pages; too frequent for the
/// log.
struct HealthStored {};
struct RowsUnreadable {
  Subject subject;
  std::vector<domain::Sentence> rows;
};
/// Rows say something that we do not know, or nothing where something should be; they were read all the same.
/// Told once per sentence.
struct RowsOdd {
  Subject subject;
  std::vector<domain::Sentence> what;
};
/// Calls that were over long before they could be seen: recorded, told in one sentence.
struct BacklogRecorded {
  Subject subject;
  std::size_t calls;
};
struct CallDecided {
  Subject subject;
  CallNote call;
  domain::Decision decision;
  bool backlog = false;  ///< one of many late calls, which BacklogRecorded tells in one sentence
};

struct TextSent {
  Subject subject;
  CallNote call;
  domain::MessageKind kind;
  std::string provider_id;
  bool reconciled;  ///< found in the provider's own list
};
struct TextRejected {
  Subject subject;
  CallNote call;
  domain::Sentence detail;
};
struct TextPutOff {
  Subject subject;
  CallNote call;
  Trouble why;
};
struct TextUnconfirmed {
  Subject subject;
  CallNote call;
  domain::Sentence detail;
};
struct TextUncertain {
  Subject subject;
  CallNote call;
  domain::Sentence evidence;
};
/// Proved absent: it will be sent once more.
struct TextProvedAbsent {
  Subject subject;
  CallNote call;
};
struct TextCancelled {
  Subject subject;
  CallNote call;
  domain::CancelReason reason;
};
struct TextExpired {
  Subject subject;
  CallNote call;
};
/// The caller got through after the text was on its way.
struct AnsweredAfterText {
  Subject subject;
  CallNote call;
};

/// A caller wrote that no more texts are wanted, or took that back.
struct CallerOptedOut {
  Subject subject;
  domain::PhoneNumber caller;
};
struct CallerOptedIn {
  Subject subject;
  domain::PhoneNumber caller;
};

/// The provider's list shows texts from our number that did not come from here.
struct TextsElsewhere {
  Subject subject;
  domain::Did did;
  int texts;  ///< that were not known before
};
/// The ledger may lack texts that went out: no text goes until the provider's lists have shown them.
struct LedgerDoubted {
  domain::LedgerStanding standing;
};
/// The provider's list of texts cannot be held against the ledger; said once until it can.
struct CrossCheckFailed {
  Subject subject;
  Trouble why;
};
/// The provider's list lacks texts that are known as sent.
struct TextsMissing {
  Subject subject;
  domain::Did did;
  std::size_t missing;
  std::size_t known;
};

/// Our clock and the provider's differ by more than they may, or by another time than was told.
struct ClockApart {
  base::Duration ahead;  ///< of ours; less than 0: it is behind
};
/// They agree again.
struct ClockTogether {};

/// The dates of call records do not confirm the zone of the settings: no call is decided.
struct RecordZoneRefused {};
/// They do.
struct RecordZoneConfirmed {};

/// A page or a call of the API could not be answered.
struct PageFailed {
  std::string path;
  std::string detail;
};

struct StorageTroubled {
  std::string detail;
};
struct StorageHealed {};

using Event = std::variant<ServiceStarted, ServiceStopped, ProfileStarted, ProfileStopped, PollFinished,
                           AccountTroubled, AccountHealed, TextingTurned, HealthStored, RowsUnreadable,
                           RowsOdd, BacklogRecorded, CallDecided, TextSent, TextRejected, TextPutOff,
                           TextUnconfirmed, TextUncertain, TextProvedAbsent, TextCancelled, TextExpired,
                           AnsweredAfterText, CallerOptedOut, CallerOptedIn, TextsElsewhere, LedgerDoubted,
                           CrossCheckFailed, TextsMissing, ClockApart, ClockTogether, RecordZoneRefused,
                           RecordZoneConfirmed, PageFailed, StorageTroubled, StorageHealed>;

/// Told of everything that happens, on the loop where it happens. Must not throw and must not wait.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on(const Event& event, base::Instant at) noexcept = 0;
};

}  // namespace sms_notifier::app
