#include "domain/profile_state.h"

#include <algorithm>

#include "domain/doubt.h"
#include "domain/provider_clock.h"
#include "domain/sentences.h"

namespace sms_notifier::domain {
namespace {

/// A poll that fails, or that the provider takes long to answer, is no reason yet to trouble the owner.
constexpr base::Duration moment = std::chrono::minutes{1};

struct Reason {
  StateReason reason;
  std::optional<TroubleKind> trouble;  ///< whose code and words are meant
  std::string_view code;
  Key words;
};

constexpr auto reasons = std::to_array<Reason>({
    {StateReason::Unreachable, TroubleKind::Unreachable, {}, {}},
    {StateReason::UnreadableAnswer, TroubleKind::UnreadableAnswer, {}, {}},
    {StateReason::WrongCredentials, TroubleKind::WrongCredentials, {}, {}},
    {StateReason::PasswordUnreadable, TroubleKind::PasswordUnreadable, {}, {}},
    {StateReason::ApiDisabled, TroubleKind::ApiDisabled, {}, {}},
    {StateReason::AddressRefused, TroubleKind::AddressRefused, {}, {}},
    {StateReason::TooManyRequests, TroubleKind::TooManyRequests, {}, {}},
    {StateReason::Maintenance, TroubleKind::Maintenance, {}, {}},
    {StateReason::DailyLimit, TroubleKind::DailyLimit, {}, {}},
    {StateReason::NoFunds, TroubleKind::NoFunds, {}, {}},
    {StateReason::HeldUp, TroubleKind::HeldUp, {}, {}},
    {StateReason::BadRequest, TroubleKind::BadRequest, {}, {}},

    {StateReason::Starting, std::nullopt, "starting", "it has just been started"_key},
    {StateReason::Slow, std::nullopt, "slow", "VoIP.ms takes long to answer"_key},
    {StateReason::Silent, std::nullopt, "silent",
     "nothing has been read from VoIP.ms for more than a "
     "minute"_key},
    {StateReason::SmsOff, std::nullopt, "sms_off",
     "SMS is switched off: enable it in the portal under DID Numbers > Manage DIDs > edit > Message Service "
     "(SMS)"_key},
    {StateReason::SmsNotOffered, std::nullopt, "sms_not_offered",
     "VoIP.ms offers no SMS for this number: choose another one by editing the profile"_key},
    {StateReason::NumberGone, std::nullopt, "number_gone",
     "this number is not one of the account's: correct it by editing the profile"_key},
    {StateReason::TextsRefused, std::nullopt, "texts_refused",
     "VoIP.ms refused or lost the last two texts: send a test text to find out whether it takes them again"_key},
    {StateReason::ListUnreadable, std::nullopt, "list_unreadable",
     "texts are held back while VoIP.ms' list of sent texts cannot be read: it is tried again by itself"_key},
    {StateReason::ListUnread, std::nullopt, "list_unread",
     "VoIP.ms' list of sent texts cannot be read: texts go all the same, some of them up to 40 seconds "
     "later; "
     "it is tried again by itself"_key},
    {StateReason::LedgerDoubted, std::nullopt, "ledger_doubted",
     "texts are held back: the database is an earlier one or another installation's, so VoIP.ms' list of "
     "sent "
     "texts must first show who was texted, which takes about seven minutes"_key},
    {StateReason::CapReached, std::nullopt, "cap_reached",
     "today's limit of texts is reached: texts go out again tomorrow, or with a higher limits.texts_per_day"_key},
    {StateReason::DatabaseTroubled, std::nullopt, "database",
     "the database cannot be written, so nothing is sent: is the disk full?"_key},
    {StateReason::RecordZone, std::nullopt, "record_zone",
     "the dates of VoIP.ms' call records do not confirm the time zone in the settings, so nothing is "
     "decided: "
     "remove voipms.timezone_name from the configuration"_key},
});
static_assert(reasons.size() == state_reasons.size());

const Reason& entry(StateReason reason) {
  return *std::ranges::find(reasons, reason, &Reason::reason);
}

StateReason reason_of(TroubleKind kind) {
  return std::ranges::find(reasons, std::optional(kind), &Reason::trouble)->reason;
}

ProfileState not_texting(StateReason reason) {
  return {StateKind::NotTexting, reason, std::nullopt};
}
ProfileState waiting(StateReason reason) {
  return {StateKind::Waiting, reason, std::nullopt};
}

/// What keeps the account's calls from being read.
std::optional<ProfileState> watch_trouble(const StateFacts& facts) {
  if (facts.poll_trouble && needs_owner(*facts.poll_trouble))
    return not_texting(reason_of(*facts.poll_trouble));
  if (!facts.watched_since) return waiting(StateReason::Starting);

  const bool polled = facts.last_good_poll && *facts.last_good_poll >= *facts.watched_since;
  const base::Instant heard = polled ? *facts.last_good_poll : *facts.watched_since;
  const base::Duration silence = facts.now - heard;
  const bool fresh = silence <= 2 * facts.poll_interval + health_saved_within;
  if (polled && fresh && !facts.poll_trouble) {
    if (!facts.polled_since_run) return waiting(StateReason::Starting);
    return std::nullopt;
  }

  const bool long_ago = silence > facts.poll_interval + moment;
  if (facts.poll_trouble) {
    const StateReason reason = reason_of(*facts.poll_trouble);
    return long_ago ? not_texting(reason) : waiting(reason);
  }
  if (long_ago) return not_texting(StateReason::Silent);
  return waiting(polled ? StateReason::Slow : StateReason::Starting);
}

/// What keeps texts from going out until the owner does something about it.
std::optional<StateReason> lasting_obstacle(const StateFacts& facts) {
  if (facts.balance && *facts.balance < sms_price) return StateReason::NoFunds;
  if (facts.send_trouble && needs_owner(facts.send_trouble->kind)) return reason_of(facts.send_trouble->kind);
  switch (facts.number) {
    case NumberAbility::Unknown:
    case NumberAbility::CanText:
      break;
    case NumberAbility::SmsOff:
      return StateReason::SmsOff;
    case NumberAbility::SmsNotOffered:
      return StateReason::SmsNotOffered;
    case NumberAbility::NotListed:
      return StateReason::NumberGone;
  }
  if (facts.refused_in_row >= refused_in_row_max) return StateReason::TextsRefused;
  return std::nullopt;
}

/// A clock that went back does not say how long it was: then it counts as long.
base::Duration held_for(const StateFacts& facts) {
  const base::Duration lasted = facts.now - facts.held->since;
  return lasted < -clocks_apart_max ? base::Duration::max() : lasted;
}

/// What keeps texts from going out and ends by itself.
std::optional<StateReason> passing_obstacle(const StateFacts& facts) {
  if (facts.budget.used >= facts.budget.cap) return StateReason::CapReached;
  if (facts.send_trouble && facts.send_trouble_today) return reason_of(facts.send_trouble->kind);
  if (!facts.held) return std::nullopt;
  const bool for_long = held_for(facts) >= moment;
  switch (facts.held->by) {
    case HeldBy::Ledger:
      return StateReason::LedgerDoubted;
    case HeldBy::Provider:
      if (for_long) return reason_of(facts.held->trouble);
      break;
    case HeldBy::List:
      if (for_long) return StateReason::ListUnreadable;
      break;
    case HeldBy::ListForAMoment:
      break;
  }
  return std::nullopt;
}

/// Texts go, and the owner should know that what keeps callers from a second one is not looked at.
bool list_is_unread(const StateFacts& facts) {
  return facts.held && facts.held->by == HeldBy::ListForAMoment && held_for(facts) > list_read_again_after;
}

}  // namespace

ProfileState profile_state(const StateFacts& facts) {
  if (!facts.running) return {StateKind::Stopped, std::nullopt, std::nullopt};
  if (!facts.database_works) return not_texting(StateReason::DatabaseTroubled);
  if (!facts.record_zone_holds) return not_texting(StateReason::RecordZone);
  if (const auto blind = watch_trouble(facts)) return *blind;
  if (facts.dry_run) return {StateKind::TestMode, std::nullopt, std::nullopt};
  if (const auto reason = lasting_obstacle(facts)) return not_texting(*reason);
  if (facts.hours && !facts.hours->open_at(facts.wall_now))
    return {StateKind::Closed, std::nullopt, facts.hours->opens_after(facts.wall_now)};
  if (const auto reason = passing_obstacle(facts)) return not_texting(*reason);
  if (list_is_unread(facts)) return waiting(StateReason::ListUnread);
  return {StateKind::Running, std::nullopt, std::nullopt};
}

std::string_view to_code(StateKind kind) {
  switch (kind) {
    case StateKind::Running:
      return "running";
    case StateKind::NotTexting:
      return "not_texting";
    case StateKind::Waiting:
      return "waiting";
    case StateKind::TestMode:
      return "test_mode";
    case StateKind::Closed:
      return "closed";
    case StateKind::Stopped:
      return "stopped";
  }
  return "";
}

Key in_words(StateKind kind) {
  switch (kind) {
    case StateKind::Running:
      return "Running"_key;
    case StateKind::NotTexting:
      return "Not texting"_key;
    case StateKind::Waiting:
      return "Waiting"_key;
    case StateKind::TestMode:
      return "Test mode"_key;
    case StateKind::Closed:
      return "Closed"_key;
    case StateKind::Stopped:
      return "Stopped"_key;
  }
  return {};
}

std::string_view to_code(StateReason reason) {
  const Reason& found = entry(reason);
  return found.trouble ? to_code(*found.trouble) : found.code;
}

Key in_words(StateReason reason) {
  const Reason& found = entry(reason);
  return found.trouble ? in_words(*found.trouble) : found.words;
}

namespace {

struct AbilityCode {
  NumberAbility ability;
  std::string_view code;
};
constexpr auto ability_codes = std::to_array<AbilityCode>({
    {NumberAbility::Unknown, ""},
    {NumberAbility::CanText, "can_text"},
    {NumberAbility::SmsOff, "sms_off"},
    {NumberAbility::SmsNotOffered, "sms_not_offered"},
    {NumberAbility::NotListed, "not_listed"},
});

}  // namespace

std::string_view to_code(HeldBy by) {
  switch (by) {
    case HeldBy::Provider:
      return "";
    case HeldBy::List:
      return "list";
    case HeldBy::Ledger:
      return "ledger";
    case HeldBy::ListForAMoment:
      return "list_for_a_moment";
  }
  return "";
}

std::optional<HeldBy> held_by_from_code(std::string_view code) {
  for (const HeldBy by : {HeldBy::Provider, HeldBy::List, HeldBy::Ledger, HeldBy::ListForAMoment}) {
    if (to_code(by) == code) return by;
  }
  return std::nullopt;
}

std::string_view to_code(NumberAbility ability) {
  return std::ranges::find(ability_codes, ability, &AbilityCode::ability)->code;
}

std::optional<NumberAbility> number_ability_from_code(std::string_view code) {
  const auto found = std::ranges::find(ability_codes, code, &AbilityCode::code);
  if (found == ability_codes.end()) return std::nullopt;
  return found->ability;
}

}  // namespace sms_notifier::domain
