#include "storage/sql/callers.h"

#include "storage/raced.h"
#include "storage/sql/replies.h"
#include "storage/sql/rows.h"

namespace sms_notifier::storage::callers_sql {
namespace {

using soci::into;
using soci::use;

/// The version of the caller's row for this number; 0 when there is none.
Int contact_version(soci::session& sql, domain::AccountId account_id, const domain::TextMessage& text) {
  const Int account = account_id.value();
  const std::string did = to_column(text.from);
  const std::string caller = to_column(text.to);
  Int version = 0;
  sql << "SELECT coalesce(max(version), 0) FROM contacts WHERE account_id = :a AND did = :d AND caller = :c",
      use(account), use(did), use(caller), into(version);
  return version;
}

/// When caller and business last spoke. An answered call to the business counts when it lasted longer than
/// `call_duration`: voicemail answers, too.
std::optional<base::Instant> spoke_until(soci::session& sql, const std::string& caller,
                                         std::chrono::seconds call_duration) {
  const Int threshold = call_duration.count();
  Int until = 0;
  sql << "SELECT coalesce(max(began_at + seconds * 1000000), 0) FROM conversations WHERE other = :c AND "
         "(inbound = 0 OR seconds > :threshold)",
      use(caller), use(threshold), into(until);
  return optional_instant(until);
}

}  // namespace

domain::CallerHistory history(soci::session& sql, domain::AccountId account_id, domain::Did from,
                              std::chrono::seconds call_duration, const domain::PhoneNumber& caller_number) {
  const Int account = account_id.value();
  const std::string did = to_column(from);
  const std::string caller = to_column(caller_number);
  Int blocked = 0;
  Int opted_out = 0;
  Int last = 0;
  sql << "SELECT (SELECT count(*) FROM blocked WHERE caller = :c1), "
         "(SELECT count(*) FROM contacts WHERE account_id = :a1 AND did = '' AND caller = :c2 AND "
         "opted_out_at > coalesce(opted_in_at, 0)), "
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
  found.spoke_until = spoke_until(sql, caller, call_duration);
  return found;
}

std::vector<domain::CallerHistory> histories(soci::session& sql, domain::AccountId account, domain::Did from,
                                             std::chrono::seconds call_duration,
                                             const std::vector<domain::PhoneNumber>& callers) {
  std::vector<domain::CallerHistory> found;
  found.reserve(callers.size());
  for (const domain::PhoneNumber& caller : callers)
    found.push_back(history(sql, account, from, call_duration, caller));
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
  const Int version = contact_version(sql, account_id, text);
  const Int account = account_id.value();
  const std::string did = to_column(text.from);
  const std::string caller = to_column(text.to);
  const Int at = to_column(now);
  soci::statement count =
      (sql.prepare << "INSERT INTO contacts (account_id, did, caller, last_texted_at, version) "
                      "VALUES (:a, :d, :c, :at, 1) ON CONFLICT (did, caller, account_id) DO UPDATE SET "
                      "last_texted_at = excluded.last_texted_at, version = contacts.version + 1 "
                      "WHERE contacts.version = :seen",
       use(account), use(did), use(caller), use(at), use(version));
  count.execute(true);
  if (affected(count) == 0) throw Raced{};
}

std::optional<domain::SkipReason> take(soci::session& sql, domain::AccountId account_id,
                                       const app::DecidedCall::ReplyTerms& terms, base::Instant now) {
  const domain::CallerHistory known =
      history(sql, account_id, terms.text.from, std::chrono::seconds{0}, terms.text.to);
  if (domain::in_cooldown(known, terms.texts_count_since, terms.history_size))
    return domain::SkipReason::RecentlyTexted;
  if (!spend(sql, account_id, terms.budget_day, terms.budget_cap)) return domain::SkipReason::CapReached;
  count_for_cooldown(sql, account_id, terms.text, now);
  return std::nullopt;
}

std::optional<base::Instant> texted_elsewhere_at(soci::session& sql, const domain::TextMessage& text) {
  const std::string did = to_column(text.from);
  const std::string caller = to_column(text.to);
  Int at = 0;
  sql << "SELECT coalesce(max(texted_elsewhere_at), 0) FROM contacts WHERE did = :d AND caller = :c",
      use(did), use(caller), into(at);
  return optional_instant(at);
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
        (sql.prepare << "INSERT INTO contacts (account_id, did, caller, texted_elsewhere_at, version) "
                        "VALUES (:a, :d, :c, :at, 1) ON CONFLICT (did, caller, account_id) DO UPDATE SET "
                        "texted_elsewhere_at = excluded.texted_elsewhere_at, version = contacts.version + 1 "
                        "WHERE coalesce(contacts.texted_elsewhere_at, 0) < excluded.texted_elsewhere_at",
         use(account), use(did), use(caller), use(at));
    note.execute(true);
    if (affected(note) == 0) continue;
    ++news;
    replies_sql::late_facts_changed(sql, text.to);
  }
  return news;
}

