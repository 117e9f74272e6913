#include "app/texts/deliveries.h"

#include <algorithm>
#include <exception>

#include "base/ensure.h"
#include "base/overloaded.h"
#include "domain/backoff.h"
#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

using domain::ReplyEvent;
using domain::ReplyState;
using domain::Sentence;

/// An intent that is older when the first byte could leave is undone instead of used: a machine that slept
/// must not write (docs/reliability.md, "The send protocol"). A connection may take its ten seconds.
constexpr base::Duration claim_to_first_byte_max = std::chrono::seconds{12};
/// Reconciling ends after this many negative waits, whatever the provider answers.
constexpr int give_up_waits = 15;
/// What time it is may turn out to be wrong: a wait for a time of day looks again.
constexpr base::Duration time_believed_for = std::chrono::seconds{10};
/// By this much two readings of our clocks, one after the other, may differ.
constexpr base::Duration readings_apart_max = std::chrono::milliseconds{10};

/// What the ledger is told of an answer.
Settlement settlement_of(const SubmitOutcome& outcome) {
  return std::visit(base::overloaded{
                        [](const Accepted& accepted) {
                          return Settlement{ReplyEvent::Accept, accepted.provider_id, "VoIP.ms took it"_key};
                        },
                        [](const Rejected& rejected) {
                          return Settlement{ReplyEvent::Refuse, {}, rejected.detail};
                        },
                        [](const NotSent& not_sent) {
                          return Settlement{ReplyEvent::NotSent, {}, not_sent.why.detail};
                        },
                        [](const Unconfirmed& unconfirmed) {
                          return Settlement{ReplyEvent::LoseSight, {}, unconfirmed.detail};
                        },
                    },
                    outcome);
}

}  // namespace

void Deliveries::start(OpenReply reply, base::Monotonic reserved_at) {
  const auto [known, is_new] = under_way_.try_emplace(reply.id, UnderWay{reply.profile, reply.orders, {}});
  if (!is_new) {
    if (known->second.orders < reply.orders) engine_.leave_unattended(reply.account);
    return;
  }
  Work work{std::move(reply)};
  work.reserved_at = reserved_at;
  if (work.reply.state == ReplyState::Reserved) words_.look_for(work.reply.account, work.reserved_at);
  engine_.ports.spawner.spawn(deliver(std::move(work)));
}

