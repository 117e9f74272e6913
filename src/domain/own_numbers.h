#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/phone_number.h"

namespace sms_notifier::domain {

/// The account's numbers as they are believed after an answer that lists them. A number that was known goes
/// only when two answers in a row lack it, and never when an answer lists none at all: a number that is
/// forgotten by mistake is texted when the business calls itself. `listed_before`: the answer before this
/// one, if there was one.
std::vector<Did> believed_numbers(std::span<const Did> known, std::span<const Did> listed,
                                  const std::optional<std::vector<Did>>& listed_before);

}  // namespace sms_notifier::domain
