#pragma once

#include <functional>

#include "app/pause.h"
#include "app/ports/provider.h"
#include "sim/hazards.h"
#include "simulator/world.h"
#include "voipms/answer.h"
#include "voipms/requests.h"

namespace sms_notifier::sim {

/// The simulated provider behind the production requests and the production reader of answers; only the
/// network between them is made up.
class WorldProvider final : public app::Provider {
 public:
  struct Options {
    base::Duration poll_timeout = std::chrono::seconds{90};
    base::Duration send_timeout = std::chrono::seconds{60};
    base::Duration travel = std::chrono::milliseconds{40};  ///< of a request, and of its answer
  };
  /// `before_submit` is told of each text before its first byte leaves.
  WorldProvider(simulator::World& world, test_support::VirtualLoop& loop, Hazards& hazards, Options options,
                std::function<void(const domain::TextMessage&)> before_submit)
      : world_(world),
        loop_(loop),
        hazards_(hazards),
        options_(options),
        before_submit_(std::move(before_submit)),
        questions_(loop),
        texts_(loop) {}

  base::task<app::Answer<app::CdrAnswer>> get_cdr(const app::Credentials& account, domain::PollWindow window,
                                                  app::CdrRowFilter& filter) override;
  base::task<app::SubmitOutcome> submit(const app::Credentials& account, const domain::TextMessage& text,
                                        domain::MessageKind kind, std::function<bool()> may_leave) override;
  base::task<app::Answer<std::vector<app::ListedText>>> texts(const app::Credentials& account,
                                                              const app::TextQuery& query) override;
  base::task<app::Answer<std::string>> ip(const app::Credentials& account) override;
  base::task<app::Answer<std::string>> balance(const app::Credentials& account) override;
  base::task<app::Answer<std::vector<app::DidInfo>>> dids(const app::Credentials& account) override;
  void end_questions() override;
  void abort_all() override;

 private:
  base::task<http::Outcome> post(voipms::Fields fields, base::Duration time_max, app::Pauses& pauses,
                                 std::function<bool()> may_leave = {});
  base::task<http::Outcome> ask(voipms::Fields fields) {
    return hear(post(std::move(fields), options_.poll_timeout, questions_));
  }
  /// Tells of the answer's date, as the production client does.
  base::task<http::Outcome> hear(base::task<http::Outcome> asked);

  simulator::World& world_;
  test_support::VirtualLoop& loop_;
  Hazards& hazards_;
  Options options_;
  std::function<void(const domain::TextMessage&)> before_submit_;
  app::Pauses questions_;
  app::Pauses texts_;
  voipms::AnswerReader reader_;
};

}  // namespace sms_notifier::sim
