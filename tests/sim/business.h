#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/profile.h"
#include "sim/chance.h"
#include "simulator/world.h"

namespace sms_notifier::sim {

/// Something that callers or the owner do.
struct Act {
  base::Duration at;  ///< since the start of the run
  std::function<void()> act;
};

/// What the owner may do to the installation; what fails for want of a disk is not tried again.
class Owner {
 public:
  virtual ~Owner() = default;
  virtual void run_profile(std::size_t profile, bool running) = 0;
  virtual void edit_message(std::size_t profile, const std::string& message) = 0;
  virtual void make_anew(std::size_t profile) = 0;
  virtual void block(const std::string& caller) = 0;
  /// Orders the texts that are uncertain, and those of so many calls that were too old.
  virtual void order_texts(int too_old) = 0;
  /// Deletes texts of that number in VoIP.ms' portal: so many of the newest that the ledger calls sent, and
  /// those that were written by hand.
  virtual void delete_texts(const std::string& did, int newest) = 0;
};

/// One business: its accounts and profiles, and who calls it when.
struct Business {
  std::vector<simulator::AccountSettings> accounts;
  std::vector<domain::ProfileForm> profiles;
};

Business business_of(std::uint64_t seed);
/// So many accounts that answer at once after the latency, with a usual profile each.
Business plain_business(int accounts, base::Duration latency);
/// A stranger calls the first number of the account, and nobody picks up.
void miss_call(simulator::World& world, const simulator::AccountSettings& account, std::int64_t caller,
               base::Instant now);

/// The calls of some days, by people who call again, get through or give up, and what the owner does
/// meanwhile.
std::vector<Act> days_of(const Business& business, std::uint64_t seed, int days, simulator::World& world,
                         Owner& owner, std::function<base::Instant()> now);
/// Part of a run, since its start.
struct Span {
  base::Duration begin;
  base::Duration end;
};
/// Strangers who are missed, at any time and most of all in the busy spans; some call again before long. Each
/// of them is due one text.
std::vector<Act> missed_strangers(const Business& business, std::uint64_t seed, int days,
                                  const std::vector<Span>& busy, simulator::World& world,
                                  const std::function<base::Instant()>& now);
/// Missed calls and nothing else, each from another caller, evenly through the days.
std::vector<Act> missed_calls(const Business& business, int count, int days, simulator::World& world,
                              const std::function<base::Instant()>& now);

}  // namespace sms_notifier::sim
