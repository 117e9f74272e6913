#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/ports/provider.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/call.h"
#include "domain/decision.h"
#include "domain/ids.h"
#include "domain/reconcile.h"
#include "domain/reply.h"

namespace sms_notifier::app {

/// A call with its decision, ready to be written.
struct DecidedCall {
  domain::Call call;
  domain::ProfileId profile;
  domain::Decision decision;
  base::Instant first_seen_at;

  /// Only for a reply.
  struct ReplyTerms {
    domain::TextMessage text;
    base::Instant not_before;
    base::Instant expires_at;
    std::chrono::seconds cooldown{0};
    std::optional<int> history_size;
    domain::Day budget_day;  ///< the provider's calendar day on which the text counts
    int budget_cap = 0;
  };
  std::optional<ReplyTerms> terms;
};

/// A call as the ledger has it.
struct RecordedCall {
  domain::CallId id;
  domain::Call call;
  domain::ProfileId profile;
};

/// A reply that is not settled for good.
struct OpenReply {
  domain::ReplyId id;
  domain::AccountId account;
  domain::CallId call;
  domain::ProfileId profile;
  domain::TextMessage text;
  domain::MessageKind kind = domain::MessageKind::Sms;
  domain::ReplyState state = domain::ReplyState::Reserved;
  int attempts = 0;    ///< claims so far; numbers the attempts
  int maybe_sent = 0;  ///< claims that may have reached the provider
  base::Instant called_at;
  base::Instant not_before;
  base::Instant expires_at;
  std::optional<base::Instant> sending_at;  ///< when the last attempt was claimed
  int orders = 0;                           ///< times that the owner ordered it
  bool may_be_out = false;                  ///< an earlier text of it was uncertain when it was ordered
};

/// The reply that a decided call reserves (`terms` are there).
OpenReply reserved_reply(domain::ReplyId id, domain::AccountId account, domain::CallId call,
                         const DecidedCall& decided);

/// What became of a decided call.
struct Recorded {
  domain::CallId id;
  domain::Decision decision;       ///< as written: another call may have used up cooldown or budget meanwhile
  std::optional<OpenReply> reply;  ///< the reserved reply
};
/// One of the call's legs is in the ledger already, as part of this call: nothing was written.
struct AlreadyRecorded {
  RecordedCall call;
};
using RecordOutcome = std::variant<Recorded, AlreadyRecorded>;

/// What new legs changed about a recorded call.
enum class ReviseOutcome {
  Recorded,
  ReplyCancelled,     ///< the reserved reply was cancelled: the caller got through
  AnsweredAfterText,  ///< the caller got through, but the text had been claimed already; told once per call
};

/// The intent to send is durable; the text may be submitted now, once.
struct Claimed {
  int attempt;  ///< number of this attempt, from 1
  /// With the profile's message of now, unless an earlier attempt may have sent another.
  domain::TextMessage text;
  domain::MessageKind kind;
};
/// Not ours to send: it is not reserved any more.
struct NotReserved {};
/// It was cancelled or expired instead, in the same transaction; cooldown and budget were given back. A reply
/// whose earlier text may be out is uncertain again, and only what its last order took was given back.
struct NoLongerWanted {
  std::variant<domain::CancelReason, std::monostate> why;  ///< monostate: expired
};
using ClaimOutcome = std::variant<NotReserved, Claimed, NoLongerWanted>;

/// How an attempt ended.
struct Settlement {
  domain::ReplyEvent event;               ///< Accept, Refuse, NotSent or LoseSight
  std::string provider_id;                ///< for Accept
  std::string evidence;                   ///< redacted: phase, HTTP code, status word
  std::optional<base::Instant> retry_at;  ///< for NotSent
};

/// How reconciling ended.
struct Resolution {
  domain::ReplyEvent event;  ///< Accept, ProveAbsent or GiveUp
  std::string provider_id;   ///< for Accept
  std::string evidence;
};

/// The reply is reserved, and whoever watches over the ledger goes on with it.
struct Ordered {
  OpenReply reply;
};
/// Why nothing was ordered; nothing has changed.
enum class OrderRefusal {
  NoSuchCall,
  NotOffered,   ///< the call's text cannot be ordered, or somebody else ordered it a moment ago
  ProfileGone,  ///< deleted, or moved to another account
  ProfileStopped,
  DryRun,
  OptedOut,
  Blocked,
  CapReached,
};
using OrderOutcome = std::variant<OrderRefusal, Ordered>;

/// A text to a caller that somebody else sent from our number.
struct TextElsewhere {
  domain::PhoneNumber to;
  base::Instant at;
};

/// One line of `calls`.
struct CallRecord {
  domain::CallId id;
  domain::ProfileId profile;
  std::string account_email;
  domain::Call call;
  base::Instant first_seen_at;
  domain::Decision decision;

