#include "simulator/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "domain/text.h"
#include "domain/wall_time.h"
#include "simulator/eastern_time.h"

namespace sms_notifier::simulator {
namespace {

constexpr std::size_t sms_bytes_max = 160;
constexpr std::size_t mms_characters_max = 2048;
constexpr std::chrono::days range_max{92};
constexpr std::chrono::hours eastern_to_utc{5};
constexpr double timezone_min = -12;
constexpr double timezone_max = 13;

Status status(std::string_view word) {
  return {std::string(word)};
}

std::optional<domain::Day> parse_day(std::string_view text) {
  const auto wall = domain::parse_wall_time(std::string(text) + " 00:00:00");
  if (!wall) return std::nullopt;
  return domain::Day{std::chrono::floor<std::chrono::days>(wall->time).time_since_epoch()};
}

/// The word for a range that the provider refuses; nothing when it is fine.
std::optional<Status> range_trouble(domain::Day from, domain::Day to) {
  if (to - from > range_max) return status("invalid_daterange");
  if (from > to) return status("invalid_date_from");
  return std::nullopt;
}

bool is_number(std::string_view text) {
  return text.size() == 10 && text.front() >= '2' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

const DidSettings* find_did(const AccountSettings& account, std::string_view digits) {
  const auto found = std::find_if(account.dids.begin(), account.dids.end(),
                                  [&](const DidSettings& did) { return did.did == digits; });
  return found == account.dids.end() ? nullptr : &*found;
}

bool can_text(const DidSettings& did, TextKind kind) {
  return did.sms_available && did.sms_enabled && (kind == TextKind::Sms || did.mms_available);
}

}  // namespace

std::string_view value_of(const http::Fields& fields, std::string_view name) {
  return http::field(fields, name).value_or("");
}

std::optional<std::chrono::seconds> clock_shift(std::string_view timezone) {
  double hours = 0;
  const char* end = timezone.data() + timezone.size();
  const auto read = std::from_chars(timezone.data(), end, hours, std::chars_format::fixed);
  if (read.ec != std::errc{} || read.ptr != end || !(hours >= timezone_min && hours <= timezone_max))
    return std::nullopt;
  return std::chrono::seconds{std::lround(hours * 3600)} + eastern_to_utc;
}

Checked<CdrQuery> check_cdr_query(const http::Fields& fields) {
  CdrQuery query;
  if (value_of(fields, "date_from").empty()) return status("missing_from_date");
  if (value_of(fields, "date_to").empty()) return status("missing_to_date");
  const auto shift = clock_shift(value_of(fields, "timezone"));
  if (!shift) return status("invalid_timezone");
  query.shift = *shift;
  query.answered = value_of(fields, "answered") == "1";
  query.no_answer = value_of(fields, "noanswer") == "1";
  query.busy = value_of(fields, "busy") == "1";
  query.failed = value_of(fields, "failed") == "1";
  if (!query.answered && !query.no_answer && !query.busy && !query.failed) return status("no_callstatus");
  const auto from = parse_day(value_of(fields, "date_from"));
  const auto to = parse_day(value_of(fields, "date_to"));
  if (!from || !to) return status("invalid_date");
  if (auto trouble = range_trouble(*from, *to)) return *trouble;
  query.from = *from;
  query.to = *to;
  query.account = value_of(fields, "account");
  query.calltype = value_of(fields, "calltype");
  query.billing = value_of(fields, "callbilling");
  return query;
}

Checked<TextQuery> check_text_query(const http::Fields& fields, TextKind kind, const AccountSettings& account,
                                    base::Instant now) {
  TextQuery query;
  query.kind = kind;
  query.both_kinds = value_of(fields, "all_messages") == "1";
  query.id = value_of(fields, kind == TextKind::Sms ? "sms" : "mms");
  if (const auto timezone = value_of(fields, "timezone"); !timezone.empty()) {
    const auto shift = clock_shift(timezone);
    if (!shift) return status("invalid_timezone");
    query.shift = *shift;
  }
  const auto wall_now = eastern_wall_time(now).time + query.shift;
  const domain::Day today{std::chrono::floor<std::chrono::days>(wall_now).time_since_epoch()};
  const std::string_view from_text = value_of(fields, "from");
  const std::string_view to_text = value_of(fields, "to");
  const auto from = from_text.empty() ? today : parse_day(from_text);
  const auto to = to_text.empty() ? today : parse_day(to_text);
  if (!from || !to) return status("invalid_date");
  if (auto trouble = range_trouble(*from, *to)) return *trouble;
  query.from = *from;
  query.to = *to;
  if (const auto type = value_of(fields, "type"); !type.empty()) {
    if (type != "0" && type != "1") return status("invalid_type");
    query.received = type == "1";
  }
  query.did = value_of(fields, "did");
  if (!query.did.empty() && !find_did(account, query.did)) return status("invalid_did");
  query.contact = last_ten_digits(value_of(fields, "contact"));
  if (const auto limit = value_of(fields, "limit"); !limit.empty()) {
    const char* end = limit.data() + limit.size();
    if (std::from_chars(limit.data(), end, query.limit).ptr != end) return status("invalid_limit");
  }
  query.numbers = account.numbers;
  query.echo = account.echo;
  return query;
}

Checked<Outgoing> check_outgoing(const http::Fields& fields, TextKind kind, const AccountSettings& account) {
  Outgoing text;
  text.kind = kind;
  text.did = value_of(fields, "did");
  text.dst = value_of(fields, "dst");
  text.message = value_of(fields, "message");
  for (const std::string_view name : {"media1", "media2", "media3"})
    if (const auto media = value_of(fields, name); !media.empty()) text.media.emplace_back(media);
  if (text.did.empty()) return status("missing_did");
  if (text.dst.empty()) return status("missing_params");
  const DidSettings* did = find_did(account, text.did);
  if (!did || !can_text(*did, kind)) return status("invalid_did");
  const auto& refused = account.refused_numbers;
  if (!is_number(text.dst) || std::find(refused.begin(), refused.end(), text.dst) != refused.end())
    return status("invalid_dst");
  if (text.message.empty() && text.media.empty()) return status("message_empty");
  const bool too_long = kind == TextKind::Sms ? text.message.size() > sms_bytes_max
                                              : domain::character_count(text.message) > mms_characters_max;
  if (too_long) return status("sms_toolong");
  return text;
}

bool address_allowed(std::string_view allow_list, std::string_view address) {
  while (!allow_list.empty()) {
    const auto comma = allow_list.find(',');
    const std::string_view entry = domain::trimmed(allow_list.substr(0, comma));
    allow_list = comma == std::string_view::npos ? std::string_view() : allow_list.substr(comma + 1);
    if (entry == "0.0.0.0" || entry == address) return true;
    if (entry.ends_with('*') && address.starts_with(entry.substr(0, entry.size() - 1))) return true;
  }
  return false;
}

}  // namespace sms_notifier::simulator
