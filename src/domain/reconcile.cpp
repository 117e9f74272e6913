#include "domain/reconcile.h"

#include <algorithm>
#include <array>
#include <map>
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

/// What remains of a text where a list writes plain ASCII: letters and digits, without what stands between.
std::string letters_of(std::string_view normalised) {
  std::string letters;
  for (const std::string& word : plain_words(normalised)) letters += word;
  return letters;
}

/// A text's wording, to be held against many rows.
class Wording {
 public:
  explicit Wording(std::string_view body)
      : normalised_(normalised_body(body)), letters_(letters_of(normalised_)) {}

  bool is_that_of(std::string_view listed) const {
    constexpr std::size_t cut_letters_min = 20;
    constexpr char of_another_alphabet = '?';
    const std::string normalised = normalised_body(listed);
    if (normalised == normalised_) return true;
    if (letters_.find(of_another_alphabet) != std::string::npos) return false;
    const std::string letters = letters_of(normalised);
    if (letters.empty()) return false;
    return letters == letters_ || (letters.size() >= cut_letters_min && letters_.starts_with(letters));
  }

 private:
  std::string normalised_;
  std::string letters_;
};

bool fits_in_time(base::Instant sending_at, const SentText& row) {
  constexpr base::Duration before = std::chrono::minutes{2};
  constexpr base::Duration after = std::chrono::minutes{30};
  return row.sent_at >= sending_at - before && row.sent_at <= sending_at + after;
}

/// The first row between the same numbers, of no other reply, that `is_it` says yes to. Wordings cost
/// something: the text's is made when a row asks for it.
template <class IsIt>
const SentText* find_row(const TextMessage& text, std::span<const SentText> listed,
                         std::span<const std::string> known_ids, IsIt is_it) {
  std::optional<Wording> wording;
  const auto has_our_wording = [&](const SentText& row) {
    if (!wording) wording.emplace(text.body);
    return wording->is_that_of(row.body);
  };
  const auto found = std::find_if(listed.begin(), listed.end(), [&](const SentText& row) {
    return row.from == text.from && row.to == text.to && !contains(known_ids, row.provider_id) &&
           is_it(row, has_our_wording);
  });
  return found == listed.end() ? nullptr : &*found;
}

}  // namespace

std::string normalised_body(std::string_view body) {
  return with_folded_spaces(html_unescaped(without_backslashes(url_unescaped(body))));
}

bool same_wording(std::string_view body, std::string_view listed) {
  return Wording(body).is_that_of(listed);
}

const SentText* find_match(const TextMessage& text, base::Instant sending_at,
                           std::span<const SentText> listed, std::span<const std::string> known_ids) {
  return find_row(text, listed, known_ids, [&](const SentText& row, auto has_our_wording) {
    return fits_in_time(sending_at, row) && !row.provider_id.empty() && has_our_wording(row);
  });
}

const SentText* find_suspect(const TextMessage& text, base::Instant sending_at,
                             std::span<const SentText> listed, std::span<const std::string> known_ids) {
  constexpr base::Duration clock_slack = std::chrono::hours{2};
  return find_row(text, listed, known_ids, [&](const SentText& row, auto has_our_wording) {
    return row.sent_at >= sending_at - clock_slack || has_our_wording(row);
  });
}

bool has_other_numbers(const SentText& row, const TextMessage& text) {
  return (row.from && *row.from != text.from) || (row.to && *row.to != text.to);
}

std::vector<SentText> without_owner(std::span<const SentText> listed, std::span<const ClaimedText> claimed) {
  std::map<std::string_view, const TextMessage*> owners;
  for (const ClaimedText& text : claimed)
    if (!text.provider_id.empty()) owners.emplace(text.provider_id, &text.text);
  std::vector<SentText> rows;
  for (const SentText& row : listed) {
    const auto owner = owners.find(row.provider_id);
    const bool owned = owner != owners.end() && !has_other_numbers(row, *owner->second);
    if (!row.provider_id.empty() && !owned) rows.push_back(row);
  }
  return rows;
}

namespace {

bool can_be_sent_again(const ClaimedText& text) {
  return text.state == ReplyState::Reserved || text.state == ReplyState::Unknown;
}

/// The row that is the text for certain. Of a text that was claimed more than once only the last time is
/// known; the first was at most so much earlier.
const SentText* find_row_of(const ClaimedText& text, std::span<const SentText> rows) {
  constexpr base::Duration earlier_attempt = std::chrono::minutes{20};
  const SentText* row = find_match(text.text, text.sending_at, rows, {});
  if (row == nullptr && text.attempt > 1)
    row = find_match(text.text, text.sending_at - earlier_attempt, rows, {});
  return row;
}

/// Gives the rows that no id explains to the texts that they are, and those that remain to the texts that
/// they may be.
class Explaining {
 public:
  Explaining(std::span<const ClaimedText> claimed, CrossCheck& result)
      : claimed_(claimed), listed_(claimed.size(), false), result_(result) {}

