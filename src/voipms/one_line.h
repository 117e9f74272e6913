#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sms_notifier::voipms {

/// Foreign text made fit for a log line: control characters become spaces, runs of spaces are folded, ends
/// trimmed, and what is longer than `bytes_max` is cut between two characters and ends in `…`.
std::string one_line(std::string_view utf8, std::size_t bytes_max);

}  // namespace sms_notifier::voipms