std::vector<app::CallerWord> note_words(soci::session& sql, domain::AccountId account_id,
                                        const std::vector<app::CallerWord>& words) {
  const Int account = account_id.value();
  std::vector<app::CallerWord> news;
  for (const app::CallerWord& word : words) {
    const std::string caller = to_column(word.caller);
    const Int at = to_column(word.at);
    const bool stop = word.word == domain::StopWord::Stop;
    // START without a STOP before it says nothing new; of two words in one second STOP counts.
    soci::statement note =
        stop ? (sql.prepare
                    << "INSERT INTO contacts (account_id, did, caller, opted_out_at, version) "
                       "VALUES (:a, '', :c, :at, 1) ON CONFLICT (did, caller, account_id) DO UPDATE SET "
                       "opted_out_at = excluded.opted_out_at, version = contacts.version + 1 "
                       "WHERE coalesce(contacts.opted_out_at, 0) < excluded.opted_out_at AND "
                       "coalesce(contacts.opted_in_at, 0) <= excluded.opted_out_at",
                use(account), use(caller), use(at))
             : (sql.prepare << "UPDATE contacts SET opted_in_at = :at, version = version + 1 "
                               "WHERE account_id = :a AND did = '' AND caller = :c AND "
                               "opted_out_at < :at2 AND opted_out_at >= coalesce(opted_in_at, 0)",
                use(at), use(account), use(caller), use(at));
    note.execute(true);
    if (affected(note) == 0) continue;
    news.push_back(word);
    replies_sql::late_facts_changed(sql, word.caller);
  }
  return news;
}

std::optional<base::Instant> words_read_until(soci::session& sql, domain::AccountId account_id) {
  const Int account = account_id.value();
  Int until = 0;
  sql << "SELECT coalesce(max(words_read_until), 0) FROM accounts WHERE id = :a", use(account), into(until);
  return optional_instant(until);
}

void save_words_read_until(soci::session& sql, domain::AccountId account_id, base::Instant until) {
  const Int account = account_id.value();
  const Int at = to_column(until);
  sql << "UPDATE accounts SET words_read_until = :at WHERE id = :a", use(at), use(account);
}

void block(soci::session& sql, domain::PhoneNumber caller_number) {
  const std::string caller = to_column(caller_number);
  sql << "INSERT INTO blocked (caller) VALUES (:c) ON CONFLICT DO NOTHING", use(caller);
  replies_sql::late_facts_changed(sql, caller_number);
}

void note_conversations(soci::session& sql, domain::AccountId account_id,
                        const std::vector<domain::Conversation>& conversations) {
  const Int account = account_id.value();
  for (const domain::Conversation& conversation : conversations) {
    const std::string other = to_column(conversation.with);
    const Int inbound = conversation.inbound ? 1 : 0;
    const Int began_at = to_column(conversation.began_at);
    const Int seconds = conversation.lasted.count();
    sql << "INSERT INTO conversations (account_id, leg_key, other, inbound, began_at, seconds) "
           "VALUES (:a, :key, :other, :inbound, :at, :seconds) ON CONFLICT (account_id, leg_key) DO UPDATE "
           "SET "
           "other = excluded.other, inbound = excluded.inbound, began_at = excluded.began_at, "
           "seconds = excluded.seconds",
        use(account), use(conversation.key), use(other), use(inbound), use(began_at), use(seconds);
    replies_sql::late_facts_changed(sql, conversation.with);
  }
}

}  // namespace sms_notifier::storage::callers_sql
