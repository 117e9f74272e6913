#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/ledger.h"

namespace soci {
class session;
}

/// The ledger's promises as SQL. Each function runs inside a transaction that somebody else begins and ends.
namespace sms_notifier::storage::ledger_sql {

std::vector<app::RecordedCall> recent_calls(soci::session& sql, domain::AccountId account,
                                            base::Instant since);
std::vector<domain::CallerHistory> histories(soci::session& sql, domain::AccountId account, domain::Did from,
                                             const std::vector<domain::PhoneNumber>& callers);
int texts_counted(soci::session& sql, domain::AccountId account, domain::Day day);
app::RecordOutcome record(soci::session& sql, domain::AccountId account, const app::DecidedCall& decided);
app::ReviseOutcome revise(soci::session& sql, domain::CallId id, const domain::Call& call, bool caught_up);
app::ClaimOutcome claim(soci::session& sql, domain::ReplyId id, base::Instant now, domain::WallTime wall_now);
domain::ReplyState settle(soci::session& sql, domain::ReplyId id, int attempt,
                          const app::Settlement& settlement, base::Instant now);
domain::ReplyState resolve(soci::session& sql, domain::ReplyId id, const app::Resolution& resolution,
                           base::Instant now);
app::OrderOutcome order_text(soci::session& sql, domain::CallId id, base::Instant now,
                             base::Instant expires_at, domain::Day budget_day, int budget_cap);
int disown_sending(soci::session& sql);
std::vector<app::OpenReply> open_replies(soci::session& sql);
std::vector<domain::ClaimedText> claimed_texts(soci::session& sql, domain::AccountId account,
                                               domain::Did from, base::Instant since);
int note_texts_elsewhere(soci::session& sql, domain::AccountId account, domain::Did from,
                         const std::vector<app::TextElsewhere>& texts);
std::vector<app::CallRecord> calls(soci::session& sql, const app::CallQuery& query);
std::vector<app::HourTally> tallies(soci::session& sql, std::optional<domain::ProfileId> profile,
                                    base::Instant since);
std::vector<app::ProfileTally> profile_tallies(soci::session& sql, base::Instant since);
std::vector<base::Duration> reply_times(soci::session& sql, base::Instant since, std::size_t limit);
void note_test_text(soci::session& sql, domain::AccountId account, const domain::TextMessage& text,
                    base::Instant at);
void opt_out(soci::session& sql, domain::AccountId account, domain::PhoneNumber caller, base::Instant at);
void block(soci::session& sql, domain::PhoneNumber caller);

/// Cancels the profile's reserved replies, as when it is stopped or deleted.
void cancel_reserved(soci::session& sql, domain::ProfileId profile);

}  // namespace sms_notifier::storage::ledger_sql