base::task<> Deliveries::deliver(Work work) {
  Step step = work.reply.state == ReplyState::Unknown ? Step::Reconcile : Step::Claim;
  int failures = 0;
  while (step != Step::End && !engine_.stopping) {
    std::string failure;
    try {
      if (step == Step::Claim) {
        step = co_await send(work);
      } else {
        step = co_await reconcile(work);
      }
      failures = 0;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (failure.empty()) continue;
    engine_.storage_failed(failure);
    co_await pauses_.for_duration(domain::send_backoff.after(++failures));
  }
  engine_.seen_rows.erase(work.reply.id);
  under_way_.erase(work.reply.id);
}

/// What has to be looked at before a claim, all of it at once. Nothing, or why the text must wait.
base::task<std::optional<Trouble>> Deliveries::look_before_claim(Work& work) {
  const OpenReply& reply = work.reply;
  if (!reply.call) co_return std::nullopt;  // a test text
  words_.look_for(reply.account, work.reserved_at);
  const Trust::Wait wait{work.reserved_at, work.look_since};
  const std::optional<Trouble> trouble = co_await trust_.before_text(reply.account, reply.text.from, wait);
  if (trouble) {
    work.look_since = engine_.ports.clock.monotonic();
    co_return trouble;
  }
  // An owner who ordered a text that may be out does not want it held up by a list that cannot be read.
  if (reply.may_be_out) {
    const base::Monotonic since = std::max(work.look_since, work.reserved_at);
    const base::Monotonic until = engine_.ports.clock.monotonic() + domain::mild_hold_max;
    co_await trust_.look(reply.account, reply.text.from, since, until);
  }
  co_await words_.wait(reply.account, work.reserved_at);
  co_return std::nullopt;
}

base::task<Deliveries::Step> Deliveries::send(Work& work) {
  OpenReply& reply = work.reply;
  Clock& clock = engine_.ports.clock;
  co_await pauses_.until(work.waits_until);
  const base::Duration until_ready = reply.not_before - engine_.now();
  if (until_ready > base::Duration::zero()) {
    co_await pauses_.for_duration(std::min(until_ready, time_believed_for));
    co_return engine_.stopping ? Step::End : Step::Claim;
  }
  // What time it is says the next answer; until then the text might be called too old. Accounts of test texts
  // need not be polled.
  if (engine_.clock_unsure() || (reply.call && engine_.clock_unheard())) {
    co_await pauses_.for_duration(std::chrono::seconds{1});
    co_return engine_.stopping ? Step::End : Step::Claim;
  }
  const base::Instant claimable_until = reply.tries().claimable_until();
  if (engine_.now() < claimable_until) {
    const std::optional<Trouble> trouble = co_await look_before_claim(work);
    if (engine_.stopping) co_return Step::End;
    if (trouble) {
      put_off(work, *trouble);
      work.waits_until = clock.monotonic() + domain::send_backoff.first;
      co_return Step::Claim;
    }
  }
  const base::Monotonic looked = clock.monotonic();
  Turns::Wish wish{Purpose::Text, reply.called_at, !reply.call.has_value()};
  wish.until = looked + std::max(claimable_until - engine_.now(), base::Duration::zero());
  Turns::Turn turn = co_await engine_.turns.take(reply.account, wish);
  if (reply.call && clock.monotonic() - looked > look_age_max)
    co_await words_.wait(reply.account, work.reserved_at);
  if (engine_.stopping) co_return Step::End;
  if (shown_by_a_list(reply)) co_return co_await resolve_as_seen(work);
  if (engine_.clock_unsure()) co_return Step::Claim;

  const Roster::Entry* account = engine_.roster.find(reply.account);
  if (account == nullptr) co_return Step::End;
  const Credentials credentials = account->account.credentials;
  // By the provider's time, where it is known: its list dates the text by it.
  const base::Instant claimed_at = engine_.now();
  const base::Instant claimed_at_ours = clock.now();
  const base::Monotonic claim_started = clock.monotonic();
  const bool in_doubt = std::exchange(work.claim_in_doubt, true);
  const ClaimOutcome claim =
      co_await engine_.ports.replies.claim(reply.id, claimed_at, engine_.ports.zone.wall_time(claimed_at));
  work.claim_in_doubt = false;
  engine_.storage_worked();

  if (const auto* unwanted = std::get_if<NoLongerWanted>(&claim)) {
    if (const auto* reason = std::get_if<domain::CancelReason>(&unwanted->why))
      engine_.tell(TextCancelled{subject(reply), note_of(reply), *reason});
    else
      engine_.tell(TextExpired{subject(reply), note_of(reply)});
    co_return Step::End;
  }
  if (std::holds_alternative<NotReserved>(claim)) {
    if (!in_doubt) co_return Step::End;
    // The failed claim became durable all the same. It was not used, but only the provider's list proves
    // that.
    reply.sending_at = claimed_at;
    work.taken_by = {claimed_at, claim_started};
    const SubmitOutcome unused = Unconfirmed{"the database failed while the text was being claimed"_key};
    co_return co_await settle(work, reply.attempts + 1, unused);
  }

  const Claimed& claimed = std::get<Claimed>(claim);
  const int attempt = claimed.attempt;
  reply.attempts = attempt;
  ++reply.maybe_sent;
  reply.text = claimed.text;
  reply.kind = claimed.kind;
  reply.sending_at = claimed_at;
  base::Monotonic left = claim_started;
  // Asked when the connection stands: the machine may have slept since the claim, and a list may have come.
  const auto may_leave = [&] {
    left = clock.monotonic();
    const base::Duration since_claim = std::max(left - claim_started, clock.now() - claimed_at_ours);
    return since_claim < claim_to_first_byte_max && !engine_.stopping && !shown_by_a_list(reply);
  };
  SubmitOutcome outcome =
      co_await engine_.ports.provider.submit(credentials, reply.text, reply.kind, may_leave);
  const auto* accepted = std::get_if<Accepted>(&outcome);
  if (accepted != nullptr && looks_.showed(reply.account, reply.kind, accepted->provider_id, left))
    outcome = Unconfirmed{id_of_another_text(), true};
  turn.answered(outcome);
  const auto* unconfirmed = std::get_if<Unconfirmed>(&outcome);
  const base::Duration longest = engine_.options.reconcile.acceptance_max;
  const bool silent = unconfirmed != nullptr && !unconfirmed->answered;
  const base::Monotonic taken_by = silent ? left + longest : clock.monotonic();
  work.taken_by = {claimed_at + (taken_by - claim_started), taken_by};
  co_return co_await settle(work, attempt, outcome);
}

void Deliveries::put_off(Work& work, const Trouble& why) {
  if (work.put_off_because != why.kind)
    engine_.tell(TextPutOff{subject(work.reply), note_of(work.reply), why});
  work.put_off_because = why.kind;
}

base::task<Deliveries::Step> Deliveries::settle(Work& work, int attempt, SubmitOutcome outcome) {
  OpenReply& reply = work.reply;
  Settlement settlement = settlement_of(outcome);
  reply.state = co_await write_settlement(reply, attempt, std::move(settlement));
  if (reply.state == ReplyState::Unknown && std::holds_alternative<Accepted>(outcome))
    outcome = Unconfirmed{id_of_another_text(), true};

  note_outcome(reply, outcome);
  const base::Monotonic looked_since = std::exchange(work.look_since, engine_.ports.clock.monotonic());
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    engine_.tell(TextSent{subject(reply), note_of(reply), reply.kind, accepted->provider_id, false});
  } else if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
    engine_.tell(TextRejected{subject(reply), note_of(reply), rejected->detail});
  } else if (const auto* not_sent = std::get_if<NotSent>(&outcome)) {
    --reply.maybe_sent;
    put_off(work, not_sent->why);
    if (reply.maybe_sent == 0) work.look_since = looked_since;  // this claim leaves nothing to look for
    // A trouble of the whole account holds all its texts back (Turns); another one this text alone.
    if (domain::concerns_one_text(not_sent->why.kind))
      work.waits_until = engine_.ports.clock.monotonic() + domain::send_backoff.after(attempt);
  } else if (const auto* unconfirmed = std::get_if<Unconfirmed>(&outcome)) {
    engine_.tell(TextUnconfirmed{subject(reply), note_of(reply), unconfirmed->detail});
  }

  if (reply.state == ReplyState::Reserved) co_return Step::Claim;
  if (reply.state == ReplyState::Unknown) co_return Step::Reconcile;
  co_return Step::End;
}

