#pragma once

#include <optional>
#include <string>

#include "domain/ledger_standing.h"

namespace sms_notifier::storage {

/// The count of claims that is kept beside the database: one short record, which is overwritten in place.
class ClaimsFile {
 public:
  /// Of the database at this path: `claims` in its folder.
  explicit ClaimsFile(const std::string& database);

  /// None: there is no such file, or it holds something else.
  std::optional<domain::ClaimCount> read() const;
  /// No kill of the process undoes it. Throws std::runtime_error with a sentence for the user.
  void write(const domain::ClaimCount& count) const;
  /// What was written is on the disk when it returns. Throws std::runtime_error.
  void sync() const;

 private:
  std::string path_;
};

}  // namespace sms_notifier::storage
