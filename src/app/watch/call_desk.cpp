#include "app/watch/call_desk.h"

#include <algorithm>
#include <map>

namespace sms_notifier::app {
namespace {

/// More late calls than this at once are told in one sentence.
constexpr std::size_t late_calls_told_singly = 3;
/// A text that waits on purpose may still be claimed so long after its wait.
constexpr base::Duration claimed_after_wait_max = std::chrono::minutes{1};

CallNote note(domain::CallId id, const domain::Call& call) {
  return {id, call.caller, call.did, call.started_at()};
}

}  // namespace

PlannedCall plan(const domain::Call& call, const domain::Profile& profile,
                 const domain::CallerHistory& history, const DecisionTerms& terms) {
  const domain::ProfileRules& rules = profile.rules;
  const base::Duration age_max = profile.first_polled_at ? terms.catch_up : terms.reply_window;
  const domain::Moment moment{terms.now, terms.wall_now, terms.day_began, age_max};
  PlannedCall planned{
      {call, profile.id, domain::decide(call, rules, history, terms.budget, moment), terms.now, std::nullopt},
      !domain::is_fresh(call.last_tried_at(), moment)};
  if (!std::holds_alternative<domain::ReplyToCall>(planned.decided.decision)) return planned;

  const base::Instant not_before = terms.now + rules.wait_before_texting;
  const base::Instant expires_at =
      std::max(call.last_tried_at() + terms.catch_up, not_before + claimed_after_wait_max);
  planned.decided.terms =
      DecidedCall::ReplyTerms{domain::TextMessage{rules.did, *call.caller.number, rules.message},
                              not_before,
                              expires_at,
                              domain::texts_count_since(terms.now, rules.cooldown, terms.day_began),
                              rules.history_size,
                              terms.today,
                              terms.budget.cap};
  return planned;
}

base::task<> CallDesk::note_conversations(std::vector<domain::Conversation> conversations) {
  if (conversations.empty()) co_return;
  co_await engine_.ports.calls.note_conversations(account_, std::move(conversations));
}

base::task<CallDesk::Outcome> CallDesk::decide(std::vector<domain::Call> calls) {
  EnginePorts& ports = engine_.ports;
  const std::vector<Assigned> assigned = assign(std::move(calls));
  // All stopped while the answer was under way: decided after the next start.
  if (assigned.empty()) co_return Outcome{{}, false};

  DecisionTerms terms;
  terms.now = engine_.now();
  terms.wall_now = ports.zone.wall_time(terms.now);
  terms.today = ports.zone.day_of(terms.now);
  terms.day_began = ports.zone.begin_of(terms.today);
  terms.reply_window = engine_.options.reply_window;
  terms.catch_up = engine_.options.catch_up;
  terms.budget.cap = engine_.options.texts_per_day;
  terms.budget.used = co_await ports.callers.texts_counted(account_, terms.today);
  std::vector<domain::CallerHistory> histories = co_await histories_of(assigned);
  const bool some_opted_out = std::any_of(histories.begin(), histories.end(),
                                          [](const domain::CallerHistory& h) { return h.opted_out; });
  if (some_opted_out) {
    // They may have taken it back since: what they wrote last is read before it is held against them.
    const base::Monotonic asked = ports.clock.monotonic();
    co_await words_.wait(account_, asked);
    histories = co_await histories_of(assigned);
  }

  std::vector<PlannedCall> planned;
  std::vector<DecidedCall> decided;
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    planned.push_back(plan(assigned[i].call, assigned[i].profile, histories[i], terms));
    decided.push_back(planned.back().decided);
  }
  const std::vector<RecordOutcome> outcomes = co_await ports.calls.record(account_, std::move(decided));
  const base::Monotonic reserved_at = ports.clock.monotonic();
  engine_.storage_worked();

