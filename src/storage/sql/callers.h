#pragma once

#include <optional>
#include <vector>

#include "app/ports/call_book.h"
#include "app/ports/caller_book.h"

namespace soci {
class session;
}

/// What is known of callers, and the day's budget of texts to them, as SQL. Each function runs inside a
/// transaction that its caller begins and ends; Raced leaves those that another worker got ahead of.
namespace sms_notifier::storage::callers_sql {

domain::CallerHistory history(soci::session& sql, domain::AccountId account, domain::Did from,
                              std::chrono::seconds call_duration, const domain::PhoneNumber& caller);
std::vector<domain::CallerHistory> histories(soci::session& sql, domain::AccountId account, domain::Did from,
                                             std::chrono::seconds call_duration,
                                             const std::vector<domain::PhoneNumber>& callers);
int texts_counted(soci::session& sql, domain::AccountId account, domain::Day day);
/// Takes one text of the day's budget; false when it is used up.
bool spend(soci::session& sql, domain::AccountId account, domain::Day budget_day, int cap);
void count_for_cooldown(soci::session& sql, domain::AccountId account, const domain::TextMessage& text,
                        base::Instant now);
/// Takes cooldown and budget for a reply, or says which of them is used up.
std::optional<domain::SkipReason> take(soci::session& sql, domain::AccountId account,
                                       const app::DecidedCall::ReplyTerms& terms, base::Instant now);
std::optional<base::Instant> texted_elsewhere_at(soci::session& sql, const domain::TextMessage& text);
int note_texts_elsewhere(soci::session& sql, domain::AccountId account, domain::Did from,
                         const std::vector<app::TextElsewhere>& texts);
std::vector<app::CallerWord> note_words(soci::session& sql, domain::AccountId account,
                                        const std::vector<app::CallerWord>& words);
std::optional<base::Instant> words_read_until(soci::session& sql, domain::AccountId account);
void save_words_read_until(soci::session& sql, domain::AccountId account, base::Instant until);
void block(soci::session& sql, domain::PhoneNumber caller);
void note_conversations(soci::session& sql, domain::AccountId account,
                        const std::vector<domain::Conversation>& conversations);

}  // namespace sms_notifier::storage::callers_sql
