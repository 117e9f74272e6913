#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/ports/provider.h"
#include "base/time.h"
#include "http/client.h"

namespace sms_notifier::voipms {

struct ClientOptions {
  std::string base_url = "https://voip.ms/api/v1/rest.php";
  base::Duration poll_timeout = std::chrono::seconds{90};  ///< everything that only reads
  base::Duration send_timeout = std::chrono::seconds{60};
};

class AnswerReader;

/// VoIP.ms over its REST/JSON interface (docs/provider/README.md). Belongs to the loop of its HTTP client,
/// and must outlive the requests that it makes.
class Client final : public app::Provider {
 public:
  Client(http::Client& http, ClientOptions options);
  ~Client() override;

  base::task<app::Answer<app::CdrAnswer>> get_cdr(const app::Credentials& account, domain::PollWindow window,
                                                  app::CdrRowFilter& filter) override;
  base::task<app::SubmitOutcome> submit(const app::Credentials& account, const domain::TextMessage& text,
                                        domain::MessageKind kind, std::function<bool()> may_leave) override;
  base::task<app::Answer<std::vector<app::ListedText>>> texts(const app::Credentials& account,
                                                              const app::TextQuery& query) override;
  base::task<app::Answer<std::string>> ip(const app::Credentials& account) override;
  base::task<app::Answer<std::string>> balance(const app::Credentials& account) override;
  base::task<app::Answer<std::vector<app::DidInfo>>> dids(const app::Credentials& account) override;
  void end_questions() override { http_.end_repeatable(); }
  void abort_all() override { http_.abort_all(); }

 private:
  /// Tells of the answer's date, whatever else it says.
  base::task<http::Outcome> ask(http::FormPost request);

  http::Client& http_;
  const ClientOptions options_;
  const std::unique_ptr<AnswerReader> reader_;
};

}  // namespace sms_notifier::voipms
