#include "storage/sqlite/claim_counter.h"

#include <optional>
#include <utility>

#include "storage/sql/installation.h"

namespace sms_notifier::storage {

using domain::LedgerStanding;

ClaimCounter::ClaimCounter(soci::session& sql, const std::string& database)
    : file_(database), standing_(domain::ledger_standing(installation_sql::claim_count(sql), file_.read())) {}

void ClaimCounter::prepare(soci::session& sql) {
  if (written_ < 0) write(installation_sql::claim_count(sql));
}

void ClaimCounter::note(soci::session& sql) {
  domain::ClaimCount count = installation_sql::claim_count(sql);
  if (count.claims != written_) write(std::move(count));
}

void ClaimCounter::sync() {
  if (!unsynced_) return;
  file_.sync();
  unsynced_ = false;
}

void ClaimCounter::doubt() {
  std::optional<domain::ClaimCount> counted = file_.read();
  if (!counted) return;  // which is doubt enough, if anything was claimed
  counted->doubted = true;
  file_.write(*counted);
  file_.sync();
}

void ClaimCounter::adopt(soci::session& sql) {
  const domain::ClaimCount count = installation_sql::claim_count(sql);
  file_.write(count);
  file_.sync();
  written_ = count.claims;
  standing_ = LedgerStanding::Complete;
}

/// What counts over the file of an unsettled doubt must not hide it from the next start.
void ClaimCounter::write(domain::ClaimCount count) {
  count.doubted = standing_ != LedgerStanding::Complete;
  file_.write(count);
  unsynced_ = true;
  written_ = count.claims;
}

}  // namespace sms_notifier::storage
