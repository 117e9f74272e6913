#include "voipms/client.h"

#include <utility>
#include <variant>

#include "voipms/answer.h"
#include "voipms/requests.h"

namespace sms_notifier::voipms {
namespace {

http::FormPost to_post(const ClientOptions& options, Fields fields) {
  http::FormPost post;
  post.url = options.base_url;
  post.fields = std::move(fields);
  post.total_max = options.poll_timeout;
  return post;
}

}  // namespace

Client::Client(http::Client& http, ClientOptions options)
    : http_(http), options_(std::move(options)), reader_(std::make_unique<AnswerReader>()) {}

Client::~Client() = default;

base::task<http::Outcome> Client::ask(http::FormPost request) {
  http::Outcome outcome = co_await http_.post(std::move(request));
  const auto* reply = std::get_if<http::ReceivedResponse>(&outcome);
  if (reply != nullptr && reply->date) tell_date({*reply->date, reply->took});
  co_return outcome;
}

base::task<app::Answer<app::CdrAnswer>> Client::get_cdr(const app::Credentials& account,
                                                        domain::PollWindow window,
                                                        app::CdrRowFilter& filter) {
  http::FormPost request = to_post(options_, calls_request(account, window));
  http::Outcome outcome = co_await ask(std::move(request));
  app::Answer<app::CdrAnswer> answer = reader_->calls(outcome, filter);
  if (auto* reply = std::get_if<http::ReceivedResponse>(&outcome)) http_.reuse(std::move(reply->body));
  co_return answer;
}

base::task<app::SubmitOutcome> Client::submit(const app::Credentials& account,
                                              const domain::TextMessage& text, domain::MessageKind kind,
                                              std::function<bool()> may_leave) {
  http::FormPost request = to_post(options_, send_request(account, text, kind));
  request.may_leave = std::move(may_leave);
  request.total_max = options_.send_timeout;
  request.fresh_connection = true;
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_->sent(outcome, kind);
}

base::task<app::Answer<std::vector<app::ListedText>>> Client::texts(const app::Credentials& account,
                                                                    const app::TextQuery& query) {
  http::FormPost request = to_post(options_, texts_request(account, query));
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_->texts(outcome);
}

base::task<app::Answer<std::string>> Client::ip(const app::Credentials& account) {
  http::FormPost request = to_post(options_, ip_request(account));
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_->ip(outcome);
}

base::task<app::Answer<std::string>> Client::balance(const app::Credentials& account) {
  http::FormPost request = to_post(options_, balance_request(account));
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_->balance(outcome);
}

base::task<app::Answer<std::vector<app::DidInfo>>> Client::dids(const app::Credentials& account) {
  http::FormPost request = to_post(options_, dids_request(account));
  const http::Outcome outcome = co_await ask(std::move(request));
  co_return reader_->dids(outcome);
}

}  // namespace sms_notifier::voipms
