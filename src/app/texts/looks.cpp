#include "app/texts/looks.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

/// A failed look is not repeated sooner.
constexpr base::Duration retry_gap = std::chrono::seconds{5};
/// getSMS takes at most 92 days (docs/provider/texts.md, "Listing").
constexpr base::Duration days_listed_max = std::chrono::days{85};
/// By this much our clock and the provider's may differ around the midnight on which a list begins.
constexpr base::Duration clock_slack = std::chrono::hours{1};
/// What waits looks again after so long, whatever happens.
constexpr base::Duration waiting_max = std::chrono::hours{1};

/// A row of the hour that comes twice may be of either pass: it counts as of the one that is nearest to a
/// text to the same number that was claimed.
std::vector<domain::SentText> dated_by_claimed(std::vector<domain::SentText> listed,
                                               const std::vector<domain::ClaimedText>& claimed,
                                               const domain::TimeZone& zone) {
  for (domain::SentText& row : listed) {
    const domain::TimeZone::Instants passes = zone.instants(zone.wall_time(row.sent_at));
    if (passes.earlier == passes.later) continue;
    std::optional<base::Duration> nearest;
    for (const domain::ClaimedText& text : claimed) {
      if (row.to != text.text.to) continue;
      for (const base::Instant pass : {passes.earlier, passes.later}) {
        const base::Duration distance = std::chrono::abs(pass - text.sending_at);
        if (nearest && *nearest <= distance) continue;
        nearest = distance;
        row.sent_at = pass;
      }
    }
  }
  return listed;
}

/// How far back a text from this number still counts.
base::Duration cooldown_of(const Roster::Entry& entry, domain::Did did) {
  base::Duration longest{0};
  for (const domain::Profile& profile : entry.profiles) {
    if (profile.rules.did == did) longest = std::max<base::Duration>(longest, profile.rules.cooldown);
  }
  return std::min(longest, days_listed_max);
}

}  // namespace

base::task<std::optional<Look>> Looks::look(Wanted wanted) {
  const domain::Day first_day =
      engine_.ports.zone.day_of(std::min(wanted.reach, engine_.now())) - std::chrono::days{1};
  const List list{wanted.account, wanted.did, wanted.kind};
  State& state = lists_[list];
  Clock& clock = engine_.ports.clock;
  std::unique_ptr<Timer> timer;
  while (!engine_.stopping) {
    if (state.last && state.last->asked >= wanted.since && state.last->first_day <= first_day) {
      const Look look = *state.last;
      if (look.failure) std::rethrow_exception(look.failure);
      co_return look;
    }
    const base::Monotonic now = clock.monotonic();
    if (wanted.until && now >= *wanted.until) break;
    state.reach = std::min(state.reach, wanted.reach);
    if (!state.running) {
      state.running = true;
      engine_.ports.spawner.spawn(run(list));
      continue;
    }
    if (!timer) timer = clock.make_timer();
    state.waiting.insert(timer.get());
    co_await timer->wait_until(wanted.until.value_or(now + waiting_max));
    state.waiting.erase(timer.get());
  }
  co_return std::nullopt;
}

base::task<> Looks::run(List list) {
  State& state = lists_[list];
  Clock& clock = engine_.ports.clock;
  if (state.last && state.last->trouble()) co_await pauses_.until(state.last->asked + retry_gap);
  const Turns::Wish wish{Purpose::Look};
  Turns::Turn turn = co_await engine_.turns.take(std::get<domain::AccountId>(list), wish);
  const base::Instant reach = std::exchange(state.reach, base::Instant::max());
  const base::Instant asked_at = engine_.now();
  const base::Monotonic asked = clock.monotonic();
  Look look;
  try {
    look = co_await read(list, reach, std::move(turn));
  } catch (...) {
    look.failure = std::current_exception();
  }
  look.asked_at = asked_at;
  look.asked = asked;
  state.last = std::move(look);
  state.running = false;
  for (Timer* timer : state.waiting) timer->wake();
}

base::task<Look> Looks::read(List list, base::Instant reach, Turns::Turn turn) {
  const auto [account, did, kind] = list;
  Look look;
  const Roster::Entry* entry = engine_.roster.find(account);
  if (entry == nullptr) {
    look.unread = Trouble{TroubleKind::PasswordUnreadable, "the account is gone"_key};
    co_return look;
  }
  const domain::TimeZone& zone = engine_.ports.zone;
  const base::Instant now = engine_.now();
  look.first_day = zone.day_of(std::min(reach, now - cooldown_of(*entry, did))) - std::chrono::days{1};
  const TextQuery query{kind, did, look.first_day,
                        zone.day_of(std::max(now, engine_.ports.clock.now())) + std::chrono::days{1}};
  const Answer<TextList> listed = co_await list_all_texts(engine_, account, query, now, std::move(turn));

  // Asked after the list was: whatever it shows had been claimed by then.
  const base::Instant begin =
      zone.instants({std::chrono::local_days{look.first_day.time_since_epoch()}}).later;
  std::vector<domain::ClaimedText> claimed = co_await claimed_by(list, begin - clock_slack);
  look.kind_is_used = !claimed.empty();
  if (!listed) {
    look.unread = listed.error();
    co_return look;
  }
  const std::vector<domain::SentText> without_owner = domain::without_owner(listed->sent, claimed);
  if (co_await disprove(list, without_owner)) claimed = co_await claimed_by(list, begin - clock_slack);
  const std::vector<domain::SentText> sent = dated_by_claimed(listed->sent, claimed, zone);
  const domain::ListedSpan span{begin + clock_slack, now - engine_.options.reconcile.listed_within(),
                                now - domain::missing_believed};
  const domain::CrossCheck cross_check = domain::cross_check(sent, claimed, span);
  co_await note(list, *listed, cross_check);
  look.newest = cross_check.newest;
  if (!domain::can_be_relied_on(cross_check)) {
    look.lacking = Trouble{TroubleKind::UnreadableAnswer,
                           {"its list lacks {} of {} texts that are known as sent"_key,
                            cross_check.missing.size(), cross_check.known}};
  }
  co_return look;
}