  struct Reply {
    domain::ReplyState state;
    domain::MessageKind kind;
    int attempts = 0;
    std::string provider_id;                    ///< empty: none
    std::optional<base::Instant> requested_at;  ///< when the last attempt was claimed
    std::optional<base::Instant> settled_at;
    std::string evidence;
    int orders = 0;  ///< times that the owner ordered it
  };
  std::optional<Reply> reply;
};

/// Where a page of calls ended.
struct CallPosition {
  base::Instant started_at;
  domain::CallId id;
};

struct CallQuery {
  std::optional<domain::ProfileId> profile;
  std::optional<base::Instant> since;  ///< calls that started then or later
  std::optional<base::Instant> until;  ///< calls that started before
  std::optional<domain::Decision> decision;
  std::optional<domain::ReplyState> state;
  std::string caller;  ///< digits that the caller's number holds; empty: any
  std::optional<domain::CallId> only;
  std::optional<CallPosition> after;  ///< the next page: older calls than this one
  std::size_t limit = 1000;
};

/// Calls of one profile.
struct ProfileTally {
  domain::ProfileId profile;
  int calls = 0;
  int missed = 0;  ///< all but those that were answered
  int texted = 0;  ///< whose text was sent
};

/// Calls that started in one hour of the UTC clock.
struct HourTally {
  base::Instant hour;
  int calls = 0;
  int missed = 0;  ///< all but those that were answered
  int texted = 0;  ///< whose text was sent
};

/// The durable record of calls, decisions and replies. Each call is one transaction, durable when it returns;
/// a call that throws has changed nothing. Callable from any loop; returns on the caller's loop.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Calls with a leg that started at `since` or later, with all their legs.
  virtual base::task<std::vector<RecordedCall>> recent_calls(domain::AccountId account,
                                                             base::Instant since) = 0;

  /// What is known of the callers for texts from this number, in the callers' order. `own_number` is left
  /// false: the caller of this method knows the numbers.
  virtual base::task<std::vector<domain::CallerHistory>> histories(
      domain::AccountId account, domain::Did from, std::vector<domain::PhoneNumber> callers) = 0;
  /// Texts counted on that day.
  virtual base::task<int> texts_counted(domain::AccountId account, domain::Day day) = 0;

  /// Writes calls, decisions and reserved replies. Each call is written whole or not at all. A `reply`
  /// becomes a skip when the cooldown or the budget is used up by now (`recently_texted`, `cap_reached`).
  virtual base::task<std::vector<RecordOutcome>> record(domain::AccountId account,
                                                        std::vector<DecidedCall> calls) = 0;

  /// New or changed legs of a call that is recorded: its decision stays. With `caught_up` its reserved reply,
  /// if any, is cancelled in the same transaction.
  virtual base::task<ReviseOutcome> revise(domain::CallId id, domain::Call call, bool caught_up) = 0;

  /// Makes the intent to send durable: `reserved -> sending` and a new attempt, only if the reply is
  /// reserved, has fewer intents than it is allowed, has not expired, its profile exists, is running, open at
  /// `wall_now` and no dry run, and the caller has not opted out, been blocked, or been texted elsewhere
  /// within the profile's cooldown. Hours do not hold up a reply that was ordered, and of the texts from
  /// elsewhere only those count for it that came after the order.
  virtual base::task<ClaimOutcome> claim(domain::ReplyId id, base::Instant now,
                                         domain::WallTime wall_now) = 0;

