#pragma once

#include <set>
#include <stdexcept>
#include <string>

#include "support/installation/installation.h"

namespace sms_notifier::test_support {

/// The service broke its promise.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What became of the calls of a test, by the ledger.
struct Tally {
  int calls = 0;
  int texts = 0;  ///< that arrived at the provider's
  int sent = 0;
  int uncertain = 0;
  int not_sent = 0;  ///< rejected, expired or cancelled
  int skipped = 0;   ///< no reply was due, for a recorded reason
};
std::string in_words(const Tally& tally);

/// SQLite's own check of every page, index and reference. Throws Violation.
void check_database(const std::string& path);

/// True when every one of these callers has a call, and every reply has come to its end.
bool all_settled(Installation& installation, const std::set<std::string>& callers);

/// Holds the ledger against what arrived at the provider's: each of these callers, who called once, has one
/// call with one decision; no caller was texted twice or without an intent in the ledger; what is called sent
/// arrived, and what is called not sent did not; whatever is not sent carries its evidence; the database is
/// whole. Throws Violation.
Tally check_phones(Installation& installation, const Simulator& simulator,
                   const std::set<std::string>& callers);

}  // namespace sms_notifier::test_support