/// What the answer to a text says of those that follow it.
void Deliveries::note_outcome(const OpenReply& reply, const SubmitOutcome& outcome) {
  HealthBook& health = engine_.health;
  const base::Instant now = engine_.ports.clock.now();
  std::optional<domain::TextsHeld>& held = under_way_[reply.id].held;
  if (const auto* not_sent = std::get_if<NotSent>(&outcome)) {
    health.text_put_off(reply.account, not_sent->why, engine_.now());
    if (!held) held = domain::TextsHeld{now, not_sent->why.kind};
    held->trouble = not_sent->why.kind;
    if (not_sent->why.kind == TroubleKind::NoFunds) means_.look_soon(reply.account);
    return;
  }
  held.reset();
  if (std::holds_alternative<Accepted>(outcome)) health.text_accepted(reply.account, reply.profile);
  if (const auto* rejected = std::get_if<Rejected>(&outcome)) {
    health.text_refused(reply.profile, rejected->detail);
    means_.look_soon(reply.account);
  }
}

std::map<domain::ProfileId, domain::TextsHeld> Deliveries::held() const {
  std::map<domain::ProfileId, domain::TextsHeld> longest;
  for (const auto& [id, work] : under_way_) {
    if (!work.held) continue;
    domain::TextsHeld& known = longest.try_emplace(work.profile, *work.held).first->second;
    if (work.held->since < known.since) known = *work.held;
  }
  return longest;
}

