// getCDR: whatever the answer, reading it is safe, says at most as much as the answer lists, and takes
// nothing but the provider's own words for an empty day.

#include <cstdint>

#include "domain/text.h"
#include "fuzz/json_oracle.h"
#include "fuzz/property.h"
#include "voipms/answer.h"

namespace {

using namespace sms_notifier;
using fuzz::require;

/// Wants every other row.
struct Filter final : app::CdrRowFilter {
  std::size_t asked = 0;
  std::size_t wanted = 0;

  bool is_as_before(app::Fingerprint) override { return false; }
  bool wants(app::Fingerprint) override {
    const bool wants_it = ++asked % 2 == 0;
    if (wants_it) ++wanted;
    return wants_it;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static voipms::AnswerReader reader;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const http::Outcome outcome = fuzz::answered(body);

  Filter filter;
  const auto answer = reader.calls(outcome, filter);
  Filter same_filter;
  const auto again = reader.calls(outcome, same_filter);
  require(answer.ok() == again.ok() && filter.asked == same_filter.asked, "reading twice gives the same");

  if (!answer) {
    require(fuzz::is_one_short_line(in_english(answer.error().detail), 300),
            "a trouble is told on one short line");
    const auto object = fuzz::object_in(body);
    if (object && fuzz::string_in(*object, "status") == "success" && object->contains("cdr") &&
        object->at("cdr").is_array()) {
      // Boost.JSON keeps the last of two members of one name, the reader the first: only then may they
      // differ.
      const auto first = body.find("\"status\"");
      const bool escaped = body.find('\\') != std::string::npos;
      require(escaped || body.find("\"status\"", first + 1) != std::string::npos ||
                  body.find("\"cdr\"", body.find("\"cdr\"") + 1) != std::string::npos,
              "a list of calls is read");
    }
    return 0;
  }

  require(answer->rows.size() <= filter.wanted, "only wanted rows come back");
  require(filter.asked <= answer->rows_listed, "the filter is asked at most once about each row");
  require(answer->rows.size() + answer->unreadable.size() <= answer->rows_listed + 1, "no row is told twice");
  require(answer->unreadable.size() <= 21, "few sentences about many rows");
  for (const domain::Sentence& unreadable : answer->unreadable) {
    const std::string sentence = in_english(unreadable);
    require(fuzz::is_one_short_line(sentence, 200), "a row is told on one short line");
  }
  for (const domain::Sentence& odd : answer->odd)
    require(fuzz::is_one_short_line(in_english(odd), 250), "what is odd is told on one short line");
  for (const domain::CdrRow& row : answer->rows) {
    for (const std::string* text :
         {&row.unique_id, &row.caller.name, &row.destination, &row.destination_type, &row.description})
      require(domain::storable(*text) == *text, "all text can be stored");
    require(row.seconds.count() >= 0, "no call lasts less than no time");
    require(!row.caller.number || row.caller.number->digits().size() == 10, "numbers have ten digits");
  }
  require(answer->rows_listed > 0 || body.find("no_cdr") != std::string::npos ||
              body.find('[') != std::string::npos || body.find('\\') != std::string::npos,
          "an empty day is the provider's word");
  return 0;
}
