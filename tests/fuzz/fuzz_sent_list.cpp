// getSMS and getMMS: a text is left out of the list only when the provider left it out, because what is not
// in the list may be sent again.

#include <cstdint>

#include "domain/text.h"
#include "fuzz/json_oracle.h"
#include "fuzz/property.h"
#include "voipms/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  using fuzz::require;

  static voipms::AnswerReader reader;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto texts = reader.texts(fuzz::answered(body));
  if (!texts) {
    require(fuzz::is_one_short_line(in_english(texts.error().detail), 300),
            "a trouble is told on one short line");
    return 0;
  }

  for (const app::ListedText& text : texts.value()) {
    require(!text.provider_id.empty() && text.provider_id.size() <= 64, "each text has an id");
    require(domain::storable_lines(text.body) == text.body, "a text can be stored");
    require(!text.contact || text.contact->digits().size() == 10, "numbers have ten digits");
  }

  const auto object = fuzz::object_in(body);
  require(object.has_value(), "a list is a whole answer");
  const auto word = fuzz::string_in(*object, "status");
  if (word == "no_sms" || word == "no_mms") {
    require(texts->empty(), "none is none");
    return 0;
  }
  require(word == "success", "a list is a success");
  const auto& list = object->at("sms");
  require(list.is_array() || list.is_object(), "a list is a list");
  // Of two members of one name the oracle sees the last and the reader the first.
  if (body.find("\"sms\"", body.find("\"sms\"") + 1) != std::string::npos ||
      body.find('\\') != std::string::npos || body.find("\"type\"") != std::string::npos) {
    return 0;
  }
  require(texts->size() == (list.is_array() ? list.as_array().size() : 1), "every row of the list is there");
  return 0;
}
