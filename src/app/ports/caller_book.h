#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "domain/decision.h"
#include "domain/ids.h"
#include "domain/phone_number.h"
#include "domain/stop_word.h"

namespace sms_notifier::app {

/// A text to a caller from our number that was not sent from here.
struct TextElsewhere {
  domain::PhoneNumber to;
  base::Instant at;
};

/// A caller's text that says whether further texts are wanted.
struct CallerWord {
  domain::PhoneNumber caller;
  domain::StopWord word;
  base::Instant at;
};

/// What is known of callers, and the day's budget of texts to them. Each method is one transaction, durable
/// when it returns; one that throws has changed nothing. Callable from any loop; returns on the caller's
/// loop.
class CallerBook {
 public:
  virtual ~CallerBook() = default;

  /// What is known of the callers for texts from this number, in the callers' order. An answered call to the
  /// business counts as a conversation when it lasted longer than `call_duration`. `own_number` is left
  /// false: the caller of this method knows the numbers.
  virtual base::task<std::vector<domain::CallerHistory>> histories(
      domain::AccountId account, domain::Did from, std::chrono::seconds call_duration,
      std::vector<domain::PhoneNumber> callers) = 0;
  /// Texts counted on that day.
  virtual base::task<int> texts_counted(domain::AccountId account, domain::Day day) = 0;

  /// The provider's list shows texts from this number which did not come from here: they count for the
  /// callers' cooldown from then on. Returns how many of them were news.
  virtual base::task<int> note_texts_elsewhere(domain::AccountId account, domain::Did from,
                                               std::vector<TextElsewhere> texts) = 0;

  /// What callers wrote: of each, the latest word counts, also against one that was noted before. For every
  /// number of the account. Returns the words that changed something.
  virtual base::task<std::vector<CallerWord>> note_words(domain::AccountId account,
                                                         std::vector<CallerWord> words) = 0;
  /// Until when the account's received texts have been read; nothing when they never were.
  virtual base::task<std::optional<base::Instant>> words_read_until(domain::AccountId account) = 0;
  virtual base::task<> save_words_read_until(domain::AccountId account, base::Instant until) = 0;

  /// The caller never gets a text from any profile.
  virtual base::task<> block(domain::PhoneNumber caller) = 0;
};

}  // namespace sms_notifier::app
