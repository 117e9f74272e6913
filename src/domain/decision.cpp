#include "domain/decision.h"

#include <algorithm>
#include <array>

#include "base/overloaded.h"
#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

struct Reason {
  SkipReason reason;
  std::string_view code;
  Key words;
};

constexpr std::array<Reason, 14> reasons{{
    {SkipReason::Answered, "answered", "the call was answered"_key},
    {SkipReason::OtherDid, "other_did", "the call came to a number that no running profile answers"_key},
    {SkipReason::NoCallerNumber, "no_caller_number", "the caller's number is withheld"_key},
    {SkipReason::OwnNumber, "own_number", "the caller is one of your own numbers"_key},
    {SkipReason::TooOld, "too_old", "the call was too old to answer when VoIP.ms listed it"_key},
    {SkipReason::Blocked, "blocked", "the caller is on your block list"_key},
    {SkipReason::OptedOut, "opted_out", "the caller asked not to be texted"_key},
    {SkipReason::RecentlyTexted, "recently_texted", "the caller got a text from you recently"_key},
    {SkipReason::Closed, "closed", "the call came outside your hours"_key},
    {SkipReason::GotThrough, "got_through", "you and the caller have spoken since"_key},
    {SkipReason::NotTextable, "not_textable", "the caller's number cannot receive texts"_key},
    {SkipReason::CapReached, "cap_reached", "today's limit of texts is reached"_key},
    {SkipReason::NoMessage, "no_message", "the profile's message is empty"_key},
    {SkipReason::DryRun, "dry_run", "the profile is in test mode: nothing is sent"_key},
}};

const Reason& entry(SkipReason reason) {
  return reasons[static_cast<std::size_t>(reason)];
}

}  // namespace

std::string_view to_code(SkipReason reason) {
  return entry(reason).code;
}

std::optional<SkipReason> skip_reason_from_code(std::string_view code) {
  const auto found =
      std::find_if(reasons.begin(), reasons.end(), [&](const Reason& r) { return r.code == code; });
  if (found == reasons.end()) return std::nullopt;
  return found->reason;
}

std::string_view to_code(const Decision& decision) {
  return std::visit(base::overloaded{[](ReplyToCall) { return std::string_view("reply"); },
                                     [](Skip skip) { return to_code(skip.reason); }},
                    decision);
}

std::optional<Decision> decision_from_code(std::string_view code) {
  if (code == "reply") return ReplyToCall{};
  const auto reason = skip_reason_from_code(code);
  if (!reason) return std::nullopt;
  return Skip{*reason};
}

std::vector<Decision> all_decisions() {
  std::vector<Decision> all{ReplyToCall{}};
  for (const Reason& reason : reasons) all.push_back(Skip{reason.reason});
  return all;
}

Key in_words(SkipReason reason) {
  return entry(reason).words;
}

Key in_words(const Decision& decision) {
  return std::visit(base::overloaded{[](ReplyToCall) { return "missed call: the caller gets a text"_key; },
                                     [](Skip skip) { return in_words(skip.reason); }},
                    decision);
}

bool is_fresh(base::Instant called_at, const Moment& moment) {
  return moment.now - called_at <= moment.age_max;
}

base::Instant texts_count_since(base::Instant now, std::chrono::seconds cooldown, base::Instant day_began) {
  const base::Instant since = now - cooldown;
  return cooldown < std::chrono::days{1} ? since : std::min(since, day_began);
}

base::Instant day_began_at_the_earliest(base::Instant now, WallTime wall_now) {
  constexpr base::Duration clocks_go_back_by = std::chrono::hours{1};
  const auto time_of_day = wall_now.time - std::chrono::floor<std::chrono::days>(wall_now.time);
  return now - time_of_day - clocks_go_back_by;
}

bool in_cooldown(const CallerHistory& history, base::Instant texts_count_since,
                 std::optional<int> history_size) {
  if (!history.last_texted_at || *history.last_texted_at <= texts_count_since) return false;
  return !history_size || history.callers_since < *history_size;
}

bool got_through(const Call& call, const CallerHistory& history) {
  return history.spoke_until && *history.spoke_until > call.last_tried_at();
}

Decision decide(const Call& call, const ProfileRules& rules, const CallerHistory& history,
                const DayBudget& budget, const Moment& moment) {
  if (call.answered_for() > rules.call_duration) return Skip{SkipReason::Answered};
  if (rules.limit_to_one_did && call.did != rules.did) return Skip{SkipReason::OtherDid};
  if (call.caller.digits().empty()) return Skip{SkipReason::NoCallerNumber};
  if (history.own_number || call.caller.number == call.did.number()) return Skip{SkipReason::OwnNumber};
  if (!is_fresh(call.last_tried_at(), moment)) return Skip{SkipReason::TooOld};
  if (history.blocked) return Skip{SkipReason::Blocked};
  if (history.opted_out) return Skip{SkipReason::OptedOut};
  const base::Instant since = texts_count_since(moment.now, rules.cooldown, moment.day_began);
  if (in_cooldown(history, since, rules.history_size)) return Skip{SkipReason::RecentlyTexted};
  if (rules.hours && !rules.hours->open_at(moment.wall_now)) return Skip{SkipReason::Closed};
  if (got_through(call, history)) return Skip{SkipReason::GotThrough};
  if (!can_be_texted(call.caller)) return Skip{SkipReason::NotTextable};
  if (budget.used >= budget.cap) return Skip{SkipReason::CapReached};
  if (trimmed(rules.message).empty()) return Skip{SkipReason::NoMessage};
  if (rules.dry_run) return Skip{SkipReason::DryRun};
  return ReplyToCall{};
}

const Profile* choose_profile(std::span<const Profile> profiles, Did called) {
  const Profile* unlimited = nullptr;
  const Profile* oldest = nullptr;
  for (const Profile& profile : profiles) {
    if (!profile.running) continue;
    if (profile.rules.did == called) return &profile;
    if (oldest == nullptr) oldest = &profile;
    if (unlimited == nullptr && !profile.rules.limit_to_one_did) unlimited = &profile;
  }
  return unlimited != nullptr ? unlimited : oldest;
}

}  // namespace sms_notifier::domain
