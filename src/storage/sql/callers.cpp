#include "storage/sql/callers.h"

#include "storage/sql/rows.h"

namespace sms_notifier::storage::callers_sql {
namespace {

using soci::into;
using soci::use;

}  // namespace

domain::CallerHistory history(soci::session& sql, domain::AccountId account_id, domain::Did from,
                              const domain::PhoneNumber& caller_number) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const std::string caller = to_column(caller_number);
  Int blocked = 0;
  Int opted_out = 0;
  Int last = 0;
  sql << "SELECT (SELECT count(*) FROM blocked WHERE caller = :c1), "
         "(SELECT count(*) FROM contacts WHERE account_id = :a1 AND did = '' AND caller = :c2 AND "
         "opted_out_at IS NOT NULL), "
         "coalesce((SELECT max(max(coalesce(last_texted_at, 0), coalesce(texted_elsewhere_at, 0))) FROM "
         "contacts WHERE did = :d AND caller = :c3), 0)",
      use(caller), use(account), use(caller), use(did), use(caller), into(blocked), into(opted_out),
      into(last);
  domain::CallerHistory found;
  found.blocked = blocked > 0;
  found.opted_out = opted_out > 0;
  found.last_texted_at = optional_instant(last);
  if (found.last_texted_at) {
    sql << "SELECT count(*) FROM contacts WHERE did = :d AND last_texted_at > :last", use(did), use(last),
        into(found.callers_since);
  }
  return found;
}

std::vector<domain::CallerHistory> histories(soci::session& sql, domain::AccountId account, domain::Did from,
                                             const std::vector<domain::PhoneNumber>& callers) {
  std::vector<domain::CallerHistory> found;
  found.reserve(callers.size());
  for (const domain::PhoneNumber& caller : callers) found.push_back(history(sql, account, from, caller));
  return found;
}

int texts_counted(soci::session& sql, domain::AccountId account_id, domain::Day day) {
  const Int account = account_id.value();
  const Int number_of_day = day.time_since_epoch().count();
  Int used = 0;
  sql << "SELECT coalesce(max(used), 0) FROM budgets WHERE account_id = :a AND day = :day", use(account),
      use(number_of_day), into(used);
  return static_cast<int>(used);
}

bool spend(soci::session& sql, domain::AccountId account_id, domain::Day budget_day, int cap) {
  const Int account = account_id.value();
  const Int day = budget_day.time_since_epoch().count();
  sql << "INSERT INTO budgets (account_id, day, used) VALUES (:a, :day, 0) ON CONFLICT DO NOTHING",
      use(account), use(day);
  soci::statement take_one =
      (sql.prepare << "UPDATE budgets SET used = used + 1 WHERE account_id = :a AND day = :day AND "
                      "used < :cap",
       use(account), use(day), use(cap));
  take_one.execute(true);
  return affected(take_one) == 1;
}

void count_for_cooldown(soci::session& sql, domain::AccountId account_id, const domain::TextMessage& text,
                        base::Instant now) {
  const Int account = account_id.value();
  const std::string did = to_column(text.from);
  const std::string caller = to_column(text.to);
  const Int at = to_column(now);
  sql << "INSERT INTO contacts (account_id, did, caller, last_texted_at) VALUES (:a, :d, :c, :at) "
         "ON CONFLICT (did, caller, account_id) DO UPDATE SET last_texted_at = excluded.last_texted_at",
      use(account), use(did), use(caller), use(at);
}

std::optional<domain::SkipReason> take(soci::session& sql, domain::AccountId account_id,
                                       const app::DecidedCall::ReplyTerms& terms, base::Instant now) {
  domain::ProfileRules rules{terms.text.from};
  rules.cooldown = terms.cooldown;
  rules.history_size = terms.history_size;
  if (domain::in_cooldown(rules, history(sql, account_id, terms.text.from, terms.text.to), now))
    return domain::SkipReason::RecentlyTexted;

  if (!spend(sql, account_id, terms.budget_day, terms.budget_cap)) return domain::SkipReason::CapReached;
  count_for_cooldown(sql, account_id, terms.text, now);
  return std::nullopt;
}

bool texted_elsewhere_since(soci::session& sql, const domain::TextMessage& text, base::Instant since) {
  const std::string did = to_column(text.from);
  const std::string caller = to_column(text.to);
  const Int at = to_column(since);
  Int texts = 0;
  sql << "SELECT count(*) FROM contacts WHERE did = :d AND caller = :c AND texted_elsewhere_at > :since",
      use(did), use(caller), use(at), into(texts);
  return texts > 0;
}

int note_texts_elsewhere(soci::session& sql, domain::AccountId account_id, domain::Did from,
                         const std::vector<app::TextElsewhere>& texts) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  int news = 0;
  for (const app::TextElsewhere& text : texts) {
    const std::string caller = to_column(text.to);
    const Int at = to_column(text.at);
    soci::statement note =
        (sql.prepare << "INSERT INTO contacts (account_id, did, caller, texted_elsewhere_at) "
                        "VALUES (:a, :d, :c, :at) ON CONFLICT (did, caller, account_id) DO UPDATE SET "
                        "texted_elsewhere_at = excluded.texted_elsewhere_at WHERE "
                        "coalesce(contacts.texted_elsewhere_at, 0) < excluded.texted_elsewhere_at",
         use(account), use(did), use(caller), use(at));
    note.execute(true);
    news += static_cast<int>(affected(note));
  }
  return news;
}

void opt_out(soci::session& sql, domain::AccountId account_id, domain::PhoneNumber caller_number,
             base::Instant when) {
  const Int account = account_id.value();
  const std::string caller = to_column(caller_number);
  const Int at = to_column(when);
  sql << "INSERT INTO contacts (account_id, did, caller, opted_out_at) VALUES (:a, '', :c, :at) "
         "ON CONFLICT (did, caller, account_id) DO UPDATE SET opted_out_at = excluded.opted_out_at",
      use(account), use(caller), use(at);
}

void block(soci::session& sql, domain::PhoneNumber caller_number) {
  const std::string caller = to_column(caller_number);
  sql << "INSERT INTO blocked (caller) VALUES (:c) ON CONFLICT DO NOTHING", use(caller);
}

}  // namespace sms_notifier::storage::callers_sql
