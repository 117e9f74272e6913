#include "app/texts/caller_words.h"

#include <algorithm>
#include <exception>
#include <memory>

#include "app/texts/text_list.h"
#include "base/both.h"
#include "domain/stop_word.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration hold_max = std::chrono::seconds{10};
/// How far back the first look reaches when none has ever been taken.
constexpr base::Duration first_reach = std::chrono::days{31};
/// VoIP.ms lists at most 92 days (docs/provider/texts.md).
constexpr base::Duration reach_max = std::chrono::days{85};

}  // namespace

base::Monotonic CallerWords::wanted(base::Monotonic reserved) const {
  return std::max(reserved, engine_.ports.clock.monotonic() - look_age_max);
}

void CallerWords::look_for(domain::AccountId account, base::Monotonic reserved) {
  State& state = accounts_[account];
  const base::Monotonic since = wanted(reserved);
  const bool served =
      (state.running_look && *state.running_look >= since) || (state.good_look && *state.good_look >= since);
  if (served || engine_.stopping) return;
  state.running_look = engine_.ports.clock.monotonic();
  engine_.ports.spawner.spawn(look(account));
}

base::task<> CallerWords::wait(domain::AccountId account, base::Monotonic reserved) {
  Clock& clock = engine_.ports.clock;
  const base::Monotonic since = wanted(reserved);
  const base::Monotonic deadline = clock.monotonic() + hold_max;
  const std::unique_ptr<Timer> timer = clock.make_timer();
  look_for(account, reserved);
  while (!engine_.stopping && clock.monotonic() < deadline) {
    const State& state = accounts_[account];
    if (state.good_look && *state.good_look >= since) co_return;
    if (!state.running_look) co_return;  // it failed: the text is not held up any longer
    accounts_[account].waiting.insert(timer.get());
    co_await timer->wait_until(deadline);
    accounts_[account].waiting.erase(timer.get());
  }
}

void CallerWords::stop() {
  for (const auto& [account, state] : accounts_) {
    for (Timer* timer : state.waiting) timer->wake();
  }
}

base::task<> CallerWords::look(domain::AccountId account) {
  const base::Monotonic began = engine_.ports.clock.monotonic();
  std::string failure;
  bool good = false;
  try {
    good = co_await read(account);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!failure.empty()) engine_.storage_failed(failure);
  State& state = accounts_[account];
  if (good) state.good_look = std::max(state.good_look.value_or(began), began);
  if (state.running_look && *state.running_look <= began) state.running_look.reset();
  for (Timer* timer : state.waiting) timer->wake();
}

/// Whether the list could be read.
base::task<bool> CallerWords::read(domain::AccountId account) {
  const base::Instant now = engine_.now();
  const std::optional<base::Instant> read_until = co_await engine_.ports.callers.words_read_until(account);
  const base::Instant from = std::clamp(read_until.value_or(now - first_reach), now - reach_max, now);
  const domain::TimeZone& zone = engine_.ports.zone;
  TextQuery query;
  query.received_only = true;
  query.first_day = zone.day_of(from) - std::chrono::days{1};
  query.last_day = zone.day_of(now) + std::chrono::days{1};
  query.kind = domain::MessageKind::Sms;
  base::task<Answer<TextList>> reading_sms = list_all_texts(engine_, account, query, now);
  query.kind = domain::MessageKind::Mms;
  base::task<Answer<TextList>> reading_mms = list_all_texts(engine_, account, query, now);
  const auto [sms, mms] = co_await base::both(std::move(reading_sms), std::move(reading_mms));
  std::vector<domain::SentText> received;
  for (const auto* list : {&sms, &mms}) {
    if (*list) received.insert(received.end(), (*list)->received.begin(), (*list)->received.end());
  }
  co_await note(account, received);
  // STOP comes as SMS; a number that has no MMS at all has no list of them either.
  if (!sms) co_return false;
  // The answers may have told that our clock is ahead.
  if (!engine_.clock_unsure())
    co_await engine_.ports.callers.save_words_read_until(account, std::min(now, engine_.now()));
  co_return true;
}

base::task<> CallerWords::note(domain::AccountId account, const std::vector<domain::SentText>& received) {
  std::vector<CallerWord> words;
  for (const domain::SentText& text : received) {
    const std::optional<domain::StopWord> word = domain::stop_word(text.body);
    if (text.to && word) words.push_back({*text.to, *word, text.sent_at});
  }
  if (words.empty()) co_return;
  std::stable_sort(words.begin(), words.end(),
                   [](const CallerWord& a, const CallerWord& b) { return a.at < b.at; });
  const std::vector<CallerWord> news = co_await engine_.ports.callers.note_words(account, std::move(words));
  const Subject subject = engine_.roster.subject(account);
  for (const CallerWord& word : news) {
    switch (word.word) {
      case domain::StopWord::Stop:
        engine_.tell(CallerOptedOut{subject, word.caller});
        break;
      case domain::StopWord::Start:
        engine_.tell(CallerOptedIn{subject, word.caller});
        break;
    }
  }
}

}  // namespace sms_notifier::app
