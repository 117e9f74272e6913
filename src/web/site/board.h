#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/events.h"

namespace sms_notifier::web {

/// What the running service last saw of an account.
struct PollSight {
  base::Instant finished_at;
  base::Duration took;  ///< until the provider had answered and everything was dealt with
};

/// What the pages know that is not in the database: drawn from events, on the web loop.
class Board {
 public:
  void on(const app::Event& event, base::Instant at);
  /// Nothing until the account's first good poll since the start.
  std::optional<PollSight> last_poll(domain::AccountId account) const;
  /// Empty while the database can be written.
  const std::string& storage_trouble() const { return storage_trouble_; }
  bool record_zone_holds() const { return record_zone_holds_; }
  /// By how much our clock is ahead of the provider's, while it is wrong.
  std::optional<base::Duration> clock_ahead() const { return clock_ahead_; }

 private:
  std::map<domain::AccountId, PollSight> polls_;
  std::string storage_trouble_;
  bool record_zone_holds_ = true;
  std::optional<base::Duration> clock_ahead_;
};

}  // namespace sms_notifier::web
