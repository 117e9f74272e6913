#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/phone_number.h"
#include "domain/reply.h"

namespace sms_notifier::domain {

/// One row of the provider's list of sent texts (docs/provider/texts.md, "Listing"), its date resolved.
struct SentText {
  std::string provider_id;
  base::Instant sent_at;
  std::optional<Did> from;  ///< ours; absent when the row does not say it
  std::optional<PhoneNumber> to;
  std::string body;  ///< as listed: may be URL-encoded, PHP-escaped, HTML-escaped
};

/// The text as both sides agree on it: URL-decoded, unescaped (PHP and HTML), CRLF to LF, runs of spaces
/// folded, ends trimmed. Applied to both sides before comparing (docs/provider/texts.md, "What the list does
/// to a text").
std::string normalised_body(std::string_view body);

/// Whether a listed body is this text's, as far as words tell: the same as both sides agree on them, or at
/// least the same letters, which is what remains where the provider writes plain ASCII or cuts the end. A
/// beginning counts from 20 letters on. Letters of other alphabets must be the same.
bool same_wording(std::string_view body, std::string_view listed);

/// The row that is our text for certain: same numbers, same wording, within -2 to +30 minutes of the intent,
/// its id not known as another reply's; null when there is none (docs/reliability.md, "Proof of absence").
const SentText* find_match(const TextMessage& text, base::Instant sending_at,
                           std::span<const SentText> listed, std::span<const std::string> known_ids);

/// A row that may be our text although its time or its wording does not say so for certain: with the same
/// wording to the same caller at any time, or any text to the caller since two hours before the intent, its
/// id not known as another reply's. With clocks that disagree and lists that reword, nothing can be called
/// absent then. Null when there is none.
const SentText* find_suspect(const TextMessage& text, base::Instant sending_at,
                             std::span<const SentText> listed, std::span<const std::string> known_ids);

/// A text that left or may have left, as the ledger has it.
struct ClaimedText {
  ReplyId reply;
  int attempt = 0;  ///< the last one
  TextMessage text;
  MessageKind kind = MessageKind::Sms;
  ReplyState state = ReplyState::Sent;
  std::string provider_id;  ///< empty: not known
  base::Instant sending_at;
  std::optional<base::Instant> unlisted_since;  ///< since when the provider's list lacks it
};

/// Whether the row is between other numbers than the text: then it is another text, whatever its id.
bool has_other_numbers(const SentText& row, const TextMessage& text);

/// The rows that none of these texts has the id of, or only one between other numbers.
std::vector<SentText> without_owner(std::span<const SentText> listed, std::span<const ClaimedText> claimed);

/// When the newest texts were claimed that are known as sent.
struct NewestTexts {
  std::optional<base::Instant> known;
  std::optional<base::Instant> listed;  ///< of those that a list shows

  /// Whether a list shows one that is newer than a text of `sending_at`, if there is one.
  bool shown_after(base::Instant sending_at) const;
};

/// What comes out when ledger and provider are held against each other (docs/reliability.md, "The hourly
/// cross-check").
struct CrossCheck {
  std::vector<SentText> elsewhere;     ///< listed texts that nothing in the ledger explains
  std::size_t known = 0;               ///< texts that the list should show: known as sent, and not too new
  std::vector<ReplyId> missing;        ///< those of them that it does not show
  std::vector<ReplyId> newly_missing;  ///< those that it showed before
  std::vector<ReplyId> listed_again;   ///< those that it lacked before
  NewestTexts newest;
  struct Seen {
    ClaimedText text;
    SentText row;
    bool certain = false;  ///< the row is the text; false: it may be
  };
  /// Texts of which no end is known, or that may be sent again; of those each row that may be it counts.
  std::vector<Seen> seen;
};

/// When a text must have been claimed for the list to show it: not so early that its row may stand on the day
/// before, and not so late that the list may lag behind.
struct ListedSpan {
  base::Instant from;
  base::Instant until;
  /// What the list has lacked since then, or longer, is gone from it: the owner deleted it.
  base::Instant gone;
};
/// Texts that the list has lacked for so long are gone from it; longer than reconciling lasts.
constexpr base::Duration missing_believed = std::chrono::hours{2};

/// Holds a list of texts of one kind from one DID against what the ledger has of them. Each text in the
/// ledger explains one row of the list: by its id, else as the row that is it for certain; a text that
/// has no id yet also explains a row that may be it.
CrossCheck cross_check(std::span<const SentText> listed, std::span<const ClaimedText> claimed,
                       ListedSpan span);

/// Whether the list can be relied on to show what the ledger does not know: it shows at least half of what it
/// should.
bool can_be_relied_on(const CrossCheck& check);

/// How patient reconciling is (docs/operating.md, "Settings").
struct ReconcileWaits {
  /// How late a list may be: so long after the provider can have taken a text it may be called absent.
  base::Duration negative_wait;
  base::Duration look_gap;  ///< between the two looks that say so
  /// The longest that the provider may take to accept a text that it did not answer.
  base::Duration acceptance_max = std::chrono::seconds{180};

  /// So long after it was handed over, a text that went out is in the list at the latest.
  base::Duration listed_within() const { return acceptance_max + negative_wait; }
};

/// How long after the reply became unknown the n-th look is due (n from 0): 5, 15, 30, 60, 120 s, then every
/// `look_gap` after `negative_wait`; all in proportion to a negative wait of 240 s.
base::Duration look_delay(int n, const ReconcileWaits& waits);

/// How much longer the provider may take, at most, to accept a text that was claimed then.
base::Duration acceptance_left(base::Instant claimed_at, base::Instant now, const ReconcileWaits& waits);

/// What is known when a look has found nothing. Times are those at which the look began: what the provider
/// listed later, it cannot have shown.
struct AbsenceEvidence {
  /// Since the latest moment at which the provider can have taken the text: its answer where it gave one,
  /// else `acceptance_max` after the first byte.
  base::Duration since_taken;
  base::Duration since_taken_own;   ///< the same by this process's own monotonic clock
  int looks = 0;                    ///< looks that answered well and did not show the text
  base::Duration between_looks{0};  ///< from the first of them to the last
  bool clocks_agree = false;        ///< ours and the provider's
  bool control_seen = false;  ///< newer texts known as sent from this DID are in the list, or there are none
};

/// Whether a text that went out would be listed by now, and was looked for often enough.
bool late_enough(const AbsenceEvidence& evidence, const ReconcileWaits& waits);
/// Whether the text may be called absent (docs/reliability.md, "Proof of absence").
bool proves_absence(const AbsenceEvidence& evidence, const ReconcileWaits& waits);

}  // namespace sms_notifier::domain
