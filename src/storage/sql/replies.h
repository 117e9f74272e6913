#pragma once

#include <vector>

#include "app/ports/ledger.h"

namespace soci {
class session;
}

/// Replies and their attempts, as SQL. Each function runs inside a transaction that its caller begins and
/// ends.
namespace sms_notifier::storage::replies_sql {

app::OpenReply reserve(soci::session& sql, domain::AccountId account, domain::CallId call,
                       const app::DecidedCall& decided, int orders);
/// The caller got through after the call was decided: its reserved reply is cancelled.
app::ReviseOutcome call_caught_up(soci::session& sql, domain::CallId call);
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
std::vector<base::Duration> reply_times(soci::session& sql, base::Instant since, std::size_t limit);
void note_test_text(soci::session& sql, domain::AccountId account, const domain::TextMessage& text,
                    base::Instant at);

/// Cancels the profile's reserved replies, as when it is stopped or deleted.
void cancel_reserved(soci::session& sql, domain::ProfileId profile);

}  // namespace sms_notifier::storage::replies_sql
