#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/ports/provider.h"
#include "base/secret.h"

namespace sms_notifier::voipms {

/// The fields of a request, in the order in which they are sent. All of them start with the account's
/// credentials.
using Fields = std::vector<std::pair<std::string, base::Secret>>;

/// getCDR (docs/provider/calls.md, "Asking"): all dispositions, days of the provider's wall clock.
Fields calls_request(const app::Credentials& account, const domain::PollWindow& window);
/// sendSMS or sendMMS (docs/provider/texts.md, "Sending"). The body is sent as it is.
Fields send_request(const app::Credentials& account, const domain::TextMessage& text,
                    domain::MessageKind kind);
/// getSMS or getMMS (docs/provider/texts.md, "Listing").
Fields texts_request(const app::Credentials& account, const app::TextQuery& query);

Fields ip_request(const app::Credentials& account);       ///< getIP
Fields balance_request(const app::Credentials& account);  ///< getBalance
Fields dids_request(const app::Credentials& account);     ///< getDIDsInfo

}  // namespace sms_notifier::voipms
