#include "domain/reconcile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string url_unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      plain += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
               hex_value(text[i + 2]) >= 0) {
      plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string without_backslashes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() &&
                         std::string_view("'\"\\").find(text[i + 1]) != std::string_view::npos;
    if (!escapes) plain += text[i];
    if (escapes) plain += text[++i];
  }
  return plain;
}

std::string html_unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 7> entities{{{"&lt;", '<'},
                                                                       {"&gt;", '>'},
                                                                       {"&quot;", '"'},
                                                                       {"&#039;", '\''},
                                                                       {"&#39;", '\''},
                                                                       {"&apos;", '\''},
                                                                       {"&amp;", '&'}}};
  std::string plain;
  while (!text.empty()) {
    const auto entity = std::find_if(entities.begin(), entities.end(),
                                     [&](const auto& e) { return text.starts_with(e.first); });
    plain += entity == entities.end() ? text.front() : entity->second;
    text.remove_prefix(entity == entities.end() ? 1 : entity->first.size());
  }
  return plain;
}

std::string with_folded_spaces(std::string_view text) {
  std::string folded;
  for (const char c : trimmed(text)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space)
      folded += c;
    else if (!folded.ends_with(' '))
      folded += ' ';
  }
  return folded;
}

bool contains(std::span<const std::string> texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

std::string normalised_body(std::string_view body) {
  return with_folded_spaces(html_unescaped(without_backslashes(url_unescaped(body))));
}

std::optional<Match> find_match(const TextMessage& text, base::Instant sending_at,
                                std::span<const SentText> listed, std::span<const std::string> known_ids) {
  constexpr base::Duration before = std::chrono::minutes{2};
  constexpr base::Duration after = std::chrono::minutes{30};

  const std::string body = normalised_body(text.body);
  std::optional<Match> match;
  for (const SentText& row : listed) {
    if (row.from != text.from || row.to != text.to) continue;
    if (row.sent_at < sending_at - before || row.sent_at > sending_at + after) continue;
    if (row.provider_id.empty() || contains(known_ids, row.provider_id)) continue;
    const bool same_body = normalised_body(row.body) == body;
    if (same_body) return Match{row.provider_id, true};
    if (!match) match = Match{row.provider_id, false};
  }
  return match;
}

bool has_suspect(const TextMessage& text, base::Instant sending_at, std::span<const SentText> listed,
                 std::span<const std::string> known_ids) {
  constexpr base::Duration near = std::chrono::hours{2};
  const std::string body = normalised_body(text.body);
  return std::any_of(listed.begin(), listed.end(), [&](const SentText& row) {
    if (row.from != text.from || row.to != text.to || contains(known_ids, row.provider_id)) return false;
    return normalised_body(row.body) == body || std::chrono::abs(row.sent_at - sending_at) <= near;
  });
}

CrossCheck cross_check(std::span<const SentText> listed, std::span<const ClaimedText> claimed,
                       ListedSpan span) {
  // Of a text that was claimed more than once only the last time is known; the first was at most so much
  // earlier.
  constexpr base::Duration earlier_attempt = std::chrono::minutes{20};
  CrossCheck result;
  std::vector<bool> listed_already(claimed.size(), false);
  std::vector<const SentText*> unexplained;
  for (const SentText& row : listed) {
    const auto same = std::find_if(claimed.begin(), claimed.end(), [&](const ClaimedText& text) {
      return !text.provider_id.empty() && text.provider_id == row.provider_id;
    });
    if (same == claimed.end())
      unexplained.push_back(&row);
    else
      listed_already[static_cast<std::size_t>(same - claimed.begin())] = true;
  }
  for (const SentText* row : unexplained) {
    bool explained = false;
    for (std::size_t i = 0; i < claimed.size() && !explained; ++i) {
      const ClaimedText& text = claimed[i];
      if (listed_already[i]) continue;
      auto match = find_match(text.text, text.sending_at, std::span(row, 1), {});
      if (!match && text.attempt > 1)
        match = find_match(text.text, text.sending_at - earlier_attempt, std::span(row, 1), {});
      if (!match) continue;
      listed_already[i] = true;
      explained = true;
      const bool ends_it = text.state == ReplyState::Uncertain || text.state == ReplyState::Reserved;
      if (ends_it && match->same_body) result.found.push_back({text, match->provider_id});
    }
    if (!explained) result.elsewhere.push_back(*row);
  }
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const ClaimedText& text = claimed[i];
    const bool should_be_listed = text.state == ReplyState::Sent && !text.provider_id.empty() &&
                                  text.sending_at >= span.from && text.sending_at <= span.until;
    if (!should_be_listed) continue;
    ++result.known;
    if (!listed_already[i]) result.missing.push_back(text.reply);
  }
  return result;
}

bool can_be_relied_on(const CrossCheck& check) {
  return check.missing.size() * 2 <= check.known;
}

base::Duration look_delay(int n, const ReconcileWaits& waits) {
  constexpr std::array<std::int64_t, 5> early_seconds{5, 15, 30, 60, 120};
  constexpr std::int64_t usual_wait_seconds = 240;
  if (n < static_cast<int>(early_seconds.size()))
    return waits.negative_wait * early_seconds[static_cast<std::size_t>(n)] / usual_wait_seconds;
  return waits.negative_wait + waits.look_gap * (n - static_cast<int>(early_seconds.size()));
}

bool proves_absence(const AbsenceEvidence& evidence, const ReconcileWaits& waits) {
  return evidence.since_taken >= waits.negative_wait && evidence.since_taken_own >= waits.negative_wait &&
         evidence.empty_looks >= 2 && evidence.between_looks >= waits.look_gap && evidence.control_seen;
}

}  // namespace sms_notifier::domain
