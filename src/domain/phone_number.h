#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/strong.h"

namespace sms_notifier::domain {

/// A number of the North American numbering plan: ten digits, the first of them 2 to 9.
class PhoneNumber {
 public:
  /// Reads `5551234567`, `15551234567`, `+1 (555) 123-4567`. Anything else (letters, another country,
  /// too few digits) is no number.
  static std::optional<PhoneNumber> parse(std::string_view text);

  std::string_view digits() const { return {digits_.data(), digits_.size()}; }
  /// For people: `555-123-4567`.
  std::string formatted() const;
  /// For diagnostic logs: `555•••4567`.
  std::string masked() const;

  friend auto operator<=>(const PhoneNumber&, const PhoneNumber&) = default;

  template <class H>
  friend H AbslHashValue(H state, const PhoneNumber& number) {
    return H::combine(std::move(state), number.digits_);
  }

 private:
  explicit PhoneNumber(std::array<char, 10> digits) : digits_(digits) {}
  std::array<char, 10> digits_;
};

/// Whether texts to the number make sense: not for toll-free and premium numbers, for other countries under
/// +1, nor for digits that no telephone has (docs/decisions/0004).
bool can_be_texted(const PhoneNumber& number);

/// One of the business's own numbers.
class Did {
 public:
  explicit Did(PhoneNumber number) : number_(number) {}
  static std::optional<Did> parse(std::string_view text);

  const PhoneNumber& number() const { return number_; }
  std::string_view digits() const { return number_.digits(); }

  friend auto operator<=>(const Did&, const Did&) = default;

  template <class H>
  friend H AbslHashValue(H state, const Did& did) {
    return H::combine(std::move(state), did.number_);
  }

 private:
  PhoneNumber number_;
};

/// Who is calling, as the provider wrote it.
struct CallerId {
  std::optional<PhoneNumber> number;  ///< absent when withheld, foreign or unreadable
  std::string name;                   ///< as sent by the network: hostile text, may be empty
  /// Digits that are no number of the plan: `+442071838750`, `911`, or a keypad spelling of "restricted".
  std::string other = {};

  /// Whether the caller did not want to be known, or could not be.
  bool withheld() const;
  /// The number's digits, or the other digits; empty where there are none.
  std::string digits() const;
  /// For people: `555-123-4567`, `+442071838750`, `911`; empty when withheld.
  std::string shown() const;
  /// For diagnostic logs; empty when withheld.
  std::string masked() const;

  friend bool operator==(const CallerId&, const CallerId&) = default;
};

/// Reads the `callerid` field: `"NAME" <8455550101>`, `NAME <8455550101>`,
/// `4185551234`, `anonymous`, empty. Digits of the name never become part of the number.
/// See docs/provider/calls.md, "Caller field".
CallerId parse_caller_id(std::string_view text);

/// The caller of these digits and this name, as `digits()` gave them.
CallerId caller_of(std::string_view digits, std::string name);

/// Whether the caller's number is one that can be texted.
bool can_be_texted(const CallerId& caller);

}  // namespace sms_notifier::domain
