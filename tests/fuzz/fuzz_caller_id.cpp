// The callerid field: a number is ten digits, in the text in this order, and reading it again gives it again.

#include <cstdint>
#include <string>

#include "domain/phone_number.h"
#include "domain/text.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  using fuzz::require;

  const std::string text(reinterpret_cast<const char*>(data), size);
  const domain::CallerId caller = domain::parse_caller_id(text);
  // Each byte that is no text becomes one character of three bytes.
  require(caller.name.size() <= 3 * text.size(), "a name is part of the text");
  require(domain::is_valid_utf8(caller.name), "a name can be stored");
  require(domain::caller_of(caller.digits(), caller.name) == caller, "a caller reads as stored");
  if (!caller.number) return 0;

  const std::string digits(caller.number->digits());
  require(
      digits.size() == 10 && digits.find_first_not_of("0123456789") == std::string::npos && digits[0] >= '2',
      "a number is ten digits, the first of them 2 to 9");
  require(domain::PhoneNumber::parse(digits) == caller.number, "a number reads as itself");
  require(domain::parse_caller_id(digits).number == caller.number, "a bare number reads as itself");
  require(domain::parse_caller_id("\"" + caller.name + "\" <" + digits + ">").number == caller.number,
          "a number in brackets reads as itself, whatever the name");

  // Digits of a name must not leak into the number.
  const auto opening = text.rfind('<');
  std::string available;
  for (const char c : opening == std::string::npos ? text : text.substr(opening)) {
    if (c >= '0' && c <= '9') available += c;
  }
  require(available.find(digits) != std::string::npos,
          "the number's digits stand together in the number's place");
  return 0;
}
