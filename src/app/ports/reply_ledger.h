#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/ports/provider.h"
#include "app/ports/scope.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/late_check.h"
#include "domain/ledger_standing.h"
#include "domain/reconcile.h"
#include "domain/reply.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// A reply that is not settled for good.
struct OpenReply {
  domain::ReplyId id;
  domain::AccountId account;
  std::optional<domain::CallId> call;  ///< none: a test text
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

  domain::Tries tries() const { return {maybe_sent, orders, expires_at}; }
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
  domain::ReplyEvent event;   ///< Accept, Refuse, NotSent or LoseSight
  std::string provider_id;    ///< for Accept
  domain::Sentence evidence;  ///< redacted: phase, HTTP code, status word
};

/// Why an answer that has the id of another reply's text is no answer.
domain::Key id_of_another_text();
/// What an answer proves, once it is known whether another reply of the account has its id: an id that is
/// taken tells nothing about this text.
Settlement proved_by(Settlement answer, bool id_taken);

/// How reconciling ended.
struct Resolution {
  domain::ReplyEvent event;  ///< Accept, ProveAbsent or GiveUp
  std::string provider_id;   ///< for Accept
  domain::Sentence evidence;
};

/// Replies and what became of them. Each method is one transaction, durable when it returns; one that throws
/// has changed nothing. Callable from any loop; returns on the caller's loop.
class ReplyLedger {
 public:
  virtual ~ReplyLedger() = default;

  /// Makes the intent to send durable: `reserved -> sending` and a new attempt, only if
  /// domain::claim_verdict() allows it on the facts of this very moment. What changes one of them meanwhile
  /// (a stop, an edit, an opt-out, a conversation) has either happened before, and is seen, or comes after
  /// the claim.
  virtual base::task<ClaimOutcome> claim(domain::ReplyId id, base::Instant now,
                                         domain::WallTime wall_now) = 0;

  /// Records how that attempt ended, if the reply is still `sending` in that attempt; returns the state the
  /// reply is in afterwards. A late Accept also turns `unknown` or `uncertain` into `sent`; nothing else
  /// changes them. What counts is what the answer proves (proved_by()).
  virtual base::task<domain::ReplyState> settle(domain::ReplyId id, int attempt, Settlement settlement,
                                                base::Instant now) = 0;

  /// Ends `unknown`; returns the state afterwards. Accept and GiveUp also end `reserved` after a claim that
  /// may have reached the provider; GiveUp does not when the owner ordered it, knowing that. Accept is
  /// refused (state unchanged) when another reply of the account owns the provider id. ProveAbsent gives
  /// `reserved` if another intent is allowed and the reply has not expired, else `uncertain`.
  virtual base::task<domain::ReplyState> resolve(domain::ReplyId id, Resolution resolution,
                                                 base::Instant now) = 0;

  /// Whether the ledger has every claim that was made, as it was found when the store was opened, until
  /// adopt().
  virtual base::task<domain::LedgerStanding> standing() = 0;
  /// The doubt that standing() gave has been noted where the next start finds it: from now on the claims of
  /// this ledger count.
  virtual base::task<> adopt() = 0;

  /// At start-up: `sending` replies of these accounts were left by a process that died, so nothing is known
  /// of their texts: `unknown`. Returns how many.
  virtual base::task<int> disown_sending(Scope scope) = 0;

  /// Replies of these accounts in reserved, sending or unknown.
  virtual base::task<std::vector<OpenReply>> open_replies(Scope scope) = 0;

  /// Texts from this number that left or may have left, claimed at `since` or later, test texts among them.
  /// Those that were refused, cancelled or expired in the end are not: they do not count for the cooldown
  /// either. After the replies come the earlier texts of those that were claimed again by order, without a
  /// provider id.
  virtual base::task<std::vector<domain::ClaimedText>> claimed_texts(domain::AccountId account,
                                                                     domain::Did from,
                                                                     base::Instant since) = 0;

  /// `rows` are listed and no text has their ids, as far as the caller knows. A text that counts as sent
  /// under one of them all the same, between other numbers, was answered with the id of another: it is
  /// uncertain, without that id. Gives these.
  virtual base::task<std::vector<OpenReply>> disprove(domain::AccountId account, domain::MessageKind kind,
                                                      std::vector<domain::SentText> rows,
                                                      base::Instant now) = 0;

  /// Texts that the provider's list lacks from now on although they are known as sent, and such that it lists
  /// again.
  virtual base::task<> note_listed(std::vector<domain::ReplyId> newly_missing,
                                   std::vector<domain::ReplyId> listed_again, base::Instant now) = 0;
};

}  // namespace sms_notifier::app
