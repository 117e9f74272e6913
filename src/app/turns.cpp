#include "app/turns.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "domain/backoff.h"

namespace sms_notifier::app {
namespace {

/// A question that has waited so long goes before everything else.
constexpr base::Duration patience = std::chrono::seconds{30};
/// A text is not tried again sooner, whatever else goes well.
constexpr base::Duration tried_again_after = std::chrono::seconds{10};
/// What waits looks again after so long, whatever happens: an unused turn wakes no one that waits.
constexpr base::Duration serve_again = std::chrono::seconds{10};

}  // namespace

Turns::Turn::~Turn() {
  if (turns_ != nullptr) turns_->unused(*this);
}

void Turns::Turn::swap(Turn& other) noexcept {
  std::swap(turns_, other.turns_);
  std::swap(account_, other.account_);
  std::swap(number_, other.number_);
  std::swap(request_, other.request_);
}

void Turns::Turn::answered(const Trouble* trouble) {
  if (turns_ != nullptr) std::exchange(turns_, nullptr)->note(*this, trouble);
}

void Turns::Turn::answered(const SubmitOutcome& outcome) {
  if (turns_ == nullptr) return;
  Turns& turns = *std::exchange(turns_, nullptr);
  Lane& lane = turns.lanes_[account_];
  const auto* not_sent = std::get_if<NotSent>(&outcome);
  turns.note_rate(lane, *this, not_sent == nullptr ? nullptr : &not_sent->why);
  if (not_sent == nullptr)
    lane.pause.reset();
  else if (not_sent->why.kind != TroubleKind::TooManyRequests)
    turns.hold_texts(lane, *this, not_sent->why.kind);
  if (lane.pause && lane.pause->finding_out == number_) lane.pause->finding_out.reset();
  wake(lane);
}

base::task<Turns::Turn> Turns::take(domain::AccountId account, Wish wish) {
  Lane& lane = lanes_[account];
  const base::Monotonic now = clock_.monotonic();
  const std::optional<base::Monotonic> eligible = eligible_at(lane, wish);
  if (lane.waiting.empty() && eligible && *eligible <= now && lane.rate.allowed_at(now) <= now)
    co_return give(account, lane, wish);

  Waiting me(lane, wish, now, clock_.make_timer());
  while (!ended_) {
    serve(account, lane);
    const bool too_late = wish.until && clock_.monotonic() >= *wish.until;
    if (me.turn || too_late) break;
    co_await me.timer->wait_until(wish.until ? std::min(*wish.until, lane.next_look) : lane.next_look);
  }
  co_return std::move(me.turn);
}

Turns::Waiting::Waiting(Lane& its_lane, const Wish& its_wish, base::Monotonic began,
                        std::unique_ptr<Timer> its_timer)
    : lane(its_lane), wish(its_wish), since(began), timer(std::move(its_timer)) {
  lane.waiting.push_back(this);
}

Turns::Waiting::~Waiting() {
  std::erase(lane.waiting, this);
}

Turns::Turn Turns::give(domain::AccountId account, Lane& lane, const Wish& wish) {
  Turn turn;
  turn.turns_ = this;
  turn.account_ = account;
  turn.number_ = ++last_number_;
  turn.request_ = lane.rate.take(clock_.monotonic());
  if (wish.purpose == Purpose::Text && lane.pause) lane.pause->finding_out = turn.number_;
  return turn;
}

/// When it may go as far as texts are held back; none: not before another text has come to something.
std::optional<base::Monotonic> Turns::eligible_at(const Lane& lane, const Wish& wish) const {
  if (wish.purpose != Purpose::Text || wish.finds_out || !lane.pause) return base::Monotonic::min();
  if (lane.pause->finding_out) return std::nullopt;
  return lane.pause->until;
}

/// Gives their turns to those who may have them now, in order.
void Turns::serve(domain::AccountId account, Lane& lane) {
  const base::Monotonic now = clock_.monotonic();
  const auto rank = [&](const Waiting* who) {
    const bool long_since = who->wish.purpose != Purpose::Text && now - who->since >= patience;
    const base::Duration newest_first = -who->wish.called_at.time_since_epoch();
    return std::tuple(!long_since, who->wish.purpose, newest_first, who->since);
  };
  lane.next_look = now + serve_again;
  while (true) {
    Waiting* first = nullptr;
    for (Waiting* who : lane.waiting) {
      const std::optional<base::Monotonic> eligible = eligible_at(lane, who->wish);
      if (who->turn || !eligible) continue;
      if (*eligible > now) {
        lane.next_look = std::min(lane.next_look, *eligible);
      } else if (first == nullptr || rank(who) < rank(first)) {
        first = who;
      }
    }
    if (first == nullptr) return;
    const base::Monotonic allowed = lane.rate.allowed_at(now);
    if (allowed > now) {
      lane.next_look = std::min(lane.next_look, allowed);
      return;
    }
    first->turn = give(account, lane, first->wish);
    std::erase(lane.waiting, first);
    first->timer->wake();
  }
}

void Turns::wake(Lane& lane) {
  for (Waiting* who : lane.waiting) who->timer->wake();
}

void Turns::unused(const Turn& turn) {
  Lane& lane = lanes_[turn.account_];
  lane.rate.give_back(turn.request_);
  if (lane.pause && lane.pause->finding_out == turn.number_) lane.pause->finding_out.reset();
}

void Turns::note(const Turn& turn, const Trouble* trouble) {
  Lane& lane = lanes_[turn.account_];
  note_rate(lane, turn, trouble);
  if (trouble == nullptr && lane.pause && domain::ends_with_a_good_answer(lane.pause->why))
    lane.pause->until = std::min(lane.pause->until, lane.pause->tried_at + tried_again_after);
  wake(lane);
}

void Turns::note_rate(Lane& lane, const Turn& turn, const Trouble* trouble) {
  const base::Monotonic now = clock_.monotonic();
  if (trouble == nullptr)
    lane.rate.answered(now);
  else if (trouble->kind == TroubleKind::TooManyRequests)
    lane.rate.refused(turn.request_, now);
}

void Turns::hold_texts(Lane& lane, const Turn& turn, TroubleKind why) {
  if (domain::concerns_one_text(why)) return;
  const base::Monotonic now = clock_.monotonic();
  if (!lane.pause) lane.pause = TextPause{why, 0, now, now, 0, std::nullopt};
  TextPause& pause = *lane.pause;
  pause.tried_at = now;
  pause.why = why;
  if (turn.number_ <= pause.counted_up_to) return;
  pause.counted_up_to = last_number_;
  ++pause.failures;
  pause.until = now + domain::send_backoff.after(pause.failures);
}

void Turns::try_texts_again(domain::AccountId account) {
  Lane& lane = lanes_[account];
  if (!lane.pause) return;
  lane.pause->until = clock_.monotonic();
  wake(lane);
}

std::optional<int> Turns::per_minute(domain::AccountId account) const {
  const auto lane = lanes_.find(account);
  return lane == lanes_.end() ? std::nullopt : lane->second.rate.per_minute();
}

void Turns::set_per_minute(domain::AccountId account, std::optional<int> found) {
  lanes_[account].rate = domain::RequestRate(found);
}

void Turns::end_all() {
  ended_ = true;
  for (auto& [account, lane] : lanes_) wake(lane);
}

}  // namespace sms_notifier::app
