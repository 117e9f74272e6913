#pragma once

#include <soci/soci.h>

#include "domain/ledger_standing.h"

namespace sms_notifier::storage::installation_sql {

domain::ClaimCount claim_count(soci::session& sql);
/// In the transaction of the claim.
void count_claim(soci::session& sql);

}  // namespace sms_notifier::storage::installation_sql
