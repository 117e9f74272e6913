#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/phone_number.h"
#include "domain/wall_time.h"

namespace sms_notifier::domain {

/// Other is a word that we do not know: what the call was, its talk time tells.
enum class Disposition { Answered, NoAnswer, Busy, Failed, Other };

/// `ANSWERED`, `NO ANSWER`, `noanswer`: letters only, whatever the case (docs/provider/calls.md, "Row
/// fields").
Disposition parse_disposition(std::string_view text);
std::string_view to_string(Disposition disposition);

/// Which way a call went, by its record.
enum class Direction { Inbound, Outbound, Unstated, Unknown };

/// `IN:CAN`, `in:can`, `OUT:INTL`: what stands before the colon, whatever the case. Old rows state nothing.
Direction direction_of(std::string_view destination_type);

/// One row of getCDR: one leg of a call (docs/provider/calls.md, "Row fields").
struct CdrRow {
  std::string unique_id;  ///< opaque; empty when the provider sent none
  WallTime date;          ///< start of the leg
  CallerId caller;
  std::string destination;       ///< as sent
  std::string destination_type;  ///< `IN:CAN`, `OUT:INTL`; empty in old rows
  std::string description;
  Disposition disposition = Disposition::Other;
  std::chrono::seconds seconds{0};  ///< 0 when it was not answered

  friend bool operator==(const CdrRow&, const CdrRow&) = default;
};

}  // namespace sms_notifier::domain