  bool by_id(const SentText& row) {
    return give([&](const ClaimedText& text) {
             return !text.provider_id.empty() && text.provider_id == row.provider_id;
           }) != nullptr;
  }

  bool for_certain(const SentText& row) {
    const ClaimedText* explained =
        give([&](const ClaimedText& text) { return find_row_of(text, std::span(&row, 1)) != nullptr; });
    if (explained == nullptr) return false;
    if (explained->state == ReplyState::Uncertain) result_.seen.push_back({*explained, row, true});
    return true;
  }

  bool perhaps(const SentText& row) {
    return give([&](const ClaimedText& text) {
             const bool may_be_it =
                 text.provider_id.empty() &&
                 find_suspect(text.text, text.sending_at, std::span(&row, 1), {}) != nullptr;
             // Of a text that will not be sent again, what comes much later is another one.
             return may_be_it && (can_be_sent_again(text) || fits_in_time(text.sending_at, row));
           }) != nullptr;
  }

  bool is_listed(std::size_t text) const { return listed_[text]; }

 private:
  /// The first text that is not listed yet and that `explains` the row; null when there is none.
  template <class Explains>
  const ClaimedText* give(Explains explains) {
    for (std::size_t i = 0; i < claimed_.size(); ++i) {
      if (listed_[i] || !explains(claimed_[i])) continue;
      listed_[i] = true;
      return &claimed_[i];
    }
    return nullptr;
  }

  std::span<const ClaimedText> claimed_;
  std::vector<bool> listed_;
  CrossCheck& result_;
};

}  // namespace

bool NewestTexts::shown_after(base::Instant sending_at) const {
  const bool there_is_one = known && *known >= sending_at;
  return !there_is_one || (listed && *listed >= sending_at);
}

CrossCheck cross_check(std::span<const SentText> listed, std::span<const ClaimedText> claimed,
                       ListedSpan span) {
  CrossCheck result;
  Explaining explaining(claimed, result);
  std::vector<SentText> rest;
  for (const SentText& row : listed)
    if (!explaining.by_id(row)) rest.push_back(row);
  const std::vector<SentText> without_id_of_ours = rest;
  std::erase_if(rest, [&](const SentText& row) { return explaining.for_certain(row); });
  for (const ClaimedText& text : claimed) {
    if (!can_be_sent_again(text)) continue;
    if (const SentText* row = find_row_of(text, without_id_of_ours))
      result.seen.push_back({text, *row, true});
    else if (const SentText* other = find_suspect(text.text, text.sending_at, rest, {}))
      result.seen.push_back({text, *other, false});
  }
  std::erase_if(rest, [&](const SentText& row) { return explaining.perhaps(row); });
  result.elsewhere = std::move(rest);
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const ClaimedText& text = claimed[i];
    if (text.state != ReplyState::Sent || text.provider_id.empty()) continue;
    result.newest.known = std::max(result.newest.known, std::optional(text.sending_at));
    if (explaining.is_listed(i))
      result.newest.listed = std::max(result.newest.listed, std::optional(text.sending_at));
    if (explaining.is_listed(i) && text.unlisted_since) result.listed_again.push_back(text.reply);
    if (text.sending_at < span.from || text.sending_at > span.until) continue;
    const bool gone = text.unlisted_since && *text.unlisted_since <= span.gone;
    if (!explaining.is_listed(i) && gone) continue;
    ++result.known;
    if (explaining.is_listed(i)) continue;
    result.missing.push_back(text.reply);
    if (!text.unlisted_since) result.newly_missing.push_back(text.reply);
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

base::Duration acceptance_left(base::Instant claimed_at, base::Instant now, const ReconcileWaits& waits) {
  return std::clamp<base::Duration>(claimed_at + waits.acceptance_max - now, base::Duration::zero(),
                                    waits.acceptance_max);
}

bool late_enough(const AbsenceEvidence& evidence, const ReconcileWaits& waits) {
  return evidence.since_taken >= waits.negative_wait && evidence.since_taken_own >= waits.negative_wait &&
         evidence.looks >= 2 && evidence.between_looks >= waits.look_gap;
}

bool proves_absence(const AbsenceEvidence& evidence, const ReconcileWaits& waits) {
  return late_enough(evidence, waits) && evidence.clocks_agree && evidence.control_seen;
}

}  // namespace sms_notifier::domain
