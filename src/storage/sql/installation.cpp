#include "storage/sql/installation.h"

#include "storage/sql/rows.h"

namespace sms_notifier::storage::installation_sql {

domain::ClaimCount claim_count(soci::session& sql) {
  domain::ClaimCount count;
  Int claims = 0;
  sql << "SELECT id, claims FROM installation", soci::into(count.installation), soci::into(claims);
  count.claims = claims;
  return count;
}

void count_claim(soci::session& sql) {
  sql << "UPDATE installation SET claims = claims + 1";
}

}  // namespace sms_notifier::storage::installation_sql
