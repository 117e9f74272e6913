#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "domain/decision.h"
#include "domain/dollars.h"
#include "domain/opening_hours.h"
#include "domain/trouble.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// What a profile does now, as pages, API, command line, metrics and readiness show it.
enum class StateKind {
  Running,     ///< its calls are read, and as far as is known a caller can be texted now
  NotTexting,  ///< it ought to text, and cannot
  Waiting,     ///< it has just been started, or the provider has not answered for a moment
  TestMode,    ///< decides and records, sends nothing
  Closed,      ///< outside its hours
  Stopped,
};
inline constexpr std::array state_kinds{StateKind::Running,  StateKind::NotTexting, StateKind::Waiting,
                                        StateKind::TestMode, StateKind::Closed,     StateKind::Stopped};

/// Why a profile is not texting or waits.
enum class StateReason {
  // The account's calls cannot be read, or its texts cannot be sent: one for each kind of trouble.
  Unreachable,
  UnreadableAnswer,
  WrongCredentials,
  PasswordUnreadable,
  ApiDisabled,
  AddressRefused,
  TooManyRequests,
  Maintenance,
  DailyLimit,
  NoFunds,
  HeldUp,
  BadRequest,

  Starting,        ///< no look at the calls has gone well since it was started
  Slow,            ///< the last look that went well is older than two intervals
  Silent,          ///< nothing was read for longer than a moment, and no trouble is known
  SmsOff,          ///< the owner has not switched texts on for the number
  SmsNotOffered,   ///< the number cannot text at all
  NumberGone,      ///< not one of the account's numbers
  TextsRefused,    ///< the last two texts were refused, or proved not to have gone out
  ListUnreadable,  ///< texts are held back because the list of sent texts cannot be looked at
  ListUnread,      ///< that list has not been read for a while; texts go all the same
  LedgerDoubted,   ///< texts are held back because the database is an earlier one, or another's
  CapReached,      ///< our own limit of texts for today
  DatabaseTroubled,
  RecordZone,  ///< the dates of the call records do not confirm the zone of the settings
};
inline constexpr std::array state_reasons{StateReason::Unreachable,      StateReason::UnreadableAnswer,
                                          StateReason::WrongCredentials, StateReason::PasswordUnreadable,
                                          StateReason::ApiDisabled,      StateReason::AddressRefused,
                                          StateReason::TooManyRequests,  StateReason::Maintenance,
                                          StateReason::DailyLimit,       StateReason::NoFunds,
                                          StateReason::HeldUp,           StateReason::BadRequest,
                                          StateReason::Starting,         StateReason::Slow,
                                          StateReason::Silent,           StateReason::SmsOff,
                                          StateReason::SmsNotOffered,    StateReason::NumberGone,
                                          StateReason::TextsRefused,     StateReason::ListUnreadable,
                                          StateReason::ListUnread,       StateReason::LedgerDoubted,
                                          StateReason::CapReached,       StateReason::DatabaseTroubled,
                                          StateReason::RecordZone};

/// Whether the profile's number can text, by the account's list of numbers.
enum class NumberAbility { Unknown, CanText, SmsOff, SmsNotOffered, NotListed };

/// What holds texts back.
enum class HeldBy {
  Provider,  ///< it does not take them now
  List,      ///< the list of sent texts must be looked at first, and cannot
  Ledger,    ///< the list of sent texts must first show what the database does not know
  /// The list of sent texts is looked at first where something may have been missed, and cannot be read: a
  /// text waits for less than a minute.
  ListForAMoment,
};
std::string_view to_code(HeldBy by);
std::optional<HeldBy> held_by_from_code(std::string_view code);

/// Texts that are wanted, or would be, and cannot go out for now.
struct TextsHeld {
  base::Instant since;
  TroubleKind trouble;
  HeldBy by = HeldBy::Provider;

  friend bool operator==(const TextsHeld&, const TextsHeld&) = default;
};

/// The last answer to a text that spoke of the whole account.
struct SendTrouble {
  TroubleKind kind;
  base::Instant at;

  friend bool operator==(const SendTrouble&, const SendTrouble&) = default;
};

/// What is known of a profile when its state is asked for.
struct StateFacts {
  bool running = false;
  bool dry_run = false;
  std::optional<OpeningHours> hours;

  // Its account.
  std::optional<base::Instant>
      watched_since;  ///< since when the service has been polling it, without a break
  std::optional<base::Instant> last_good_poll;
  std::optional<TroubleKind> poll_trouble;  ///< of the last poll
  std::optional<SendTrouble> send_trouble;
  std::optional<Dollars> balance;
  DayBudget budget;

  // Its texts.
  bool polled_since_run = false;  ///< a poll has gone well since the owner pressed Run
  NumberAbility number = NumberAbility::Unknown;
  int refused_in_row = 0;  ///< or proved not to have gone out, since one was accepted or the settings changed
  std::optional<TextsHeld> held;

  bool database_works = true;
  bool record_zone_holds = true;  ///< as far as the dates of the call records show
  base::Duration poll_interval{0};
  base::Instant now;
  WallTime wall_now;                ///< `now` on the provider's wall clock, for opening hours
  bool send_trouble_today = false;  ///< `send_trouble` is of the provider's calendar day of `now`
};

struct ProfileState {
  StateKind kind = StateKind::Stopped;
  std::optional<StateReason> reason;  ///< of NotTexting and Waiting
  std::optional<WallTime> opens_at;   ///< of Closed

  friend bool operator==(const ProfileState&, const ProfileState&) = default;
};

/// The state: the only place that knows when a profile may call itself running.
ProfileState profile_state(const StateFacts& facts);

/// As many texts in a row are refused before it is not the callers' numbers that are blamed.
constexpr int refused_in_row_max = 2;
/// How long what is known of accounts and profiles may take until it is stored.
constexpr base::Duration health_saved_within = std::chrono::seconds{5};

/// `not_texting`: a stable code for API, metrics and style sheet.
std::string_view to_code(StateKind kind);
/// `Not texting`: the word that is shown.
Key in_words(StateKind kind);
/// A stable code; of a trouble, that of its kind.
std::string_view to_code(StateReason reason);
/// For the owner: what is wrong, and what to do about it.
Key in_words(StateReason reason);

std::string_view to_code(NumberAbility ability);
std::optional<NumberAbility> number_ability_from_code(std::string_view code);

}  // namespace sms_notifier::domain
