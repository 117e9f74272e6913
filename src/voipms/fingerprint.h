#pragma once

#include <string_view>

#include "app/ports/provider.h"

namespace sms_notifier::voipms {

/// Of a row, or of a whole answer, as it is written: any other writing of the same has another one. Made anew
/// for each process.
app::Fingerprint fingerprint_of(std::string_view written);

}  // namespace sms_notifier::voipms
