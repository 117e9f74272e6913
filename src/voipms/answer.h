#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/ports/provider.h"
#include "http/client.h"

namespace sms_notifier::voipms {

/// Reads the provider's answers (docs/provider/transport.md, "Answers"). Pure but for the memory that its
/// parsers keep from one answer to the next; belongs to one loop. Nothing that a server can answer makes it
/// throw.
///
/// It takes strings for numbers and numbers for strings, one bare object for a list of one, fields in any
/// order, and fields that are missing or unknown. One odd value silences only itself: what is not UTF-8, half
/// an emoji, a control character or a number too large to be one never hides the rest of its row, nor other
/// rows, and all text that comes out can be stored. Whatever is not a JSON object with a `status` is an
/// unreadable answer.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;

  /// getCDR. A wanted row without a date, or without a length unless its disposition says that it was not
  /// answered, is skipped and told; of one that is read all the same it is told what was odd. The filter may
  /// have been asked about rows of an answer that turns out to be cut off.
  app::Answer<app::CdrAnswer> calls(const http::Outcome& outcome, app::CdrRowFilter& filter);

  /// sendSMS and sendMMS, by the table in docs/reliability.md, "Outcome of a send": Accepted only for
  /// `success` with an id.
  app::SubmitOutcome sent(const http::Outcome& outcome, domain::MessageKind kind);

  /// getSMS and getMMS. A row that cannot be read makes the whole answer unreadable: it may be the very text
  /// that reconciling wants to be sure was not sent.
  app::Answer<std::vector<app::ListedText>> texts(const http::Outcome& outcome);

  app::Answer<std::string> ip(const http::Outcome& outcome);       ///< getIP
  app::Answer<std::string> balance(const http::Outcome& outcome);  ///< getBalance
  /// getDIDsInfo. Numbers outside of North America are left out: they cannot text (docs/provider/texts.md,
  /// "Sending").
  app::Answer<std::vector<app::DidInfo>> dids(const http::Outcome& outcome);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sms_notifier::voipms
