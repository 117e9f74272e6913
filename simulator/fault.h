#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sms_notifier::simulator {

enum class FaultKind {
  Latency,        ///< answers late; other faults still apply
  Hang,           ///< takes the request and never answers
  CloseBefore,    ///< ends the connection, not acted on
  CloseAfter,     ///< acted on, then the connection ends without an answer
  ResetBefore,    ///< as CloseBefore, with a reset
  ResetAfter,     ///< as CloseAfter, with a reset
  HttpError,      ///< 5xx
  Cloudflare522,  ///< the plain text of the proxy in front of the provider
  Html,           ///< an HTML page instead of JSON
  TruncatedJson,  ///< acted on, the body is half of the good answer
  Truncate,       ///< acted on, the connection ends in the middle of the answer
  Empty,          ///< status 200 without a body
  Status,         ///< any status word, not acted on
  StatusAfter,    ///< acted on, answered with any status word
  AcceptLate,     ///< acted on `delay` after the request came, never answered
  Drip,           ///< the good answer, a byte at a time
  Big,            ///< the good answer, padded to `bytes`
  Replay,         ///< a recorded body, as it is
  ReplayLast,     ///< sendSMS, sendMMS: the account's last good answer to the same method, once more
  ListLag,        ///< getSMS, getMMS: texts younger than `delay` are missing
  ListEmpty,      ///< getSMS, getMMS: nothing found
  ListFail,       ///< getSMS, getMMS: HTTP 500
  ListShort,      ///< getSMS, getMMS: no more than the newest `rows`
  RateLimit,      ///< beyond `per_minute` an account's requests are refused, and count all the same
};

std::optional<FaultKind> fault_kind_from(std::string_view word);  ///< `close_after`
std::string_view to_string(FaultKind kind);
std::string fault_words();  ///< all of them, comma separated

/// A trouble to come. It hits the requests that match until `count` is used up.
struct Fault {
  FaultKind kind;
  std::string account;  ///< empty: every account
  std::string method;   ///< empty: every method
  std::optional<int> count;
  double probability = 1.0;
  std::optional<base::Duration> delay;  ///< of Latency, AcceptLate, ListLag; between the bytes of Drip
  std::string status;                   ///< word for Status and StatusAfter
  std::optional<int> http_status;
  std::string body;
  std::size_t bytes = 1024 * 1024;
  std::size_t rows = 50;
  int per_minute = 30;
  bool acted = false;  ///< HttpError, Cloudflare522, Html, Empty, ReplayLast: carried out nevertheless
};

/// Whether the fault concerns a request at all, whatever chance says.
bool concerns(const Fault& fault, std::string_view account, std::string_view method);

}  // namespace sms_notifier::simulator
