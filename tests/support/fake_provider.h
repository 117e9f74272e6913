#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/pause.h"
#include "app/ports/clock.h"
#include "app/ports/provider.h"

namespace sms_notifier::test_support {

/// As the provider or the network words it.
inline domain::Sentence said(std::string words) {
  return domain::Sentence::as_written(std::move(words));
}

/// A CDR row as the provider would write it.
struct FakeRow {
  std::string unique_id;
  std::string date;  ///< Toronto wall clock
  std::string callerid;
  std::string destination;
  std::string destination_type = "IN:CAN";
  std::string description = "Inbound DID";
  std::string disposition = "NO ANSWER";
  std::string seconds = "0";
};

/// A number that calls, and another.
inline constexpr const char* a_caller = "5551234567";
inline constexpr const char* another_caller = "5559876543";

/// How a submission ends whose answer never came.
inline const app::SubmitOutcome lost = app::Unconfirmed{said("timed out")};

/// The provider in memory: lists the rows it is given and keeps what it was asked to send.
class FakeProvider final : public app::Provider {
 public:
  explicit FakeProvider(app::Clock& clock)
      : clock_(clock), zero_(clock.now() - clock.monotonic().time_since_epoch()) {}

  /// The provider's time, which goes on rightly whatever becomes of the clock under test.
  base::Instant now() const { return zero_ + clock_.monotonic().time_since_epoch() + ahead; }
  base::Duration ahead{0};            ///< of the clock under test, as that was at the start
  bool tells_date = true;             ///< in every answer
  std::deque<base::Duration> odd_by;  ///< of the dates of the next answers, one each

  std::map<std::string, std::vector<FakeRow>> rows;  ///< by account e-mail, as listed now
  std::vector<domain::Sentence> unreadable;          ///< rows that every list of calls also has
  std::vector<domain::Sentence> odd;
  std::map<std::string, std::vector<std::string>> numbers;
  std::set<std::string> sms_off;  ///< numbers for which SMS is not enabled
  std::string balance_left = "12.34";
  int balances_asked = 0;
  int numbers_asked = 0;
  std::optional<app::Trouble> trouble;  ///< what every read meets
  /// Requests that it carries out in any minute; those that it refuses count as well. None: all.
  std::optional<int> requests_per_minute;
  base::Duration latency{0};
  std::map<std::string, base::Duration> latency_of;  ///< by account e-mail, where it differs

  /// What the next submissions come to; afterwards all are accepted. `delivered`: it reached the caller's
  /// phone.
  struct Submission {
    app::SubmitOutcome outcome;
    bool delivered = false;
  };
  std::deque<Submission> next_submissions;
  std::optional<app::SubmitOutcome> submit_trouble;  ///< what every text comes to instead
  std::function<void()> while_connecting;            ///< what happens once, before the first byte of a text

  struct Delivered {
    domain::TextMessage text;
    domain::MessageKind kind;
    std::string provider_id;
    base::Instant at;
    bool listed = true;
  };
  std::vector<Delivered> delivered;  ///< what arrived at callers' phones
  std::vector<Delivered> received;   ///< what callers wrote to our numbers; `to` is the caller
  std::vector<base::Instant> polls;  ///< when getCDR was asked
  int submissions = 0;
  bool lists_sent_texts = true;
  std::optional<app::Trouble> list_trouble;  ///< what every look at the list of texts meets
  bool mms_refused = false;                  ///< the list of MMS is a bad request
  std::optional<app::Trouble> mms_trouble;   ///< what every look at the list of MMS meets
  base::Duration list_latency{0};            ///< of lists of texts, beside the usual one
  int refused_requests = 0;                  ///< because there were too many
  int text_lists = 0;                        ///< times that the list of sent texts was asked for
  int received_lists = 0;                    ///< times that only what callers wrote was asked for
  const domain::TimeZone* zone = nullptr;    ///< for the dates of sent texts

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
  void abort_all() override {}

 private:
  base::Duration time_of(const app::Credentials& account) const;
  /// Counts the request; whether the limit per minute has been reached.
  bool too_many();
  /// As a whole answer does.
  void tell_time(base::Duration took);
  /// False when end_questions() came first.
  base::task<bool> answer_in_time(const app::Credentials& account);

  app::Clock& clock_;
  const base::Instant zero_;  ///< our wall clock when our steady one showed zero
  std::shared_ptr<app::Pauses> questions_ = std::make_shared<app::Pauses>(clock_);
  std::vector<base::Monotonic> requests_;
  int next_id_ = 5000;
};

}  // namespace sms_notifier::test_support
