#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/cdr.h"
#include "domain/poll_window.h"
#include "domain/provider_clock.h"
#include "domain/reply.h"
#include "domain/sentence.h"
#include "domain/trouble.h"

namespace sms_notifier::app {

struct Credentials {
  std::string email;
  base::Secret api_password;
};

using domain::TroubleKind;

struct Trouble {
  TroubleKind kind;
  /// The provider's or the network's words where there are any, else what we saw; redacted, short.
  domain::Sentence detail;
};

/// What a row, or a whole answer, is known by within this process: alike for what the provider wrote alike.
using Fingerprint = std::uint64_t;

/// Says which rows of an answer are worth reading, on the caller's loop; must not throw.
class CdrRowFilter {
 public:
  virtual ~CdrRowFilter() = default;
  /// Whether the answer is, byte for byte, the one that was dealt with last: then its rows are not asked
  /// about.
  virtual bool is_as_before(Fingerprint answer) = 0;
  /// Asked once per row, sound or not, in the answer's order.
  virtual bool wants(Fingerprint row) = 0;
};

struct CdrAnswer {
  std::vector<domain::CdrRow> rows;  ///< the rows that the filter wanted, in the answer's order
  std::size_t rows_listed = 0;       ///< all rows of the answer
  bool as_before = false;            ///< nothing was read, because it is the answer of last time
  std::vector<domain::Sentence>
      unreadable;                     ///< rows that were skipped, one sentence each (bounded, redacted)
  std::vector<domain::Sentence> odd;  ///< what was odd in rows that were read all the same, likewise
};

/// The provider took the text under this id.
struct Accepted {
  std::string provider_id;
};
/// Refused for good; it was certainly not sent.
struct Rejected {
  domain::Sentence detail;  ///< status word, and message where there is one
};
/// It certainly did not go out, and may go out later.
struct NotSent {
  Trouble why;
};
/// It may have gone out (docs/reliability.md, "Outcome of a send").
struct Unconfirmed {
  domain::Sentence detail;
  /// The provider itself answered: whatever it does with the text, it has done.
  bool answered = false;
};
using SubmitOutcome = std::variant<Accepted, Rejected, NotSent, Unconfirmed>;

/// A row of getSMS or getMMS, as listed.
struct ListedText {
  bool received = false;  ///< by one of our numbers; else sent from it
  std::string provider_id;
  domain::WallTime date;
  std::optional<domain::PhoneNumber> did;
  std::optional<domain::PhoneNumber> contact;
  std::string body;
};

/// Rows that the provider is asked for; as many may mean that there are more.
constexpr std::size_t texts_listed_max = 1000;

struct TextQuery {
  domain::MessageKind kind = domain::MessageKind::Sms;
  std::optional<domain::Did> did;  ///< absent: texts of every number of the account
  domain::Day first_day;
  domain::Day last_day;
  bool received_only = false;  ///< not those that were sent from our numbers
};

struct DidInfo {
  domain::Did did;
  std::string description;
  bool sms_available = false;
  bool sms_enabled = false;
  bool mms_available = false;
  /// `account:100001_counter`, `vm:201` (docs/provider/account.md, "Fields of a number")
  std::string routing;
  std::string failover_noanswer;
  std::string voicemail;
};

template <class T>
using Answer = base::Result<T, Trouble>;

/// The provider. Every method makes one HTTP request and returns on the caller's loop; none throws for what
/// the provider or the network does. A request that only reads may reach the provider again when a kept
/// connection turns out to be dead; submit() never does. Passwords travel in the request's body only.
class Provider {
 public:
  virtual ~Provider() = default;

  virtual base::task<Answer<CdrAnswer>> get_cdr(const Credentials& account, domain::PollWindow window,
                                                CdrRowFilter& filter) = 0;

  /// Hands one text to the provider, once, on a connection of its own. Whatever may have left the machine
  /// without a clear answer is Unconfirmed. `may_leave` is asked right before the first byte, once the
  /// connection stands, and must not throw: with false the text is NotSent (HeldUp).
  virtual base::task<SubmitOutcome> submit(const Credentials& account, const domain::TextMessage& text,
                                           domain::MessageKind kind, std::function<bool()> may_leave) = 0;

  /// The provider's own list of texts. An empty list is an answer, too.
  virtual base::task<Answer<std::vector<ListedText>>> texts(const Credentials& account,
                                                            const TextQuery& query) = 0;

  /// The address under which the provider sees us: what belongs on the allow-list. Works although the address
  /// is refused (docs/provider/transport.md, "Access").
  virtual base::task<Answer<std::string>> ip(const Credentials& account) = 0;
  /// Dollars, as the provider writes them.
  virtual base::task<Answer<std::string>> balance(const Credentials& account) = 0;
  virtual base::task<Answer<std::vector<DidInfo>>> dids(const Credentials& account) = 0;

  /// From now on nothing is asked any more: what only reads fails at once, also when it is under way. A text
  /// under way goes on. For the beginning of a shutdown.
  virtual void end_questions() = 0;
  /// Ends every request under way; a text that may have left comes back as Unconfirmed. For the end of a
  /// shutdown.
  virtual void abort_all() = 0;

  /// `hear` is told of every answer that says the provider's time, before the answer's own caller goes on.
  /// Must not throw. An empty one ends it.
  void hear_dates(std::function<void(const domain::DatedAnswer&)> hear) { hear_date_ = std::move(hear); }

 protected:
  void tell_date(const domain::DatedAnswer& answer) const {
    if (hear_date_) hear_date_(answer);
  }

 private:
  std::function<void(const domain::DatedAnswer&)> hear_date_;
};

}  // namespace sms_notifier::app
