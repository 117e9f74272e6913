#pragma once

#include <optional>
#include <string_view>

namespace sms_notifier::domain {

/// What a caller's text says about further texts.
enum class StopWord { Stop, Start };

/// The word, as a person would read the text, in English or French: alone, with thanks and emoji around it,
/// or in a sentence that asks for no more texts. "I will stop by at 5" and "Please cancel my appointment" say
/// nothing.
std::optional<StopWord> stop_word(std::string_view body);

}  // namespace sms_notifier::domain
