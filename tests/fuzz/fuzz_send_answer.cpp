// sendSMS and sendMMS: no answer is taken for a success, or for a refusal, that is not one.

#include <cstdint>

#include "fuzz/json_oracle.h"
#include "fuzz/property.h"
#include "voipms/answer.h"
#include "voipms/status_table.h"

namespace {

using namespace sms_notifier;
using fuzz::require;

/// The first byte of the input says how the answer comes.
int http_status(char first) {
  switch (first) {
    case '3':
      return 301;
    case '4':
      return 403;
    case '5':
      return 522;
    default:
      return 200;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static voipms::AnswerReader reader;
  if (size == 0) return 0;
  const char first = static_cast<char>(data[0]);
  const int status = http_status(first);
  const auto kind = first == 'm' ? domain::MessageKind::Mms : domain::MessageKind::Sms;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);

  const app::SubmitOutcome outcome = reader.sent(fuzz::answered(body, status), kind);

  const auto object = fuzz::object_in(body);
  const auto word = object ? fuzz::string_in(*object, "status") : std::nullopt;
  const auto meaning = word ? voipms::meaning_of(*word).send : voipms::SendMeaning::Unconfirmed;
  if (const auto* accepted = std::get_if<app::Accepted>(&outcome)) {
    require(status == 200 && word == "success", "accepted only by the provider's success");
    const char* name = kind == domain::MessageKind::Sms ? "sms" : "mms";
    // The oracle holds no whole number of so many digits.
    const bool huge = object->at(name).is_double() && accepted->provider_id.size() > 18 &&
                      body.find(accepted->provider_id) != std::string::npos;
    require(huge || fuzz::digits_in(*object, name) == accepted->provider_id,
            "accepted only with the answer's id");
    require(!accepted->provider_id.empty() && accepted->provider_id.size() <= 64, "an id names a text");
  } else if (const auto* rejected = std::get_if<app::Rejected>(&outcome)) {
    require(status < 500 && status != 301 && meaning == voipms::SendMeaning::Rejected,
            "rejected only in so many words");
    require(fuzz::is_one_short_line(in_english(rejected->detail), 300),
            "a refusal is told on one short line");
  } else if (const auto* not_sent = std::get_if<app::NotSent>(&outcome)) {
    require(status < 500 && status != 301 && meaning == voipms::SendMeaning::NotSent,
            "not sent only in so many words");
    require(fuzz::is_one_short_line(in_english(not_sent->why.detail), 300),
            "a trouble is told on one short line");
  } else {
    const std::string shortest =
        kind == domain::MessageKind::Sms ? R"({"status":"success","sms":)" : R"({"status":"success","mms":)";
    const bool plain = body.starts_with(shortest + "1") && body.ends_with('}') &&
                       body.size() < shortest.size() + 18 &&
                       body.find_first_not_of("0123456789", shortest.size()) == body.size() - 1;
    require(status != 200 || !plain, "a plain success is accepted");
    require(fuzz::is_one_short_line(in_english(std::get<app::Unconfirmed>(outcome).detail), 300),
            "evidence is one short line");
  }
  return 0;
}
