#include "voipms/requests.h"

#include <string_view>

namespace sms_notifier::voipms {
namespace {

/// The one value for which the answer's dates are the wall clock of Toronto all year (docs/provider/calls.md,
/// "Time zone").
constexpr std::string_view toronto_wall_clock = "-5";

class RequestBuilder {
 public:
  RequestBuilder(const app::Credentials& account, std::string_view method) {
    fields_.reserve(16);
    add("api_username", account.email);
    fields_.emplace_back("api_password", account.api_password);
    add("method", method);
    add("content_type", "json");
  }

  RequestBuilder& add(std::string_view name, std::string_view value) {
    fields_.emplace_back(name, base::Secret(std::string(value)));
    return *this;
  }

  Fields done() { return std::move(fields_); }

 private:
  Fields fields_;
};

}  // namespace

Fields calls_request(const app::Credentials& account, const domain::PollWindow& window) {
  return RequestBuilder(account, "getCDR")
      .add("date_from", domain::to_string(window.from))
      .add("date_to", domain::to_string(window.to))
      .add("timezone", toronto_wall_clock)
      .add("answered", "1")
      .add("noanswer", "1")
      .add("busy", "1")
      .add("failed", "1")
      .done();
}

Fields send_request(const app::Credentials& account, const domain::TextMessage& text,
                    domain::MessageKind kind) {
  return RequestBuilder(account, kind == domain::MessageKind::Sms ? "sendSMS" : "sendMMS")
      .add("did", text.from.digits())
      .add("dst", text.to.digits())
      .add("message", text.body)
      .done();
}

Fields texts_request(const app::Credentials& account, const app::TextQuery& query) {
  RequestBuilder request(account, query.kind == domain::MessageKind::Sms ? "getSMS" : "getMMS");
  if (query.received_only) request.add("type", "1");
  if (query.did) request.add("did", query.did->digits());
  return request.add("from", domain::to_string(query.first_day))
      .add("to", domain::to_string(query.last_day))
      .add("limit", std::to_string(app::texts_listed_max))  // by default the provider lists 50
      // With 1 the rows do not say whether they are SMS or MMS, and the two number their texts alike.
      .add("all_messages", "0")
      .add("timezone", toronto_wall_clock)
      .done();
}

Fields ip_request(const app::Credentials& account) {
  return RequestBuilder(account, "getIP").done();
}

Fields balance_request(const app::Credentials& account) {
  return RequestBuilder(account, "getBalance").done();
}

Fields dids_request(const app::Credentials& account) {
  return RequestBuilder(account, "getDIDsInfo").done();
}

}  // namespace sms_notifier::voipms
