#pragma once

#include <string>
#include <string_view>

namespace sms_notifier::voipms {

/// JSON with the same structure, in which odd values no longer keep a parser from the others: a byte that is
/// not UTF-8, half a character or half a surrogate pair is U+FFFD; a control character that stands in a
/// string as it is, and a backslash that escapes nothing, are escaped; a whole number of too many digits is a
/// string of them, and one beyond all range is null; a byte order mark is gone. What is broken or cut off
/// between the values stays so.
std::string repaired(std::string_view json);

}  // namespace sms_notifier::voipms
