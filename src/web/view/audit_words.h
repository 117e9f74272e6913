#pragma once

#include <string>
#include <string_view>

#include "app/ports/audit_trail.h"
#include "domain/sentence.h"
#include "web/view/words.h"

namespace sms_notifier::web {

/// `created a profile`
domain::Key in_words(app::AuditAction action);
/// What the pages call a field of an audit row; the field's code when they have no name for it.
domain::Sentence field_in_words(std::string_view field);

/// The actor, the target and a field's value in the reader's language.
std::string actor_in_words(const app::Actor& actor, const Words& words);
std::string target_in_words(const app::AuditTarget& target, const Words& words);
std::string value_in_words(const app::AuditDetail& detail, const std::string& value, const Words& words);

}  // namespace sms_notifier::web
