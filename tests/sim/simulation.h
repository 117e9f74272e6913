#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/perils.h"

namespace sms_notifier::sim {

/// A promise was broken; says which, and when.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RunOptions {
  std::uint64_t seed = 1;
  int days = 2;
  bool sqlite = false;
  int missed_calls =
      0;  ///< nothing but so many missed calls, each from another caller, instead of usual days
  bool missed_strangers = false;  ///< nothing but strangers who are missed, each of whom must be texted
};

/// What came of a run.
struct Report {
  long calls = 0;    ///< in the ledger
  long replies = 0;  ///< calls that were eligible for a text, or got one because the owner ordered it
  long texts = 0;    ///< that arrived
  long sent = 0;     ///< replies by how they ended
  long uncertain = 0;
  long cancelled = 0;
  long expired = 0;
  long rejected = 0;
  long texted = 0;         ///< replies whose text arrived, whatever the ledger knows of it
  long orders = 0;         ///< texts that the owner ordered
  long during_perils = 0;  ///< calls of `missed_strangers` while a trouble lasted
  long starts = 0;
  long polls = 0;

  Report& operator+=(const Report& other);
};

/// Runs the production engine through the days with these perils, checks the promises on the way, heals
/// everything, and checks that all of it comes to rest. Throws Violation.
Report run(const RunOptions& options, const std::vector<Peril>& perils);

/// The fewest of the perils with which the run still fails; `why` gets the promise that they break.
std::vector<Peril> smallest_failing(const RunOptions& options, std::vector<Peril> perils, std::string& why);

/// Two installations on one account, for a day. With `always_look` nobody is texted twice; without it each of
/// them finds out about the other within an hour. Throws Violation.
Report run_two_installations(std::uint64_t seed, bool always_look);

}  // namespace sms_notifier::sim
