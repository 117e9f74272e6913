// getDIDsInfo, and the two small answers beside it, which are shown to the owner.

#include <algorithm>
#include <cstdint>

#include "fuzz/json_oracle.h"
#include "fuzz/property.h"
#include "voipms/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  using fuzz::require;

  static voipms::AnswerReader reader;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const http::Outcome outcome = fuzz::answered(body);

  if (const auto dids = reader.dids(outcome)) {
    const auto object = fuzz::object_in(body);
    require(object.has_value(), "a list is a whole answer");
    const auto word = fuzz::string_in(*object, "status");
    require(word == "success" || (word == "no_did" && dids->empty()), "a list is a success");
    for (const app::DidInfo& did : dids.value())
      require(did.did.digits().size() == 10, "numbers have ten digits");
  }
  if (const auto ip = reader.ip(outcome)) {
    require(std::ranges::all_of(ip.value(), [](char c) { return std::isxdigit(c) || c == '.' || c == ':'; }),
            "an address is nothing but an address");
  }
  if (const auto balance = reader.balance(outcome)) {
    require(
        std::ranges::all_of(balance.value(), [](char c) { return std::isdigit(c) || c == '.' || c == '-'; }),
        "an amount is nothing but an amount");
  }
  return 0;
}
