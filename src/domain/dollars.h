#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sms_notifier::domain {

/// An amount of US dollars, as exact as the provider writes it.
struct Dollars {
  std::int64_t millionths = 0;

  friend auto operator<=>(const Dollars&, const Dollars&) = default;
};

/// About what VoIP.ms asks for a text (docs/provider/texts.md, "Sending").
constexpr Dollars sms_price{7'500};
constexpr Dollars mms_price{20'000};

/// Reads `25.000000` or `-0.5` (docs/provider/account.md, "What set-up asks"); nothing for what is no amount.
std::optional<Dollars> parse_dollars(std::string_view text);
/// `$25.00`, `-$0.50`, `$0.0075`: cents, and further digits where there are any.
std::string to_string(Dollars amount);

}  // namespace sms_notifier::domain
