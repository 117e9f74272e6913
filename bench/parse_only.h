#pragma once

#include <string_view>

#include <simdjson.h>

namespace sms_notifier::bench {

// What reading an answer is measured against: simdjson, used as plainly as possible. Both throw
// simdjson::simdjson_error when the answer cannot be parsed.

/// The whole document at once, and nothing taken out of it.
inline void parse_whole(simdjson::dom::parser& parser, simdjson::padded_string_view body) {
  parser.parse(body.data(), body.size(), /*realloc_if_needed=*/false).value();
}

/// Each row's eight fields that the program uses, as strings; answers how many bytes they have.
inline std::size_t parse_fields(simdjson::ondemand::parser& parser, simdjson::padded_string_view body) {
  std::size_t bytes = 0;
  auto document = parser.iterate(body);
  for (auto row : document["cdr"].get_array()) {
    auto fields = row.get_object().value();
    for (const std::string_view name : {"date", "callerid", "destination", "description", "disposition",
                                        "seconds", "uniqueid", "destination_type"}) {
      bytes += fields[name].get_string().value().size();
    }
  }
  return bytes;
}

}  // namespace sms_notifier::bench
