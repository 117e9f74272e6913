#include "simulator/text_records.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "domain/text.h"
#include "http/form.h"
#include "simulator/eastern_time.h"
#include "simulator/json_row.h"

namespace sms_notifier::simulator {
namespace {

constexpr std::size_t media_columns = 3;

std::string plain_ascii(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> known{{{"é", "e"},
                                                                                 {"è", "e"},
                                                                                 {"ê", "e"},
                                                                                 {"à", "a"},
                                                                                 {"ç", "c"},
                                                                                 {"ô", "o"},
                                                                                 {"É", "E"},
                                                                                 {"À", "A"},
                                                                                 {"’", "'"},
                                                                                 {"“", "\""},
                                                                                 {"”", "\""},
                                                                                 {"—", "-"},
                                                                                 {"–", "-"},
                                                                                 {"…", "..."}}};
  std::string text;
  while (!message.empty()) {
    const auto entry = std::find_if(known.begin(), known.end(),
                                    [&](const auto& pair) { return message.starts_with(pair.first); });
    const std::size_t bytes = domain::first_character(message).bytes;
    if (entry != known.end())
      text += entry->second;
    else
      text += static_cast<unsigned char>(message.front()) < 0x80 ? message.front() : '?';
    message.remove_prefix(bytes);
  }
  return text;
}

/// As providers cut: by bytes, whatever character that is in the middle of.
std::string_view cut(std::string_view message) {
  constexpr std::size_t listed_bytes = 40;
  return message.substr(0, listed_bytes);
}

std::string echoed(std::string_view message, Echo echo) {
  std::string text;
  switch (echo) {
    case Echo::Plain:
      return std::string(message);
    case Echo::UrlEncoded:
      for (std::size_t at = 0; at <= message.size();) {
        const auto blank = std::min(message.find(' ', at), message.size());
        text += http::url_encode(message.substr(at, blank - at));
        if (blank < message.size()) text += '+';
        at = blank + 1;
      }
      return text;
    case Echo::PhpEscaped:
      for (const char c : message) {
        if (c == '\'' || c == '"' || c == '\\') text += '\\';
        text += c;
      }
      return text;
    case Echo::PlainAscii:
      return plain_ascii(message);
    case Echo::Cut:
      return std::string(cut(message));
  }
  return text;
}

std::string render(const TextRecord& text, domain::WallTime wall, const TextQuery& query) {
  JsonRow row(query.numbers);
  row.value("id", text.id)
      .text("date", domain::to_string(wall))
      .value("type", text.received ? "1" : "0")
      .value("did", text.did)
      .value("contact", text.contact)
      .text("carrier_status", "Information not available")
      .text("message", echoed(text.message, query.echo));
  if (query.kind == TextKind::Mms) {
    std::string media;
    for (std::size_t i = 0; i < media_columns; ++i) {
      const std::string_view item =
          i < text.media.size() ? std::string_view(text.media[i]) : std::string_view();
      row.text("col_media" + std::to_string(i + 1), item);
      if (!item.empty()) media.append(media.empty() ? "" : ",").append(json_quoted(item));
    }
    row.raw("media", "[" + media + "]");
  }
  return row.take();
}

bool wanted(const TextRecord& text, const TextQuery& query) {
  if (!query.both_kinds && text.kind != query.kind) return false;
  if (!query.id.empty() && text.id != query.id) return false;
  if (query.received && text.received != *query.received) return false;
  if (!query.did.empty() && text.did != query.did) return false;
  return query.contact.empty() || last_ten_digits(text.contact) == query.contact;
}

}  // namespace

std::string last_ten_digits(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits.size() > 10 ? digits.substr(digits.size() - 10) : digits;
}

TextListing list_texts(const std::vector<TextRecord>& texts, const TextQuery& query, base::Instant now) {
  TextListing listing;
  const auto begin = std::chrono::local_days{query.from.time_since_epoch()};
  const auto end = std::chrono::local_days{query.to.time_since_epoch()} + std::chrono::days{1};
  for (auto text = texts.rbegin(); text != texts.rend() && listing.count < query.limit; ++text) {
    if (!text->received && now - text->at < query.lag) continue;
    const domain::WallTime shifted{eastern_wall_time(text->at).time + query.shift};
    if (shifted.time < begin || shifted.time >= end || !wanted(*text, query)) continue;
    if (listing.count++ > 0) listing.rows += ',';
    listing.rows += render(*text, shifted, query);
  }
  return listing;
}

}  // namespace sms_notifier::simulator