  /// Records how that attempt ended, if the reply is still `sending` in that attempt; returns the state the
  /// reply is in afterwards. A late Accept also turns `unknown` or `uncertain` into `sent`; nothing else
  /// changes them.
  virtual base::task<domain::ReplyState> settle(domain::ReplyId id, int attempt, Settlement settlement,
                                                base::Instant now) = 0;

  /// Ends `unknown`; returns the state afterwards. Accept also ends `reserved` after a claim that may have
  /// reached the provider. Accept is refused (state unchanged) when another reply of the account owns the
  /// provider id. ProveAbsent gives `reserved` if another intent is allowed and the reply has not expired,
  /// else `uncertain`.
  virtual base::task<domain::ReplyState> resolve(domain::ReplyId id, Resolution resolution,
                                                 base::Instant now) = 0;

  /// Orders the text of a call for which can_be_ordered() holds, whatever hours and cooldown say. An
  /// uncertain reply keeps its words and is `reserved` once more; a call without a reply gets one with its
  /// profile's message of now, and its decision stays. Caller's cooldown and the day's budget are taken as by
  /// record(). Of two orders for a call at once exactly one is Ordered. Settings::version() grows with it.
  /// The text is claimed before `expires_at`, or never; it counts on `budget_day`.
  virtual base::task<OrderOutcome> order_text(domain::CallId call, base::Instant now,
                                              base::Instant expires_at, domain::Day budget_day,
                                              int budget_cap) = 0;

  /// At start-up: `sending` replies were left by a process that died, so nobody knows: `unknown`. Returns how
  /// many.
  virtual base::task<int> disown_sending() = 0;

  /// Replies in reserved, sending or unknown.
  virtual base::task<std::vector<OpenReply>> open_replies() = 0;

  /// Texts from this number that left or may have left, claimed at `since` or later. Those that were refused,
  /// cancelled or expired in the end are not among them: they do not count for the cooldown either. Test
  /// texts come first: what the list shows is rather one of them than a reply of which nobody knows. After the
  /// replies come the earlier texts of those that were claimed again by order, without a provider id.
  virtual base::task<std::vector<domain::ClaimedText>> claimed_texts(domain::AccountId account,
                                                                     domain::Did from,
                                                                     base::Instant since) = 0;
  /// The provider's list shows texts from this number which did not come from here: they count for the
  /// callers' cooldown from then on. Returns how many of them were news.
  virtual base::task<int> note_texts_elsewhere(domain::AccountId account, domain::Did from,
                                               std::vector<TextElsewhere> texts) = 0;

  /// Newest call first.
  virtual base::task<std::vector<CallRecord>> calls(CallQuery query) = 0;
  /// Hours with calls, oldest first, of one profile or of all.
  virtual base::task<std::vector<HourTally>> tallies(std::optional<domain::ProfileId> profile,
                                                     base::Instant since) = 0;
  /// Calls that started then or later, by profile.
  virtual base::task<std::vector<ProfileTally>> profile_tallies(base::Instant since) = 0;
  /// From the call's start to the text's acceptance, of the last texts sent, at most `limit`, newest first.
  virtual base::task<std::vector<base::Duration>> reply_times(base::Instant since, std::size_t limit) = 0;

  /// A text that somebody sent by hand from the page, to see that texting works: the provider's list will
  /// show it, and claimed_texts() tells of it, so that nobody takes it for a stranger's.
  virtual base::task<> note_test_text(domain::AccountId account, domain::TextMessage text,
                                      base::Instant at) = 0;

  /// Callers who never get a text from any profile of the account.
  virtual base::task<> opt_out(domain::AccountId account, domain::PhoneNumber caller, base::Instant at) = 0;
  virtual base::task<> block(domain::PhoneNumber caller) = 0;
};

}  // namespace sms_notifier::app
