#pragma once

#include <atomic>
#include <string>

#include "domain/ledger_standing.h"
#include "storage/claims_file.h"

namespace soci {
class session;
}

namespace sms_notifier::storage {

/// Counts the claims of a database beside it as well. The file is never ahead of a database that has lost
/// nothing: it is written after the commit. Belongs to the database's writer, but for standing().
class ClaimCounter {
 public:
  /// Holds the open database against the file.
  ClaimCounter(soci::session& sql, const std::string& database);

  /// As it was found when the database was opened, until adopt(). From any thread.
  domain::LedgerStanding standing() const { return standing_; }
  /// Before claims: sees that their count can be written. Throws std::runtime_error.
  void prepare(soci::session& sql);
  /// After claims were committed, before they are used: no kill of the process undoes their count. Throws
  /// std::runtime_error.
  void note(soci::session& sql);
  /// Every second: what was counted is on the disk when it returns, and no power cut undoes it. A count that
  /// is behind shows nothing and hides nothing but a copy that is put back after that very cut. Throws
  /// std::runtime_error.
  void sync();
  /// Something else than a claim put it in doubt whether the database has every claim: the next start is
  /// told. Throws std::runtime_error.
  void doubt();
  /// The doubt has been noted: from now on the file is this database's. Throws std::runtime_error.
  void adopt(soci::session& sql);

 private:
  void write(domain::ClaimCount count);

  const ClaimsFile file_;
  std::atomic<domain::LedgerStanding> standing_;
  std::int64_t written_ = -1;  ///< -1: nothing yet
  bool unsynced_ = false;
};

}  // namespace sms_notifier::storage
