#pragma once

#include <span>
#include <string>
#include <string_view>

#include "domain/profile.h"

namespace sms_notifier::domain {

/// A value of a profile that the owner sets: the API takes and gives it under this name, and the audit trail
/// tells of its changes.
struct ProfileField {
  enum class Kind { Text, Number, OptionalNumber, Flag };
  std::string_view name;
  Kind kind;
  std::string ProfileForm::*text = nullptr;  ///< unless it is a flag
  bool ProfileForm::*flag = nullptr;
};

/// All of them, in the order in which they are shown.
std::span<const ProfileField> profile_fields();

/// As typed; flags as `true` or `false`.
std::string value_in(const ProfileForm& form, const ProfileField& field);

}  // namespace sms_notifier::domain
