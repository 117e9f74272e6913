#pragma once

#include <optional>
#include <string_view>

namespace sms_notifier::domain {

/// What a caller's text says about further texts.
enum class StopWord { Stop, Start };

/// The text is a stop word, or takes one back, when it consists of it and nothing else, in English or French.
std::optional<StopWord> stop_word(std::string_view body);

}  // namespace sms_notifier::domain
