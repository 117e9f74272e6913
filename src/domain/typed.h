#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/phone_number.h"

namespace sms_notifier::domain {

/// Pasted text as a keyboard would have given it: blanks of every kind are spaces, dashes of every length are
/// `-`, full-width characters are ASCII, and marks that cannot be seen are left out. The rest stays as it is.
std::string as_typed(std::string_view utf8);

/// A number as a person typed or pasted it: what `PhoneNumber::parse` reads, and with what pages, documents
/// and address books put around digits: `tel:+1-555-123-4567`, `555–123–4567`.
std::optional<PhoneNumber> typed_number(std::string_view text);
std::optional<Did> typed_did(std::string_view text);

/// An e-mail address without what a paste brought along: blanks around it, marks that cannot be seen.
std::string typed_email(std::string_view text);

}  // namespace sms_notifier::domain