  Outcome outcome;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* known = std::get_if<AlreadyRecorded>(&outcomes[i])) {
      // Longer ago than memory reaches, under an id that was used before, or by a commit that was not
      // confirmed: the next poll tells which.
      outcome.recorded.push_back(known->call);
      outcome.complete = false;
      continue;
    }
    const auto& recorded = std::get<Recorded>(outcomes[i]);
    outcome.recorded.push_back({recorded.id, assigned[i].call, assigned[i].profile.id});
    if (recorded.reply) deliveries_.start(*recorded.reply, reserved_at);
  }
  tell_of_decisions(planned, outcomes);
  co_return outcome;
}

/// Nothing when no profile of the account runs.
std::vector<CallDesk::Assigned> CallDesk::assign(std::vector<domain::Call> calls) const {
  std::vector<Assigned> assigned;
  const Roster::Entry* entry = engine_.roster.find(account_);
  if (entry == nullptr) return assigned;
  for (domain::Call& call : calls) {
    const domain::Profile* profile = domain::choose_profile(entry->profiles, call.did);
    if (profile == nullptr) return {};
    assigned.push_back({std::move(call), *profile});
  }
  return assigned;
}

/// What is known of the callers, in the order of the calls; asked once per profile.
base::task<std::vector<domain::CallerHistory>> CallDesk::histories_of(const std::vector<Assigned>& assigned) {
  struct Question {
    domain::ProfileRules rules;
    std::vector<domain::PhoneNumber> callers;
    std::vector<std::size_t> places;
  };
  std::map<domain::ProfileId, Question> questions;
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    const std::optional<domain::PhoneNumber>& caller = assigned[i].call.caller.number;
    if (!caller) continue;
    const domain::Profile& profile = assigned[i].profile;
    Question& question = questions.try_emplace(profile.id, Question{profile.rules, {}, {}}).first->second;
    question.callers.push_back(*caller);
    question.places.push_back(i);
  }

  std::vector<domain::CallerHistory> histories(assigned.size());
  for (const auto& [profile, question] : questions) {
    const std::vector<domain::CallerHistory> found = co_await engine_.ports.callers.histories(
        account_, question.rules.did, question.rules.call_duration, question.callers);
    for (std::size_t k = 0; k < found.size(); ++k) {
      domain::CallerHistory& history = histories[question.places[k]];
      history = found[k];
      history.own_number = engine_.roster.is_own_did(domain::Did(question.callers[k]));
    }
  }
  co_return histories;
}

void CallDesk::tell_of_decisions(const std::vector<PlannedCall>& planned,
                                 const std::vector<RecordOutcome>& outcomes) {
  std::size_t late = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    late += planned[i].late && std::holds_alternative<Recorded>(outcomes[i]) ? 1 : 0;
  const bool backlog = late > late_calls_told_singly;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto* recorded = std::get_if<Recorded>(&outcomes[i]);
    if (recorded == nullptr) continue;
    const DecidedCall& decided = planned[i].decided;
    engine_.tell(CallDecided{engine_.roster.subject(account_, decided.profile),
                             note(recorded->id, decided.call), recorded->decision,
                             backlog && planned[i].late});
  }
  if (backlog) engine_.tell(BacklogRecorded{engine_.roster.subject(account_), late});
}

base::task<> CallDesk::revise(RecordedCall revised) {
  std::chrono::seconds threshold{0};
  if (const Roster::Entry* entry = engine_.roster.find(account_)) {
    const auto profile = std::find_if(entry->profiles.begin(), entry->profiles.end(),
                                      [&](const domain::Profile& p) { return p.id == revised.profile; });
    if (profile != entry->profiles.end()) threshold = profile->rules.call_duration;
  }
  const bool got_through = revised.call.answered_for() > threshold;
  const ReviseOutcome outcome = co_await engine_.ports.calls.revise(revised.id, revised.call, got_through);
  const Subject subject = engine_.roster.subject(account_, revised.profile);
  switch (outcome) {
    case ReviseOutcome::Recorded:
      break;
    case ReviseOutcome::ReplyCancelled:
      engine_.tell(TextCancelled{subject, note(revised.id, revised.call), domain::CancelReason::GotThrough});
      break;
    case ReviseOutcome::AnsweredAfterText:
      engine_.tell(AnsweredAfterText{subject, note(revised.id, revised.call)});
      break;
  }
}

}  // namespace sms_notifier::app
