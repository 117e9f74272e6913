#include "app/texts/trust.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration cross_check_interval = std::chrono::hours{1};
constexpr base::Duration cross_check_retry = std::chrono::minutes{5};
/// A number from which others text, too, is watched this long.
constexpr base::Duration elsewhere_remembered = std::chrono::hours{24};
/// getSMS takes at most 92 days (docs/provider/texts.md, "Listing").
constexpr base::Duration days_listed_max = std::chrono::days{85};
/// Texts that the list has lacked for so long are gone from it: the owner deleted them. Longer than
/// reconciling lasts.
constexpr base::Duration missing_believed = std::chrono::hours{2};
/// By this much our clock and the provider's may differ around the midnight on which a list begins.
constexpr base::Duration clock_slack = std::chrono::hours{1};

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

void Trust::doubt(domain::AccountId account) {
  State& state = accounts_[account];
  const base::Duration up_to_date = engine_.options.reconcile.listed_within();
  const base::Monotonic now = engine_.ports.clock.monotonic();
  // The accounts of a start are spread a little.
  const base::Monotonic due = now + up_to_date + engine_.ports.random.below(up_to_date / 4);
  if (!state.doubted_since || due < state.cross_check_due) state.cross_check_due = due;
  state.doubted_since = now;
  state.believed.clear();
}

bool Trust::must_look(domain::AccountId account, domain::Did did) const {
  if (engine_.options.always_look) return true;
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return true;
  const State& state = found->second;
  const base::Instant now = engine_.ports.clock.now();
  return (state.doubted_since && !state.believed.contains(did)) ||
         (state.texted_elsewhere_at && now - *state.texted_elsewhere_at < elsewhere_remembered);
}

std::optional<domain::TextsHeld> Trust::held(domain::AccountId account, domain::Did did) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || !must_look(account, did)) return std::nullopt;
  const auto failing = found->second.looks_fail.find(did);
  if (failing == found->second.looks_fail.end()) return std::nullopt;
  return failing->second;
}

base::task<std::optional<Trouble>> Trust::look(domain::AccountId account, domain::Did did) {
  std::optional<Trouble> trouble = co_await look_at_both(account, did);
  if (engine_.stopping) co_return trouble;  // the questions were ended by our own stop
  auto& looks_fail = accounts_[account].looks_fail;
  if (trouble)
    looks_fail.try_emplace(did, domain::TextsHeld{engine_.ports.clock.now(), trouble->kind, true});
  else
    looks_fail.erase(did);
  co_return trouble;
}

base::task<std::optional<Trouble>> Trust::look_at_both(domain::AccountId account, domain::Did did) {
  for (const domain::MessageKind kind : {domain::MessageKind::Sms, domain::MessageKind::Mms}) {
    const Roster::Entry* entry = engine_.roster.find(account);
    if (entry == nullptr) co_return Trouble{TroubleKind::PasswordUnreadable, "the account is gone"_key};
    const domain::TimeZone& zone = engine_.ports.zone;
    const base::Instant now = engine_.ports.clock.now();
    const domain::Day first_day = zone.day_of(now - cooldown_of(*entry, did)) - std::chrono::days{1};
    const TextQuery query{
        kind, did, std::nullopt, first_day, zone.day_of(now) + std::chrono::days{1}, TextQuery::Which::Both};
    std::optional<Trouble> trouble = co_await look_at(account, query);
    if (trouble) co_return trouble;
  }
  co_return std::nullopt;
}

base::task<std::optional<Trouble>> Trust::look_at(domain::AccountId account, TextQuery query) {
  const base::Instant asked_at = engine_.ports.clock.now();
  const Answer<TextList> list = co_await list_all_texts(engine_, account, query, asked_at);

  // Asked after the list was: whatever it shows had been claimed by then.
  const base::Instant begin =
      engine_.ports.zone.instants({std::chrono::local_days{query.first_day.time_since_epoch()}}).later;
  std::vector<domain::ClaimedText> claimed =
      co_await engine_.ports.replies.claimed_texts(account, *query.did, begin - clock_slack);
  std::erase_if(claimed, [&](const domain::ClaimedText& text) { return text.kind != query.kind; });
  if (!list) {
    // A number that cannot send MMS at all has no list of them.
    const bool no_mms = query.kind == domain::MessageKind::Mms && claimed.empty() &&
                        list.error().kind == TroubleKind::BadRequest;
    if (no_mms) co_return std::nullopt;
    co_return list.error();
  }
  const std::vector<domain::SentText> sent = dated_by_claimed(list->sent, claimed, engine_.ports.zone);
  const domain::ListedSpan span{begin + clock_slack, asked_at - engine_.options.reconcile.listed_within()};
  domain::CrossCheck cross_check = domain::cross_check(sent, claimed, span);
  note_missing(account, *query.did, cross_check);
  co_await note(account, query, *list, cross_check);

  if (domain::can_be_relied_on(cross_check)) co_return std::nullopt;
  co_return Trouble{TroubleKind::UnreadableAnswer,
                    {"its list lacks {} of {} texts that are known as sent"_key, cross_check.missing.size(),
                     cross_check.known}};
}

