#include "voipms/fingerprint.h"

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

namespace sms_notifier::voipms {

/// Debian's Abseil has a string_view of its own, and hashes the standard one with std::hash: slower, and
/// alike in every process.
app::Fingerprint fingerprint_of(std::string_view written) {
  return absl::HashOf(absl::string_view(written.data(), written.size()));
}

}  // namespace sms_notifier::voipms