/// What the ledger has of the list's texts.
base::task<std::vector<domain::ClaimedText>> Looks::claimed_by(const List& list, base::Instant since) {
  const auto [account, did, kind] = list;
  std::vector<domain::ClaimedText> claimed =
      co_await engine_.ports.replies.claimed_texts(account, did, since);
  std::erase_if(claimed, [wanted = kind](const domain::ClaimedText& text) { return text.kind != wanted; });
  co_return claimed;
}

/// Remembers whose ids no answer can have from now on. True when a text counted as sent under one of them.
base::task<bool> Looks::disprove(const List& list, const std::vector<domain::SentText>& rows) {
  const auto [account, did, kind] = list;
  std::map<std::string, base::Monotonic> shown;
  for (const domain::SentText& row : rows) shown.emplace(row.provider_id, engine_.ports.clock.monotonic());
  std::map<std::string, base::Monotonic>& known = lists_[list].without_owner;
  for (auto& [id, first] : shown) {
    const auto earlier = known.find(id);
    if (earlier != known.end()) first = earlier->second;
  }
  known = std::move(shown);
  if (rows.empty()) co_return false;
  const std::vector<OpenReply> disproved =
      co_await engine_.ports.replies.disprove(account, kind, rows, engine_.now());
  for (const OpenReply& reply : disproved)
    engine_.tell(
        TextUncertain{engine_.roster.subject(account, reply.profile), note_of(reply), id_of_another_text()});
  co_return !disproved.empty();
}

bool Looks::showed(domain::AccountId account, domain::MessageKind kind, const std::string& provider_id,
                   base::Monotonic by) const {
  return std::any_of(lists_.begin(), lists_.end(), [&](const auto& entry) {
    const auto& [list, state] = entry;
    if (std::get<domain::AccountId>(list) != account || std::get<domain::MessageKind>(list) != kind)
      return false;
    const auto shown = state.without_owner.find(provider_id);
    return shown != state.without_owner.end() && shown->second <= by;
  });
}

base::task<> Looks::note(const List& list, const TextList& listed, const domain::CrossCheck& cross_check) {
  const auto [account, did, kind] = list;
  const base::Instant now = engine_.now();
  if (!cross_check.newly_missing.empty() || !cross_check.listed_again.empty())
    co_await engine_.ports.replies.note_listed(cross_check.newly_missing, cross_check.listed_again, now);
  if (!cross_check.newly_missing.empty())
    engine_.tell(
        TextsMissing{engine_.roster.subject(account), did, cross_check.missing.size(), cross_check.known});
  std::vector<TextElsewhere> elsewhere;
  for (const domain::SentText& text : cross_check.elsewhere) {
    if (text.to) elsewhere.push_back({*text.to, std::min(text.sent_at, now)});
  }
  if (!elsewhere.empty()) {
    const int news = co_await engine_.ports.callers.note_texts_elsewhere(account, did, elsewhere);
    for (const domain::SentText& text : cross_check.elsewhere) note_elsewhere(account, text);
    if (news > 0) engine_.tell(TextsElsewhere{engine_.roster.subject(account), did, news});
  }
  for (const domain::CrossCheck::Seen& seen : cross_check.seen) {
    if (seen.text.state != domain::ReplyState::Uncertain) {
      engine_.note_seen(seen.text.reply, seen.row, seen.certain);  // its own task acts on it
      continue;
    }
    const Settlement sent{domain::ReplyEvent::Accept, seen.row.provider_id,
                          "found later in VoIP.ms' list of sent texts"_key};
    co_await engine_.ports.replies.settle(seen.text.reply, seen.text.attempt, sent, now);
  }
  co_await words_.note(account, listed.received);
}

/// In the words of one of our own messages it is another installation's: a person writes otherwise.
void Looks::note_elsewhere(domain::AccountId account, const domain::SentText& text) {
  const Roster::Entry* entry = engine_.roster.find(account);
  if (entry == nullptr) return;
  const base::Instant at = std::min(text.sent_at, engine_.now());
  const bool ours = std::any_of(
      entry->profiles.begin(), entry->profiles.end(),
      [&](const domain::Profile& profile) { return domain::same_wording(profile.rules.message, text.body); });
  if (!ours) {
    base::Instant& latest = engine_.texted_by_hand_at[account];
    latest = std::max(latest, at);
    return;
  }
  engine_.health.doubt_strictly(account, {domain::StrictCause::OtherInstallation, at});
}

void Looks::stop() {
  pauses_.end_all();
  for (auto& [list, state] : lists_) {
    for (Timer* timer : state.waiting) timer->wake();
  }
}

}  // namespace sms_notifier::app
