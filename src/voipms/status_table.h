#pragma once

#include <string_view>

#include "app/ports/provider.h"

namespace sms_notifier::voipms {

/// What a status word says to a client that asked for a list or a value.
enum class ReadMeaning {
  Success,
  NoCalls,  ///< an empty list of calls
  NoTexts,  ///< an empty list of texts
  NoDids,   ///< an empty list of numbers
  Trouble,
};

/// What a status word says to a client that handed in a text (docs/reliability.md, "Outcome of a send").
enum class SendMeaning {
  Accepted,
  Rejected,     ///< refused for good, certainly not sent
  NotSent,      ///< certainly not sent, may be sent later
  Unconfirmed,  ///< may have been sent
};

struct StatusMeaning {
  std::string_view word;
  ReadMeaning read;
  SendMeaning send;
  app::TroubleKind trouble;  ///< of ReadMeaning::Trouble and SendMeaning::NotSent
};

/// The meaning of an answer's `status` (docs/provider/transport.md, "Status words"). A word that is not known
/// is a bad request to readers, and leaves a text unconfirmed. The result's `word` refers to the argument or
/// to the table.
StatusMeaning meaning_of(std::string_view word);

}  // namespace sms_notifier::voipms
