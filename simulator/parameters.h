#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/form.h"
#include "simulator/account.h"
#include "simulator/call_records.h"
#include "simulator/text_records.h"

namespace sms_notifier::simulator {

/// The provider's word for what is wrong with a request: `invalid_date`.
struct Status {
  std::string word;
};

template <class T>
using Checked = base::Result<T, Status>;

/// Field of that name; empty when absent.
std::string_view value_of(const http::Fields& fields, std::string_view name);

/// How far the asked-for clock is ahead of the Eastern one: `n + 5` hours, whatever the season
/// (docs/provider/calls.md, "Time zone").
std::optional<std::chrono::seconds> clock_shift(std::string_view timezone);

Checked<CdrQuery> check_cdr_query(const http::Fields& fields);
Checked<TextQuery> check_text_query(const http::Fields& fields, TextKind kind, const AccountSettings& account,
                                    base::Instant now);

/// A text to send, checked but for limits and money.
struct Outgoing {
  TextKind kind;
  std::string did;
  std::string dst;
  std::string message;
  std::vector<std::string> media;
};
Checked<Outgoing> check_outgoing(const http::Fields& fields, TextKind kind, const AccountSettings& account);

/// Whether the account's allow-list has the address.
bool address_allowed(std::string_view allow_list, std::string_view address);

}  // namespace sms_notifier::simulator
