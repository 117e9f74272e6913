#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/call_book.h"
#include "app/ports/call_history.h"

namespace soci {
class session;
}

/// Calls with their legs and decisions, as SQL. Each function runs inside a transaction that its caller
/// begins and ends.
namespace sms_notifier::storage::calls_sql {

std::vector<app::RecordedCall> recent_calls(soci::session& sql, domain::AccountId account,
                                            base::Instant since);
app::RecordOutcome record(soci::session& sql, domain::AccountId account, const app::DecidedCall& decided);
app::ReviseOutcome revise(soci::session& sql, domain::CallId id, const domain::Call& call, bool got_through);
std::vector<app::CallRecord> calls(soci::session& sql, const app::CallQuery& query);
std::vector<app::HourTally> tallies(soci::session& sql, std::optional<domain::ProfileId> profile,
                                    base::Instant since);
std::vector<app::ProfileTally> profile_tallies(soci::session& sql, base::Instant since);

app::RecordedCall find_call(soci::session& sql, domain::CallId call_id);
/// The state of the call's reply stands beside the call as well, for the pages.
void show_state(soci::session& sql, domain::CallId call_id, domain::ReplyState state);

}  // namespace sms_notifier::storage::calls_sql
