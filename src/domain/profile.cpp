#include "domain/profile.h"

#include <charconv>
#include <cstdint>

#include "domain/sentences.h"
#include "domain/text.h"
#include "domain/typed.h"

namespace sms_notifier::domain {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Reads fields one after the other and collects what is wrong with them.
class FormReader {
 public:
  void wrong(Sentence sentence) { errors_.push_back(std::move(sentence)); }
  std::vector<Sentence> errors() && { return std::move(errors_); }
  bool good() const { return errors_.empty(); }

  /// `complaint` takes what was typed and the most that is allowed.
  std::int64_t number(std::string_view typed, std::int64_t most, Pattern<2> complaint) {
    const auto value = whole_number(trimmed(as_typed(typed)));
    if (value && *value >= 0 && *value <= most) return *value;
    wrong({complaint, typed, most});
    return 0;
  }

 private:
  std::vector<Sentence> errors_;
};

void check_message(FormReader& reader, const std::string& message) {
  if (trimmed(message).empty()) {
    reader.wrong("message is empty: write the text that callers get"_key);
  } else if (!is_valid_utf8(message) || message.find('\0') != std::string::npos) {
    reader.wrong("message contains characters that cannot be sent: use plain UTF-8 text"_key);
  } else if (const auto count = character_count(message); count > message_characters_max) {
    reader.wrong({"message has {} characters: at most {} can be sent"_key, count, message_characters_max});
  }
}

bool looks_like_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find_first_of(" \t\r\n\"<>,;") == std::string_view::npos &&
         text.find('@', at + 1) == std::string_view::npos;
}

}  // namespace

base::Result<CheckedProfile, std::vector<Sentence>> check(const ProfileForm& form) {
  FormReader reader;

  const std::string account = typed_email(form.account);
  if (!looks_like_email(account))
    reader.wrong({"account \"{}\" is not an e-mail address: give the one you log in to VoIP.ms with"_key,
                  form.account});

  const auto did = typed_did(form.did);
  if (!did)
    reader.wrong({"did \"{}\" is not a phone number: give its ten digits, such as 5551234567"_key, form.did});

  check_message(reader, form.message);

  constexpr std::int64_t seconds_in_day = 24 * 60 * 60;
  const auto call_duration =
      reader.number(form.call_duration, seconds_in_day,
                    "call_duration \"{}\" is not valid: give a whole number of seconds from 0 to {}"_key);
  const auto wait =
      form.wait.empty()
          ? 0
          : reader.number(form.wait, 600,
                          "wait \"{}\" is not valid: give a whole number of seconds from 0 to {}"_key);
  const auto cooldown =
      form.cooldown.empty()
          ? 24
          : reader.number(form.cooldown, 24 * 365,
                          "cooldown \"{}\" is not valid: give a whole number of hours from 0 to {}"_key);

  std::optional<int> history_size;
  if (!form.history_size.empty())
    history_size = static_cast<int>(
        reader.number(form.history_size, 1'000'000,
                      "history_size \"{}\" is not valid: give a whole number of callers from 0 to {}"_key));

  std::optional<OpeningHours> hours;
  const std::string typed_hours = lower_case(trimmed(as_typed(form.hours)));
  if (!typed_hours.empty()) {
    hours = OpeningHours::parse(typed_hours);
    if (!hours)
      reader.wrong({"hours \"{}\" cannot be read: write them as mon-fri 09:00-17:00, sat 10:00-14:00"_key,
                    form.hours});
  }

  if (!reader.good()) return std::move(reader).errors();
  ProfileRules rules{.did = *did};
  rules.limit_to_one_did = form.limit_to_one_did;
  rules.call_duration = std::chrono::seconds{call_duration};
  rules.message = form.message;
  rules.wait_before_texting = std::chrono::seconds{wait};
  rules.cooldown = std::chrono::hours{cooldown};
  rules.history_size = history_size;
  rules.hours = std::move(hours);
  rules.dry_run = form.dry_run;
  return CheckedProfile{account, std::move(rules)};
}

ProfileForm to_form(const std::string& account, const ProfileRules& rules) {
  ProfileForm form;
  form.account = account;
  form.did = rules.did.digits();
  form.message = rules.message;
  form.call_duration = std::to_string(rules.call_duration.count());
  form.limit_to_one_did = rules.limit_to_one_did;
  form.wait = std::to_string(rules.wait_before_texting.count());
  form.cooldown = std::to_string(std::chrono::duration_cast<std::chrono::hours>(rules.cooldown).count());
  if (rules.history_size) form.history_size = std::to_string(*rules.history_size);
  if (rules.hours) form.hours = rules.hours->to_string();
  form.dry_run = rules.dry_run;
  return form;
}

}  // namespace sms_notifier::domain
