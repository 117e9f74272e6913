#include "domain/profile_fields.h"

#include <array>

namespace sms_notifier::domain {
namespace {

using Kind = ProfileField::Kind;

constexpr std::array<ProfileField, 10> fields{{
    {"account", Kind::Text, &ProfileForm::account},
    {"did", Kind::Text, &ProfileForm::did},
    {"message", Kind::Text, &ProfileForm::message},
    {"call_duration", Kind::Number, &ProfileForm::call_duration},
    {"limit_to_one_did", Kind::Flag, nullptr, &ProfileForm::limit_to_one_did},
    {"wait", Kind::Number, &ProfileForm::wait},
    {"cooldown", Kind::Number, &ProfileForm::cooldown},
    {"history_size", Kind::OptionalNumber, &ProfileForm::history_size},
    {"hours", Kind::Text, &ProfileForm::hours},
    {"dry_run", Kind::Flag, nullptr, &ProfileForm::dry_run},
}};

}  // namespace

std::span<const ProfileField> profile_fields() {
  return fields;
}

std::string value_in(const ProfileForm& form, const ProfileField& field) {
  if (field.kind == Kind::Flag) return form.*field.flag ? "true" : "false";
  return form.*field.text;
}

}  // namespace sms_notifier::domain