/// Tells of texts that the list lacks for the first time, and takes those for gone that it has lacked for
/// long.
void Trust::note_missing(domain::AccountId account, domain::Did did, domain::CrossCheck& cross_check) {
  auto& missing_since = accounts_[account].missing_since;
  const base::Monotonic now = engine_.ports.clock.monotonic();
  bool news = false;
  for (const domain::ReplyId reply : cross_check.missing)
    news = missing_since.try_emplace(reply, now).second || news;
  if (news)
    engine_.tell(
        TextsMissing{engine_.roster.subject(account), did, cross_check.missing.size(), cross_check.known});
  cross_check.known -= std::erase_if(cross_check.missing, [&](domain::ReplyId reply) {
    return now - missing_since.at(reply) >= missing_believed;
  });
}

base::task<> Trust::note(domain::AccountId account, const TextQuery& query, const TextList& list,
                         const domain::CrossCheck& cross_check) {
  const base::Instant now = engine_.ports.clock.now();
  std::vector<TextElsewhere> elsewhere;
  for (const domain::SentText& text : cross_check.elsewhere) {
    if (text.to) elsewhere.push_back({*text.to, std::min(text.sent_at, now)});
  }
  if (!elsewhere.empty()) {
    const int news = co_await engine_.ports.callers.note_texts_elsewhere(account, *query.did, elsewhere);
    auto& latest = accounts_[account].texted_elsewhere_at;
    for (const TextElsewhere& text : elsewhere) latest = latest ? std::max(*latest, text.at) : text.at;
    if (news > 0) engine_.tell(TextsElsewhere{engine_.roster.subject(account), *query.did, news});
  }
  for (const domain::CrossCheck::Seen& seen : cross_check.seen) {
    if (seen.text.state != domain::ReplyState::Uncertain) {
      engine_.note_seen(seen.text.reply, seen.row, seen.certain);  // its own task acts on it
      continue;
    }
    const Settlement sent{domain::ReplyEvent::Accept, seen.row.provider_id,
                          "found later in VoIP.ms' list of sent texts"_key, std::nullopt};
    co_await engine_.ports.replies.settle(seen.text.reply, seen.text.attempt, sent, now);
  }
  co_await words_.note(account, list.received);
}

void Trust::cross_check_when_due(domain::AccountId account) {
  State& state = accounts_[account];
  if (state.cross_checking || engine_.ports.clock.monotonic() < state.cross_check_due) return;
  state.cross_checking = true;
  engine_.ports.spawner.spawn(cross_check(account));
}

base::task<> Trust::cross_check(domain::AccountId account) {
  const base::Monotonic started = engine_.ports.clock.monotonic();
  std::set<domain::Did> dids;
  if (const Roster::Entry* entry = engine_.roster.find(account)) {
    for (const domain::Profile& profile : entry->profiles) {
      if (profile.running) dids.insert(profile.rules.did);
    }
  }

  const base::Duration up_to_date = engine_.options.reconcile.listed_within();
  std::optional<Trouble> trouble;
  std::string failure;
  for (const domain::Did did : dids) {
    if (engine_.stopping || !failure.empty()) break;
    try {
      const std::optional<Trouble> of_number = co_await look(account, did);
      State& state = accounts_[account];
      // A doubt that is younger than this cross-check, or than lists are late, needs another one.
      if (!of_number && state.doubted_since && started - *state.doubted_since >= up_to_date)
        state.believed.insert(did);
      if (of_number) trouble = of_number;
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }
  if (!failure.empty()) engine_.storage_failed(failure);

  State& state = accounts_[account];
  if (trouble && !state.cross_check_failed && !engine_.stopping)
    engine_.tell(CrossCheckFailed{engine_.roster.subject(account), *trouble});
  state.cross_check_failed = trouble.has_value();
  const bool good = !trouble && failure.empty() && !engine_.stopping;
  const base::Duration gap = good ? cross_check_interval : cross_check_retry;
  state.cross_check_due = started + gap - engine_.ports.random.below(gap / 20);
  if (state.doubted_since && good) {
    if (started - *state.doubted_since >= up_to_date)
      state.doubted_since.reset();
    else
      state.cross_check_due = *state.doubted_since + up_to_date;
  }
  state.cross_checking = false;
}

}  // namespace sms_notifier::app
