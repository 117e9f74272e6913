#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/ports/reply_ledger.h"
#include "domain/sentence.h"
#include "storage/sql/rows.h"

/// A reply's row: how it is read, begun and changed. Each function runs inside a transaction that its caller
/// begins and ends.
namespace sms_notifier::storage::replies_sql {

/// A reply's row, as far as deciding what happens next needs it.
struct ReplyRow {
  app::OpenReply open;
  Int budget_day = 0;
  base::Instant reserved_at;
  Int version = 0;
};

/// The replies that hold what `where` asks; `bind` gives its values. Those erased for their age are not among
/// them: nothing happens to them any more.
std::vector<ReplyRow> select_replies(soci::session& sql, const std::string& where,
                                     const std::function<void(soci::statement&)>& bind);
ReplyRow find_reply(soci::session& sql, domain::ReplyId id);

/// What a change of state writes besides the state.
struct Change {
  domain::Sentence evidence;
  std::string provider_id;                  ///< empty: unchanged
  std::optional<base::Instant> settled_at;  ///< none: cleared
  std::optional<base::Instant> not_before;  ///< none: unchanged
  int maybe_sent_back = 0;
  bool forget_provider_id = false;
};

/// The one place that changes a reply's state, apart from a claim.
domain::ReplyState change(soci::session& sql, ReplyRow& reply, domain::ReplyEvent event, const Change& what);

/// Writes a reserved reply and gives it its id.
void insert(soci::session& sql, app::OpenReply& open, base::Instant reserved_on, domain::Day budget_day);

}  // namespace sms_notifier::storage::replies_sql
