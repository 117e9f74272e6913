#pragma once

#include <optional>
#include <vector>

#include "app/ports/ledger.h"

namespace soci {
class session;
}

/// What is known of callers, and the day's budget of texts to them, as SQL. Each function runs inside a
/// transaction that its caller begins and ends.
namespace sms_notifier::storage::callers_sql {

domain::CallerHistory history(soci::session& sql, domain::AccountId account, domain::Did from,
                              const domain::PhoneNumber& caller);
std::vector<domain::CallerHistory> histories(soci::session& sql, domain::AccountId account, domain::Did from,
                                             const std::vector<domain::PhoneNumber>& callers);
int texts_counted(soci::session& sql, domain::AccountId account, domain::Day day);
/// Takes one text of the day's budget; false when it is used up.
bool spend(soci::session& sql, domain::AccountId account, domain::Day budget_day, int cap);
void count_for_cooldown(soci::session& sql, domain::AccountId account, const domain::TextMessage& text,
                        base::Instant now);
/// Takes cooldown and budget for a reply, or says which of them is used up.
std::optional<domain::SkipReason> take(soci::session& sql, domain::AccountId account,
                                       const app::DecidedCall::ReplyTerms& terms, base::Instant now);
bool texted_elsewhere_since(soci::session& sql, const domain::TextMessage& text, base::Instant since);
int note_texts_elsewhere(soci::session& sql, domain::AccountId account, domain::Did from,
                         const std::vector<app::TextElsewhere>& texts);
void opt_out(soci::session& sql, domain::AccountId account, domain::PhoneNumber caller, base::Instant at);
void block(soci::session& sql, domain::PhoneNumber caller);

}  // namespace sms_notifier::storage::callers_sql
