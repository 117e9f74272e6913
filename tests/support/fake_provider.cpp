#include "support/fake_provider.h"

namespace sms_notifier::test_support {
namespace {

domain::CdrRow parsed(const FakeRow& row) {
  domain::CdrRow cdr;
  cdr.unique_id = row.unique_id;
  cdr.date = *domain::parse_wall_time(row.date);
  cdr.caller = domain::parse_caller_id(row.callerid);
  cdr.destination = row.destination;
  cdr.destination_type = row.destination_type;
  cdr.description = row.description;
  cdr.disposition = domain::parse_disposition(row.disposition);
  cdr.seconds = std::chrono::seconds{std::stoi(row.seconds)};
  return cdr;
}

std::string written(const FakeRow& row) {
  std::string text;
  for (const std::string& field : {row.unique_id, row.date, row.callerid, row.destination,
                                   row.destination_type, row.description, row.disposition, row.seconds}) {
    text += field + "|";
  }
  return text;
}

const app::Trouble over_the_limit{app::TroubleKind::TooManyRequests, said("api_limit_exceeded")};
const app::Trouble ended{app::TroubleKind::HeldUp, said("the request was ended")};

}  // namespace

void FakeProvider::end_questions() {
  std::exchange(questions_, std::make_shared<app::Pauses>(clock_))->end_all();
}

base::Duration FakeProvider::time_of(const app::Credentials& account) const {
  const auto own = latency_of.find(account.email);
  return own == latency_of.end() ? latency : own->second;
}

bool FakeProvider::too_many() {
  const base::Monotonic now = clock_.monotonic();
  std::erase_if(requests_, [&](base::Monotonic at) { return now - at >= std::chrono::minutes{1}; });
  const bool refused =
      requests_per_minute && requests_.size() >= static_cast<std::size_t>(*requests_per_minute);
  requests_.push_back(now);
  refused_requests += refused ? 1 : 0;
  return refused;
}

base::task<bool> FakeProvider::answer_in_time(const app::Credentials& account) {
  const std::shared_ptr<app::Pauses> pauses = questions_;
  const base::Duration time = time_of(account);
  if (time > base::Duration::zero()) co_await pauses->for_duration(time);
  if (pauses == questions_) tell_time(time);
  co_return pauses == questions_;
}

void FakeProvider::tell_time(base::Duration took) {
  base::Duration by{0};
  if (!odd_by.empty()) {
    by = odd_by.front();
    odd_by.pop_front();
  }
  if (tells_date) tell_date({std::chrono::floor<std::chrono::seconds>(now() + by), took});
}

base::task<app::Answer<app::CdrAnswer>> FakeProvider::get_cdr(const app::Credentials& account,
                                                              domain::PollWindow window,
                                                              app::CdrRowFilter& filter) {
  polls.push_back(now());
  const bool refused = too_many();
  const bool answered = co_await answer_in_time(account);
  if (!answered) co_return ended;
  if (refused) co_return over_the_limit;
  if (trouble) co_return *trouble;
  app::CdrAnswer answer;
  answer.unreadable = unreadable;
  answer.odd = odd;
  for (const FakeRow& row : rows[account.email]) {
    const std::string day = row.date.substr(0, 10);
    if (day < domain::to_string(window.from) || day > domain::to_string(window.to)) continue;
    ++answer.rows_listed;
    if (filter.wants(std::hash<std::string>{}(written(row)))) answer.rows.push_back(parsed(row));
  }
  co_return answer;
}

base::task<app::SubmitOutcome> FakeProvider::submit(const app::Credentials& account,
                                                    const domain::TextMessage& text, domain::MessageKind kind,
                                                    std::function<bool()> may_leave) {
  if (while_connecting) std::exchange(while_connecting, nullptr)();
  if (!may_leave()) co_return app::NotSent{{app::TroubleKind::HeldUp, said("nothing was sent")}};
  if (too_many()) co_return app::NotSent{over_the_limit};
  ++submissions;
  const std::string id = std::to_string(++next_id_);
  Submission submission{app::Accepted{id}, true};
  if (!next_submissions.empty()) {
    submission = next_submissions.front();
    next_submissions.pop_front();
  }
  if (submit_trouble) submission = {*submit_trouble, false};
  if (submission.delivered) delivered.push_back({text, kind, id, now(), true});
  const base::Duration time = time_of(account);
  if (time > base::Duration::zero()) {
    const auto timer = clock_.make_timer();
    co_await timer->wait_until(clock_.monotonic() + time);
  }
  tell_time(time);
  co_return submission.outcome;
}

base::task<app::Answer<std::vector<app::ListedText>>> FakeProvider::texts(const app::Credentials& account,
                                                                          const app::TextQuery& query) {
  ++(query.received_only ? received_lists : text_lists);
  const bool refused = too_many();
  const bool answered = co_await answer_in_time(account);
  if (!answered) co_return ended;
  if (refused) co_return over_the_limit;
  if (list_trouble) co_return *list_trouble;
  if (mms_trouble && query.kind == domain::MessageKind::Mms) co_return *mms_trouble;
  if (mms_refused && query.kind == domain::MessageKind::Mms)
    co_return app::Trouble{app::TroubleKind::BadRequest, said("invalid_did")};
  if (trouble) co_return *trouble;
  std::vector<app::ListedText> listed;
  const auto list = [&](const Delivered& text, bool is_received) {
    if (!text.listed || text.kind != query.kind) return;
    if (query.did && text.text.from != *query.did) return;
    const domain::Day day = zone->day_of(text.at);
    if (day < query.first_day || day > query.last_day) return;
    listed.push_back({is_received, text.provider_id, zone->wall_time(text.at), text.text.from.number(),
                      text.text.to, text.text.body});
  };
  for (const Delivered& text : delivered) {
    if (lists_sent_texts && !query.received_only) list(text, false);
  }
  for (const Delivered& text : received) list(text, true);
  if (list_latency > base::Duration::zero()) {
    const auto timer = clock_.make_timer();
    co_await timer->wait_until(clock_.monotonic() + list_latency);
  }
  co_return listed;
}

base::task<app::Answer<std::string>> FakeProvider::ip(const app::Credentials&) {
  co_return std::string("192.0.2.1");
}

base::task<app::Answer<std::string>> FakeProvider::balance(const app::Credentials&) {
  ++balances_asked;
  tell_time({});
  if (too_many()) co_return over_the_limit;
  if (trouble) co_return *trouble;
  co_return balance_left;
}

base::task<app::Answer<std::vector<app::DidInfo>>> FakeProvider::dids(const app::Credentials& account) {
  ++numbers_asked;
  tell_time({});
  if (too_many()) co_return over_the_limit;
  if (trouble) co_return *trouble;
  std::vector<app::DidInfo> infos;
  for (const std::string& number : numbers[account.email]) {
    app::DidInfo info{*domain::Did::parse(number)};
    info.sms_available = true;
    info.sms_enabled = !sms_off.contains(number);
    infos.push_back(std::move(info));
  }
  co_return infos;
}

}  // namespace sms_notifier::test_support
