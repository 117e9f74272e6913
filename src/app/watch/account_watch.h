#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/engine_state.h"
#include "app/health/texting_means.h"
#include "app/texts/trust.h"
#include "app/watch/account_memory.h"
#include "app/watch/call_desk.h"

namespace sms_notifier::app {

/// Polls one account as long as it has running profiles: waits until the next poll is due, asks, and has
/// every new call decided and recorded. Accounts wait for each other nowhere.
class AccountWatch {
 public:
  AccountWatch(EngineState& engine, Deliveries& deliveries, Trust& trust, CallerWords& words,
               TextingMeans& means, domain::AccountId account);

  /// Polls until the account has no running profile or the service stops. The first poll comes after
  /// `first_delay`.
  base::task<> run(base::Duration first_delay);
  /// Whether so long no poll went well that something may have been missed.
  bool was_away() const;
  /// Polls at once, as after a profile was started.
  void hurry() { timer_->wake(); }

 private:
  enum class PollEnd {
    Good,
    Failed,
    Undecided,  ///< answered, but it is unsure when the calls were: their rows are new again
  };
  bool was_away_by_provider(base::Monotonic asked);
  base::task<PollEnd> poll();
  base::task<> know_own_numbers(base::Instant now);
  /// Whether it is known when the calls of the answer were.
  bool can_date(const CdrAnswer& answer);
  /// False when the calls could not be decided: they are new again at the next poll.
  base::task<bool> take_in(const CdrAnswer& answer, base::Instant asked_at);
  void note_trouble(const Trouble& trouble);
  void note_success(base::Instant at);
  base::Duration delay_after_failure() const;

  EngineState& engine_;
  CallDesk desk_;
  Trust& trust_;
  TextingMeans& means_;
  domain::AccountId account_;
  std::unique_ptr<Timer> timer_;
  AccountMemory memory_;
  bool memory_loaded_ = false;
  std::optional<base::Monotonic> last_full_look_;
  std::optional<std::vector<domain::Did>> own_numbers_;  ///< as known at the last poll
  std::optional<base::Instant> last_good_poll_;
  std::optional<base::Instant> polled_until_;  ///< the end of the last good poll, by the provider's clock
  std::size_t rows_listed_ = 0;                ///< in the last answer
  std::vector<domain::Sentence> unreadable_;   ///< as last listed
  std::set<std::string> odd_told_;             ///< what was odd in rows that were read, in English
  std::optional<TroubleKind> trouble_;
  int failures_ = 0;
  int undecided_ = 0;  ///< polls in a row
  /// Rows whose date was held against the zone of the settings, as far as they come again.
  std::set<std::string> rows_judged_;
  bool listed_before_ = false;  ///< the account's rows have been read, so that others are new
};

}  // namespace sms_notifier::app
