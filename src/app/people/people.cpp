#include "app/people/people.h"

#include <algorithm>

#include "domain/text.h"

namespace sms_notifier::app {
namespace {

constexpr std::size_t name_characters_max = 100;
constexpr std::size_t password_characters_min = 8;
/// Longer ones would only cost time to hash.
constexpr std::size_t password_bytes_max = 1000;

}  // namespace

base::Result<std::string> check_user_name(const std::string& typed) {
  const std::string name(domain::trimmed(typed));
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || has_control || !domain::is_valid_utf8(name) ||
      domain::character_count(name) > name_characters_max)
    return base::Error{"the name \"" + domain::one_line(typed, 200) +
                       "\" is not allowed: give 1 to 100 characters"};
  return name;
}

std::optional<base::Error> check_new_password(const base::Secret& password) {
  if (domain::character_count(password.reveal()) < password_characters_min)
    return base::Error{"the password is too short: give at least 8 characters"};
  if (password.reveal().size() > password_bytes_max)
    return base::Error{"the password is too long: give at most 1000 bytes"};
  return std::nullopt;
}

}  // namespace sms_notifier::app
