#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/ports/clock.h"
#include "app/ports/provider.h"
#include "base/task.h"
#include "domain/ids.h"
#include "domain/request_rate.h"

namespace sms_notifier::app {

/// What a request is for: texts go before looks at lists of texts, and those before polls.
enum class Purpose { Text, Look, Poll, Other };

/// Lets an account's requests leave one after the other, at the rate that VoIP.ms bears; and holds an
/// account's texts back while VoIP.ms takes none, with one text at a time to find out whether it does again
/// (docs/reliability.md, "One rate for an account"). Belongs to one loop.
class Turns {
 public:
  explicit Turns(Clock& clock) : clock_(clock) {}

  /// Leave to send one request. Ends unused unless it is told what the request came to.
  class Turn {
   public:
    Turn() = default;
    Turn(Turn&& other) noexcept { swap(other); }
    Turn& operator=(Turn&& other) noexcept {
      swap(other);
      return *this;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

    /// False when the wait for it ended without one.
    explicit operator bool() const { return turns_ != nullptr; }
    /// VoIP.ms answered, or why it did not.
    void answered(const Trouble* trouble = nullptr);
    /// What the text came to.
    void answered(const SubmitOutcome& outcome);

   private:
    friend class Turns;
    void swap(Turn& other) noexcept;

    Turns* turns_ = nullptr;
    domain::AccountId account_{0};
    std::uint64_t number_ = 0;
    domain::RequestRate::Request request_;
  };

  struct Wish {
    Purpose purpose = Purpose::Other;
    base::Instant called_at{};                            ///< of texts: the newest call's goes first
    bool finds_out = false;                               ///< a text that goes although texts are held back
    std::optional<base::Monotonic> until = std::nullopt;  ///< afterwards it is not wanted any more
  };
  /// Waits for its turn. None when `until` or end_all() came first.
  base::task<Turn> take(domain::AccountId account, Wish wish);

  /// A reason for which VoIP.ms took no texts may have gone: one is tried at once.
  void try_texts_again(domain::AccountId account);

  /// The limit of requests per minute that was found; none: there was no refusal.
  std::optional<int> per_minute(domain::AccountId account) const;
  /// As found by an earlier process.
  void set_per_minute(domain::AccountId account, std::optional<int> found);

  /// Nothing waits any longer.
  void end_all();

 private:
  struct Lane;
  /// Someone who waits; stands in the lane as long as it lives.
  struct Waiting {
    Waiting(Lane& its_lane, const Wish& its_wish, base::Monotonic began, std::unique_ptr<Timer> its_timer);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    Lane& lane;
    Wish wish;
    base::Monotonic since;
    std::unique_ptr<Timer> timer;
    Turn turn;
  };
  /// VoIP.ms takes no texts now, for a reason that is the account's.
  struct TextPause {
    TroubleKind why;
    int failures = 0;
    base::Monotonic tried_at;
    base::Monotonic until;
    std::uint64_t counted_up_to = 0;           ///< failures of earlier turns were under way together
    std::optional<std::uint64_t> finding_out;  ///< the turn of the text that is tried now
  };
  struct Lane {
    domain::RequestRate rate;
    std::vector<Waiting*> waiting;
    std::optional<TextPause> pause;
    base::Monotonic next_look{};
  };

  Turn give(domain::AccountId account, Lane& lane, const Wish& wish);
  void serve(domain::AccountId account, Lane& lane);
  std::optional<base::Monotonic> eligible_at(const Lane& lane, const Wish& wish) const;
  static void wake(Lane& lane);
  void unused(const Turn& turn);
  void note(const Turn& turn, const Trouble* trouble);
  void note_rate(Lane& lane, const Turn& turn, const Trouble* trouble);
  void hold_texts(Lane& lane, const Turn& turn, TroubleKind why);

  Clock& clock_;
  std::map<domain::AccountId, Lane> lanes_;
  std::uint64_t last_number_ = 0;
  bool ended_ = false;
};

/// Asks when it is the account's turn for it.
template <class T>
base::task<Answer<T>> in_turn(Turns& turns, domain::AccountId account, Purpose purpose,
                              base::task<Answer<T>> question) {
  const Turns::Wish wish{purpose};
  Turns::Turn turn = co_await turns.take(account, wish);
  Answer<T> answer = co_await std::move(question);
  turn.answered(answer ? nullptr : &answer.error());
  co_return answer;
}

}  // namespace sms_notifier::app