base::task<ReplyState> Deliveries::write_settlement(const OpenReply& reply, int attempt,
                                                    Settlement settlement) {
  // What the provider did must reach the ledger, however long the database is away; a process that ends first
  // leaves the reply in `sending`, which the next start reads as unknown.
  for (int failures = 1;; ++failures) {
    std::string failure;
    try {
      const base::Instant now = engine_.now();
      const ReplyState state = co_await engine_.ports.replies.settle(reply.id, attempt, settlement, now);
      engine_.storage_worked();
      co_return state;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    engine_.storage_failed(failure);
    if (engine_.stopping) co_return ReplyState::Sending;
    co_await pauses_.for_duration(domain::send_backoff.after(failures));
  }
}

const SeenRow* Deliveries::seen(const OpenReply& reply) const {
  const auto found = engine_.seen_rows.find(reply.id);
  return found == engine_.seen_rows.end() ? nullptr : &found->second;
}

/// What was proved absent may be listed after all. Where the owner ordered it again, only the text itself
/// counts.
bool Deliveries::shown_by_a_list(const OpenReply& reply) const {
  const SeenRow* row = seen(reply);
  return row != nullptr && (row->certain || !reply.may_be_out);
}

/// Ends the reply by what a list showed: the text itself, or a row that may be it.
base::task<Deliveries::Step> Deliveries::resolve_as_seen(Work& work) {
  const SeenRow seen = engine_.seen_rows.at(work.reply.id);
  engine_.seen_rows.erase(work.reply.id);
  if (seen.certain) {
    const Resolution found{ReplyEvent::Accept, seen.row.provider_id,
                           "found in VoIP.ms' list of sent texts"_key};
    co_return co_await resolve(work, found);
  }
  const domain::ClockTime listed_at = domain::clock_time(engine_.ports.zone.wall_time(seen.row.sent_at));
  const bool same_words = domain::same_wording(work.reply.text.body, seen.row.body);
  const Sentence evidence =
      same_words
          ? Sentence("VoIP.ms lists such a text at another time, {}: do the clocks agree?"_key, listed_at)
          : Sentence("another text to this caller is listed at {}"_key, listed_at);
  const Resolution undecided{ReplyEvent::GiveUp, {}, evidence};
  co_return co_await resolve(work, undecided);
}

base::task<Deliveries::Step> Deliveries::reconcile(Work& work) {
  OpenReply& reply = work.reply;
  base::ensure(reply.sending_at.has_value(), "a reply is unknown although it was never claimed");
  const domain::ReconcileWaits& waits = engine_.options.reconcile;
  Clock& clock = engine_.ports.clock;
  const base::Monotonic first_sight = clock.monotonic();
  const bool claimed_elsewhere = !work.taken_by;
  if (claimed_elsewhere)
    work.taken_by = {engine_.now() + waits.acceptance_max, first_sight + waits.acceptance_max};
  domain::AbsenceEvidence evidence;
  std::optional<base::Monotonic> first_good_look;
  bool proved_once = false;

  for (int n = 0;; ++n) {
    const base::Monotonic provable = work.taken_by->own + waits.negative_wait;
    base::Monotonic due = first_sight + domain::look_delay(n, waits);
    const bool waits_for_proof = clock.monotonic() < provable && provable < due;
    if (waits_for_proof) due = provable + readings_apart_max;
    if (proved_once) due = clock.monotonic();
    co_await pauses_.until(due);
    const Looks::Wanted wanted{reply.account, reply.text.from, reply.kind, due,
                               std::min(*reply.sending_at, reply.called_at)};
    const std::optional<Look> look = co_await looks_.look(wanted);
    if (!look || engine_.stopping) co_return Step::End;

    Sentence answer = "not in VoIP.ms' list of sent texts"_key;
    if (look->unread) {
      answer = Sentence("VoIP.ms did not say what it sent: {}"_key, look->unread->detail);
    } else {
      if (!first_good_look) first_good_look = look->asked;
      ++evidence.looks;
      evidence.between_looks = look->asked - *first_good_look;
    }
    // VoIP.ms may have taken a text of another process so long after its claim, once it is known what time it
    // is.
    if (claimed_elsewhere && engine_.clock_is_right()) {
      const base::Duration left =
          domain::acceptance_left(*reply.sending_at + claim_to_first_byte_max,
                                  engine_.now() - (clock.monotonic() - look->asked), waits);
      work.taken_by->at = std::min(work.taken_by->at, look->asked_at + left);
      work.taken_by->own = std::min(work.taken_by->own, look->asked + left);
    }
    evidence.since_taken = look->asked_at - work.taken_by->at;
    evidence.since_taken_own = look->asked - work.taken_by->own;
    // A list that does not show what is known as sent, before or after this text, proves nothing about it
    // (docs/reliability.md, "Proof of absence").
    evidence.control_seen = !look->lacking && look->newest.shown_after(*reply.sending_at);
    evidence.clocks_agree = !engine_.clock_disagrees();
    const bool late_enough = !look->unread && domain::late_enough(evidence, waits);
    const SeenRow* row = seen(reply);
    if (row != nullptr && (row->certain || late_enough)) {
      const Step step = co_await resolve_as_seen(work);
      if (step != Step::Reconcile) co_return step;
    } else if (!look->unread && domain::proves_absence(evidence, waits)) {
      const Resolution absent{ReplyEvent::ProveAbsent, {}, {"{} after {} looks"_key, answer, evidence.looks}};
      if (proved_once) co_return co_await resolve(work, absent);
      // While that look was under way the text may have come into the list.
      proved_once = true;
      continue;
    } else if (late_enough) {
      answer = evidence.clocks_agree ? "VoIP.ms' list of sent texts is incomplete"_key
                                     : "this computer's clock does not agree with VoIP.ms'"_key;
    }
    proved_once = false;
    if (clock.monotonic() - first_sight >= waits.negative_wait * give_up_waits) {
      const Resolution undecided{ReplyEvent::GiveUp, {}, answer};
      co_return co_await resolve(work, undecided);
    }
  }
}

/// The reply as the ledger has it now; its state, or nothing when it is not open any more.
base::task<std::optional<ReplyState>> Deliveries::read_again(OpenReply& reply) {
  Scope account;
  account.only.emplace().insert(reply.account);
  std::vector<OpenReply> open = co_await engine_.ports.replies.open_replies(account);
  const auto found =
      std::find_if(open.begin(), open.end(), [&](const OpenReply& other) { return other.id == reply.id; });
  if (found == open.end()) co_return std::nullopt;
  reply = std::move(*found);
  under_way_[reply.id].orders = reply.orders;
  co_return reply.state;
}

base::task<> Deliveries::write_resolution(OpenReply& reply, Resolution resolution) {
  // The end of a reply may become durable although the database fails, and the owner may then order it again.
  // So it is written until the ledger has answered; only a proof of absence is not used once it has aged.
  for (int failures = 0;;) {
    std::string failure;
    try {
      if (failures > 0) {
        const std::optional<ReplyState> state = co_await read_again(reply);
        if (state == ReplyState::Unknown && resolution.event == ReplyEvent::ProveAbsent) co_return;
      }
      const base::Instant now = engine_.now();
      reply.state = co_await engine_.ports.replies.resolve(reply.id, resolution, now);
      if (reply.state == ReplyState::Reserved) co_await read_again(reply);
      co_return;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    engine_.storage_failed(failure);
    if (engine_.stopping) co_return;
    co_await pauses_.for_duration(domain::send_backoff.after(++failures));
  }
}

base::task<Deliveries::Step> Deliveries::resolve(Work& work, Resolution resolution) {
  OpenReply& reply = work.reply;
  co_await write_resolution(reply, resolution);
  const bool did_not_go_out =
      resolution.event == ReplyEvent::ProveAbsent && reply.state != ReplyState::Unknown;
  if (did_not_go_out) engine_.health.text_refused(reply.profile, resolution.evidence);
  switch (reply.state) {
    case ReplyState::Sent:
      engine_.health.text_accepted(reply.account, reply.profile);
      engine_.tell(TextSent{subject(reply), note_of(reply), reply.kind, resolution.provider_id, true});
      co_return Step::End;
    case ReplyState::Reserved:
      if (resolution.event == ReplyEvent::ProveAbsent)
        engine_.tell(TextProvedAbsent{subject(reply), note_of(reply)});
      co_return Step::Claim;
    case ReplyState::Uncertain:
      engine_.tell(TextUncertain{subject(reply), note_of(reply), resolution.evidence});
      co_return Step::End;
    case ReplyState::Unknown:
      co_return Step::Reconcile;
    case ReplyState::Sending:
    case ReplyState::Rejected:
    case ReplyState::Cancelled:
    case ReplyState::Expired:
      co_return Step::End;
  }
  co_return Step::End;
}

}  // namespace sms_notifier::app
