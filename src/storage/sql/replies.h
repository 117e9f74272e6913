#pragma once

#include <optional>
#include <vector>

#include "app/ports/call_book.h"
#include "app/ports/order_book.h"
#include "app/ports/reply_ledger.h"

namespace soci {
class session;
}

/// Replies and their attempts, as SQL. Each function runs inside a transaction that its caller begins and
/// ends.
namespace sms_notifier::storage::replies_sql {

app::OpenReply reserve(soci::session& sql, domain::AccountId account, domain::CallId call,
                       const app::DecidedCall& decided, int orders);
/// The caller got through after the call was decided: its reserved reply is cancelled.
app::ReviseOutcome call_got_through(soci::session& sql, domain::CallId call);
app::ClaimOutcome claim(soci::session& sql, domain::ReplyId id, base::Instant now, domain::WallTime wall_now);
domain::ReplyState settle(soci::session& sql, domain::ReplyId id, int attempt,
                          const app::Settlement& settlement, base::Instant now);
domain::ReplyState resolve(soci::session& sql, domain::ReplyId id, const app::Resolution& resolution,
                           base::Instant now);
app::OrderOutcome order_text(soci::session& sql, domain::CallId call, const app::OrderLimits& limits);
app::OrderOutcome order_test_text(soci::session& sql, domain::ProfileId profile, domain::PhoneNumber to,
                                  const app::OrderLimits& limits);
std::optional<app::TestTextProgress> test_text(soci::session& sql, domain::ReplyId id);
int disown_sending(soci::session& sql, const app::Scope& scope);
std::vector<app::OpenReply> open_replies(soci::session& sql, const app::Scope& scope);
std::vector<domain::ClaimedText> claimed_texts(soci::session& sql, domain::AccountId account,
                                               domain::Did from, base::Instant since);
std::vector<app::OpenReply> disprove(soci::session& sql, domain::AccountId account, domain::MessageKind kind,
                                     const std::vector<domain::SentText>& rows, base::Instant now);
void note_listed(soci::session& sql, const std::vector<domain::ReplyId>& newly_missing,
                 const std::vector<domain::ReplyId>& listed_again, base::Instant now);
std::vector<base::Duration> reply_times(soci::session& sql, base::Instant since, std::size_t limit);

/// Cancels the profile's reserved replies, as when it is stopped or deleted.
void cancel_reserved(soci::session& sql, domain::ProfileId profile);
/// What is known of the caller or of the profile has changed: a claim on older facts does not go through.
void late_facts_changed(soci::session& sql, const domain::PhoneNumber& caller);
void late_facts_changed(soci::session& sql, domain::ProfileId profile);

}  // namespace sms_notifier::storage::replies_sql
