#include "workload.h"

#include <algorithm>
#include <sstream>
#include <type_traits>
#include <utility>

#include "support/run_task.h"

namespace sms_notifier::torture {
namespace {

using domain::ReplyEvent;
using domain::ReplyState;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::Instant now{hours{500'000}};
const domain::WallTime noon = *domain::parse_wall_time("2027-01-15 12:00:00");
const domain::Day today = std::chrono::floor<std::chrono::days>(now);
const domain::AccountId account{1};
constexpr int profiles = 3;  ///< ids 1 to 3, all of the account
constexpr int callers = 50;

domain::Did did_of(std::int64_t profile) {
  return *domain::Did::parse("555010010" + std::to_string(profile));
}
domain::PhoneNumber caller(std::uint64_t number) {
  return *domain::PhoneNumber::parse(std::to_string(5'551'000'000 + number));
}
domain::CheckedProfile checked(std::int64_t profile, const std::string& message) {
  domain::ProfileRules rules{did_of(profile)};
  rules.message = message;
  return {"owner@clinic.example", rules};
}

domain::Sentence said(const char* text) {
  return domain::Sentence::as_written(text);
}

std::int64_t number(base::Instant instant) {
  return instant.time_since_epoch().count();
}
std::int64_t number(const std::optional<base::Instant>& instant) {
  return instant ? number(*instant) : 0;
}

void tell(std::ostream& out, const app::CallRecord& record) {
  out << "call " << record.id.value() << ' ' << record.profile.value() << ' ' << record.account_email << ' '
      << record.call.did.digits() << ' ' << record.call.caller.name << ' ' << number(record.first_seen_at)
      << ' ' << to_code(record.decision);
  if (record.call.caller.number) out << ' ' << record.call.caller.number->digits();
  for (const domain::Leg& leg : record.call.legs)
    out << " leg " << leg.key << ' ' << number(leg.started_at) << ' ' << to_string(leg.disposition) << ' '
        << leg.seconds.count();
  if (record.reply)
    out << " reply " << to_code(record.reply->state) << ' ' << to_code(record.reply->kind) << ' '
        << record.reply->attempts << ' ' << record.reply->provider_id << ' '
        << number(record.reply->requested_at) << ' ' << number(record.reply->settled_at) << ' '
        << in_english(record.reply->evidence);
  out << '\n';
}

void tell(std::ostream& out, const app::OpenReply& open) {
  out << "open " << open.id.value() << ' ' << open.account.value() << ' ' << open.call->value() << ' '
      << open.profile.value() << ' ' << open.text.from.digits() << ' ' << open.text.to.digits() << ' '
      << open.text.body << ' ' << to_code(open.state) << ' ' << open.attempts << ' ' << open.maybe_sent << ' '
      << number(open.called_at) << ' ' << number(open.not_before) << ' ' << number(open.expires_at) << ' '
      << number(open.sending_at) << '\n';
}

void tell(std::ostream& out, const app::ProfileView& view) {
  out << "profile " << view.profile.id.value() << ' ' << view.profile.account.value() << ' '
      << view.profile.running << ' ' << number(view.profile.first_polled_at) << ' '
      << view.profile.rules.message << ' ' << number(view.account_health.last_good_poll) << ' '
      << in_english(view.account_health.last_error) << '\n';
}

}  // namespace

std::string told_by(Books books) {
  using test_support::run_task;
  constexpr std::size_t everything = 1'000'000;
  std::ostringstream out;
  app::CallQuery all_calls;
  all_calls.limit = everything;
  for (const app::CallRecord& record : run_task(books.ledger.calls(all_calls))) tell(out, record);
  for (const app::OpenReply& open : run_task(books.ledger.open_replies({}))) tell(out, open);
  for (const app::ProfileView& view : run_task(books.settings.profiles({}))) tell(out, view);
  out << "texts " << run_task(books.ledger.texts_counted(account, today)) << '\n';
  std::vector<domain::PhoneNumber> everybody;
  for (std::uint64_t n = 0; n < callers; ++n) everybody.push_back(caller(n));
  for (std::int64_t profile = 1; profile <= profiles; ++profile) {
    for (const domain::CallerHistory& history :
         run_task(books.ledger.histories(account, did_of(profile), {}, everybody)))
      out << history.blocked << history.opted_out << number(history.last_texted_at) << '/'
          << history.callers_since << ' ';
  }
  app::LogQuery whole_log;
  whole_log.limit = everything;
  for (const app::LogRow& row : run_task(books.log.rows(whole_log)))
    out << "log " << in_english(row.what) << '\n';
  out << "version " << run_task(books.settings.changes_since(0)).version << '\n';
  return out.str();
}

template <class T>
base::task<T> Workload::perform(std::function<base::task<T>(Books)> what, bool is_claim) {
  auto repeat = [what](Books books) -> base::task<> {
    if constexpr (std::is_void_v<T>)
      return what(books);
    else
      return [](base::task<T> task) -> base::task<> { co_await std::move(task); }(what(books));
  };
  history_.ask({std::move(repeat), is_claim});
  const std::size_t mine = history_.asked();
  if constexpr (std::is_void_v<T>) {
    co_await what(books_);
    history_.answer(mine);
    after_answer_();
  } else {
    T result = co_await what(books_);
    history_.answer(mine);
    after_answer_();
    co_return result;
  }
}

base::task<> Workload::begin() {
  const std::vector<app::ProfileView> there = co_await books_.settings.profiles({});
  for (auto id = static_cast<std::int64_t>(there.size()) + 1; id <= profiles; ++id) {
    const domain::CheckedProfile profile = checked(id, "Sorry we missed you.");
    const std::optional<base::Secret> password = base::Secret("password");
    std::function<base::task<std::optional<domain::ProfileId>>(Books)> add =
        [profile, password](Books books) { return books.settings.add_profile(profile, password, {}); };
    co_await perform(std::move(add));
    std::function<base::task<bool>(Books)> start = [id](Books books) {
      return books.settings.set_running(domain::ProfileId(id), true, {});
    };
    co_await perform(std::move(start));
  }
  std::function<base::task<int>(Books)> disown = [](Books books) { return books.ledger.disown_sending({}); };
  co_await perform(std::move(disown));
  const std::vector<app::OpenReply> open = co_await books_.ledger.open_replies({});
  open_.assign(open.begin(), open.end());
  const std::vector<app::RecordedCall> calls = co_await books_.ledger.recent_calls(account, base::Instant());
  for (const app::RecordedCall& call : calls) calls_.insert_or_assign(call.id, call.call);
}

base::task<> Workload::work_on_calls(int steps) {
  for (int step = 0; step < steps; ++step) {
    if (open_.empty() || below(3) == 0) {
      co_await record_some();
      continue;
    }
    app::OpenReply reply = std::move(open_.front());
    open_.pop_front();
    co_await carry_on(std::move(reply));
  }
}

app::DecidedCall Workload::new_call() {
  const auto profile = static_cast<std::int64_t>(below(profiles)) + 1;
  const std::string key = "k" + std::to_string(chance_());
  domain::Call call{{caller(below(callers)), "A CALLER"},
                    did_of(profile),
                    {{key, now - seconds{20}, domain::Disposition::NoAnswer, seconds{0}}}};
  if (below(4) == 0)
    call.legs.push_back({key + "-2", now - seconds{15}, domain::Disposition::NoAnswer, seconds{0}});
  if (below(8) == 0)
    return {std::move(call), domain::ProfileId(profile), domain::Skip{domain::SkipReason::Closed}, now, {}};
  app::DecidedCall decided{std::move(call), domain::ProfileId(profile), domain::ReplyToCall{}, now, {}};
  app::DecidedCall::ReplyTerms terms{
      domain::TextMessage{did_of(profile), *decided.call.caller.number, "Sorry."},
      now,
      now + minutes{15},
      now,
      std::nullopt,
      today,
      400};
  if (below(3) == 0) terms.texts_count_since = now - hours{24};
  if (below(20) == 0) terms.expires_at = now;
  decided.terms = terms;
  return decided;
}

base::task<> Workload::record_some() {
  std::vector<app::DecidedCall> some;
  for (std::uint64_t n = below(3) + 1; n > 0; --n) some.push_back(new_call());
  std::function<base::task<std::vector<app::RecordOutcome>>(Books)> record = [some](Books books) {
    return books.ledger.record(account, some);
  };
  const std::vector<app::RecordOutcome> outcomes = co_await perform(std::move(record));
  for (std::size_t n = 0; n < outcomes.size(); ++n) {
    const auto* recorded = std::get_if<app::Recorded>(&outcomes[n]);
    if (recorded == nullptr || !recorded->reply) continue;
    calls_.insert_or_assign(recorded->id, some[n].call);
    open_.push_back(*recorded->reply);
  }
}

base::task<> Workload::carry_on(app::OpenReply reply) {
  if (below(10) == 0) {
    domain::Call& call = calls_.at(*reply.call);
    domain::add_leg(call, {"k" + std::to_string(chance_()), base::Instant(now + seconds{call.legs.size()}),
                           domain::Disposition::Answered, seconds{90}});
    std::function<base::task<app::ReviseOutcome>(Books)> revise = [id = *reply.call, call](Books books) {
      return books.ledger.revise(id, call, true);
    };
    co_await perform(std::move(revise));
  }
  if (reply.state == ReplyState::Reserved)
    co_await claim(std::move(reply));
  else if (reply.state == ReplyState::Unknown)
    co_await resolve(std::move(reply));
}

base::task<> Workload::claim(app::OpenReply reply) {
  std::function<base::task<app::ClaimOutcome>(Books)> claim = [id = reply.id](Books books) {
    return books.ledger.claim(id, now, noon);
  };
  const app::ClaimOutcome outcome = co_await perform(std::move(claim), true);
  const auto* claimed = std::get_if<app::Claimed>(&outcome);
  if (claimed == nullptr) co_return;

  app::Settlement settlement{ReplyEvent::Accept, provider_id(), said("accepted")};
  switch (below(8)) {
    case 0:
      settlement = {ReplyEvent::Refuse, "", said("refused")};
      break;
    case 1:
      settlement = {ReplyEvent::NotSent, "", said("not sent")};
      break;
    case 2:
    case 3:
      settlement = {ReplyEvent::LoseSight, "", said("no answer")};
      break;
    case 4:
      co_return;  // the answer never comes
    default:
      break;
  }
  std::function<base::task<ReplyState>(Books)> settle = [id = reply.id, attempt = claimed->attempt,
                                                         settlement](Books books) {
    return books.ledger.settle(id, attempt, settlement, now);
  };
  reply.state = co_await perform(std::move(settle));
  if (domain::is_open(reply.state)) open_.push_back(std::move(reply));
}

base::task<> Workload::resolve(app::OpenReply reply) {
  app::Resolution resolution{ReplyEvent::Accept, provider_id(), said("found")};
  switch (below(3)) {
    case 0:
      resolution = {ReplyEvent::ProveAbsent, "", said("absent")};
      break;
    case 1:
      resolution = {ReplyEvent::GiveUp, "", said("undecided")};
      break;
    default:
      break;
  }
  std::function<base::task<ReplyState>(Books)> resolve = [id = reply.id, resolution](Books books) {
    return books.ledger.resolve(id, resolution, now);
  };
  reply.state = co_await perform(std::move(resolve));
  if (domain::is_open(reply.state)) open_.push_back(std::move(reply));
}

base::task<> Workload::work_as_owner(int steps) {
  for (int step = 0; step < steps; ++step) {
    const domain::ProfileId profile(static_cast<std::int64_t>(below(profiles)) + 1);
    const std::string words = "word " + std::to_string(chance_());
    switch (below(6)) {
      case 0: {
        for (const bool running : {false, true}) {
          std::function<base::task<bool>(Books)> set = [profile, running](Books books) {
            return books.settings.set_running(profile, running, {});
          };
          co_await perform(std::move(set));
        }
        break;
      }
      case 1: {
        std::function<base::task<app::Settings::EditResult>(Books)> edit =
            [profile, rules = checked(profile.value(), words)](Books books) {
              static const std::optional<base::Secret> unchanged;
              return books.settings.edit_profile(profile, rules, unchanged, {});
            };
        co_await perform(std::move(edit));
        break;
      }
      case 2: {
        std::function<base::task<std::vector<app::CallerWord>>(Books)> opt_out =
            [who = caller(below(callers))](Books books) {
              return books.ledger.note_words(account, {{who, domain::StopWord::Stop, now}});
            };
        co_await perform(std::move(opt_out));
        break;
      }
      case 3: {
        app::AccountHealth polled{account};
        polled.last_good_poll = now;
        polled.last_error = domain::Sentence::as_written(words);
        const std::vector<app::AccountHealth> health{polled};
        std::function<base::task<>(Books)> save = [health](Books books) {
          return books.settings.save_health(health, {});
        };
        co_await perform(std::move(save));
        break;
      }
      default: {
        const std::vector<app::LogRow> rows{
            {{}, "owner@clinic.example", profile, now, domain::Sentence::as_written(words)}};
        std::function<base::task<>(Books)> append = [rows](Books books) { return books.log.append(rows); };
        co_await perform(std::move(append));
        break;
      }
    }
  }
}

}  // namespace sms_notifier::torture
