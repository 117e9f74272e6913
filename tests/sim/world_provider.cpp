#include "sim/world_provider.h"

#include <algorithm>

namespace sms_notifier::sim {
namespace {

using Ending = simulator::Plan::Ending;
using FailureKind = http::Failure::Kind;

/// When the plan's answer is whole at the client, from the moment the provider got the request.
base::Duration time_of(const simulator::Plan& plan) {
  base::Duration time = plan.latency;
  if (plan.drip) time += *plan.drip * static_cast<std::int64_t>(plan.body.size());
  return time;
}

http::ReceivedResponse reply_of(const simulator::Plan& plan, base::Instant now, base::Duration took) {
  constexpr std::size_t parser_padding = 64;
  http::ReceivedResponse reply{plan.status, {}};
  reply.body.reserve(plan.body.size() + parser_padding);
  reply.body = plan.body;
  reply.date = std::chrono::floor<std::chrono::seconds>(now);
  reply.took = took;
  return reply;
}

}  // namespace

base::task<http::Outcome> WorldProvider::post(voipms::Fields fields, base::Duration time_max,
                                              app::Pauses& pauses, std::function<bool()> may_leave) {
  const base::Monotonic asked = loop_.monotonic();
  if (hazards_.refuses_connection())
    co_return http::Failure{FailureKind::NotConnected, false, "connection refused"};
  co_await hazards_.touch();
  co_await pauses.for_duration(options_.travel);
  if (may_leave && !may_leave())
    co_return http::Failure{FailureKind::Withdrawn, false, "withdrawn before its first byte"};
  http::Fields plain;
  for (auto& [name, value] : fields) plain.emplace_back(name, value.reveal());
  const simulator::Plan plan = world_.handle(plain, loop_.true_now());
  co_await hazards_.touch();

  const base::Duration rest = time_max - options_.travel;
  const base::Duration answered = time_of(plan) + options_.travel;
  const bool in_time = plan.ending != Ending::Hang && answered <= rest;
  co_await pauses.for_duration(in_time ? answered : rest);
  co_await hazards_.touch();
  if (pauses.ended()) co_return http::Failure{FailureKind::Aborted, true, "the request was ended"};
  if (!in_time) co_return http::Failure{FailureKind::TimedOut, true, "no answer in time"};
  if (plan.ending == Ending::Answer) co_return reply_of(plan, loop_.true_now(), loop_.monotonic() - asked);
  co_return http::Failure{FailureKind::Interrupted, true, "the connection ended"};
}

base::task<http::Outcome> WorldProvider::hear(base::task<http::Outcome> asked) {
  http::Outcome outcome = co_await std::move(asked);
  const auto* reply = std::get_if<http::ReceivedResponse>(&outcome);
  if (reply != nullptr && reply->date) tell_date({*reply->date, reply->took});
  co_return outcome;
}

void WorldProvider::end_questions() {
  questions_.end_all();
}

void WorldProvider::abort_all() {
  questions_.end_all();
  texts_.end_all();
}

base::task<app::Answer<app::CdrAnswer>> WorldProvider::get_cdr(const app::Credentials& account,
                                                               domain::PollWindow window,
                                                               app::CdrRowFilter& filter) {
  voipms::Fields request = voipms::calls_request(account, window);
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_.calls(outcome, filter);
}

base::task<app::SubmitOutcome> WorldProvider::submit(const app::Credentials& account,
                                                     const domain::TextMessage& text,
                                                     domain::MessageKind kind,
                                                     std::function<bool()> may_leave) {
  voipms::Fields request = voipms::send_request(account, text, kind);
  const auto leaves = [&] {
    if (!may_leave()) return false;
    before_submit_(text);
    return true;
  };
  base::task<http::Outcome> sending = post(std::move(request), options_.send_timeout, texts_, leaves);
  const http::Outcome outcome = co_await hear(std::move(sending));
  co_return reader_.sent(outcome, kind);
}

base::task<app::Answer<std::vector<app::ListedText>>> WorldProvider::texts(const app::Credentials& account,
                                                                           const app::TextQuery& query) {
  voipms::Fields request = voipms::texts_request(account, query);
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_.texts(outcome);
}

base::task<app::Answer<std::string>> WorldProvider::ip(const app::Credentials& account) {
  voipms::Fields request = voipms::ip_request(account);
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_.ip(outcome);
}

base::task<app::Answer<std::string>> WorldProvider::balance(const app::Credentials& account) {
  voipms::Fields request = voipms::balance_request(account);
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_.balance(outcome);
}

base::task<app::Answer<std::vector<app::DidInfo>>> WorldProvider::dids(const app::Credentials& account) {
  voipms::Fields request = voipms::dids_request(account);
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_.dids(outcome);
}

}  // namespace sms_notifier::sim
