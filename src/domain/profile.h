#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/opening_hours.h"
#include "domain/phone_number.h"
#include "domain/sentence.h"

namespace sms_notifier::domain {

/// Under 160 UTF-8 bytes a text goes as SMS; an MMS takes more (docs/provider/texts.md, "Sending").
constexpr std::size_t sms_bytes_max = 159;
constexpr std::size_t message_characters_max = 2048;

/// What the rules need to know of a profile.
struct ProfileRules {
  Did did;
  bool limit_to_one_did = false;
  std::chrono::seconds call_duration{0};  ///< missed-call threshold
  std::string message;
  std::chrono::seconds wait_before_texting{0};
  std::chrono::seconds cooldown{std::chrono::hours{24}};  ///< see texts_count_since() in decision.h
  std::optional<int> history_size;                        ///< only the last N callers count for the cooldown
  std::optional<OpeningHours> hours;                      ///< texts only within them; none: always
  bool dry_run = false;

  friend bool operator==(const ProfileRules&, const ProfileRules&) = default;
};

/// What the owner configures.
struct Profile {
  ProfileId id;
  AccountId account;
  ProfileRules rules;
  bool running = false;
  /// Set by the first good poll after the owner pressed Run; until then only calls of the reply window count.
  std::optional<base::Instant> first_polled_at;
};

/// A profile as the owner typed it: on the command line, in a form, in the earlier version's database.
struct ProfileForm {
  std::string account;  ///< API e-mail
  std::string did;
  std::string message;
  std::string call_duration;  ///< whole seconds
  bool limit_to_one_did = false;
  std::string wait;          ///< whole seconds; empty: 0
  std::string cooldown;      ///< whole hours; empty: 24
  std::string history_size;  ///< empty: no limit
  std::string hours;         ///< `mon-fri 09:00-17:00`; empty: always
  bool dry_run = false;
};

struct CheckedProfile {
  std::string account;
  ProfileRules rules;
};

/// Everything that is wrong with the form is said at once, one sentence each.
base::Result<CheckedProfile, std::vector<Sentence>> check(const ProfileForm& form);

/// The form that `check` would read back as this profile: what an edit starts from.
ProfileForm to_form(const std::string& account, const ProfileRules& rules);

}  // namespace sms_notifier::domain
