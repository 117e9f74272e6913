#include "storage/sql/settings.h"

#include <sstream>

#include "domain/text.h"
#include "storage/sql/replies.h"
#include "storage/sql/rows.h"
#include "storage/sql/sentences.h"

namespace sms_notifier::storage::settings_sql {
namespace {

using soci::into;
using soci::use;

std::string joined(const std::vector<domain::Did>& dids) {
  std::string text;
  for (const domain::Did& did : dids) text += (text.empty() ? "" : ",") + to_column(did);
  return text;
}

std::vector<domain::Did> split(const std::string& text) {
  std::vector<domain::Did> dids;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) dids.push_back(did(part));
  return dids;
}

std::optional<domain::TroubleKind> trouble(const std::string& column) {
  if (column.empty()) return std::nullopt;
  return checked(domain::trouble_kind_from_code(column), "trouble");
}
std::string code_or_empty(const std::optional<domain::TroubleKind>& kind) {
  return kind ? std::string(to_code(*kind)) : std::string();
}

/// NULL for no balance: each amount may be one.
std::optional<domain::Dollars> balance(Int column, soci::indicator indicator) {
  if (indicator == soci::i_null) return std::nullopt;
  return domain::Dollars{column};
}

/// The columns of an account's health, as they are read.
struct HealthColumns {
  static constexpr const char* names =
      "coalesce(a.watched_since, 0), coalesce(a.last_good_poll, 0), a.poll_trouble, a.last_error, "
      "coalesce(a.last_error_values, ''), a.send_trouble, coalesce(a.send_trouble_at, 0), a.balance, "
      "coalesce(a.requests_per_minute, 0), a.strict_cause, coalesce(a.strict_since, 0)";
  Int watched_since = 0, last_good_poll = 0, send_trouble_at = 0, dollars = 0, per_minute = 0,
      strict_since = 0;
  std::string poll_trouble, last_error, last_error_values, send_trouble, strict_cause;
  soci::indicator has_balance = soci::i_null;

  app::AccountHealth read(Int account) const {
    app::AccountHealth health{domain::AccountId(account),
                              optional_instant(watched_since),
                              optional_instant(last_good_poll),
                              trouble(poll_trouble),
                              sentence(last_error, last_error_values),
                              std::nullopt,
                              balance(dollars, has_balance),
                              std::nullopt,
                              std::nullopt};
    if (const auto cause = domain::strict_cause_from_code(strict_cause))
      health.strict = domain::StrictDoubt{*cause, instant(strict_since)};
    if (per_minute > 0) health.requests_per_minute = static_cast<int>(per_minute);
    if (const auto kind = trouble(send_trouble))
      health.send_trouble = domain::SendTrouble{*kind, instant(send_trouble_at)};
    return health;
  }
};

/// The account of that e-mail, made or given the password as needed; nothing when it has none and none is
/// given.
std::optional<Int> account_for(soci::session& sql, const app::Vault& vault, const std::string& email,
                               const std::optional<base::Secret>& password) {
  const std::string key = domain::lower_case(email);
  const std::string sealed = password ? vault.seal(*password) : std::string();
  if (password) {
    sql << "INSERT INTO accounts (email, email_key, sealed_password) VALUES (:email, :key, :sealed) "
           "ON CONFLICT (email_key) DO UPDATE SET sealed_password = excluded.sealed_password",
        use(email), use(key), use(sealed);
  }
  Int id = 0;
  sql << "SELECT id FROM accounts WHERE email_key = :key AND sealed_password <> ''", use(key), into(id);
  if (!sql.got_data()) return std::nullopt;
  return id;
}

/// An account without profiles keeps its row for the ledger and nothing else; says whether it has none.
bool forget_if_unused(soci::session& sql, Int account) {
  Int left = 0;
  sql << "SELECT count(*) FROM profiles WHERE account_id = :a", use(account), into(left);
  if (left > 0) return false;
  sql << "UPDATE accounts SET sealed_password = '', dids = '', dids_asked_at = NULL, last_good_poll = NULL, "
         "last_error = '', last_error_values = NULL, watched_since = NULL, poll_trouble = '', send_trouble = "
         "'', send_trouble_at = "
         "NULL, balance = NULL, requests_per_minute = NULL, strict_cause = '', strict_since = NULL WHERE id "
         "= :a",
      use(account);
  return true;
}

/// The profile's columns, for insert and update.
struct ProfileColumns {
  explicit ProfileColumns(const domain::ProfileRules& rules)
      : did(to_column(rules.did)),
        message(rules.message),
        hours(rules.hours ? rules.hours->to_string() : std::string()),
        call_duration(rules.call_duration.count()),
        limit_to_one_did(rules.limit_to_one_did ? 1 : 0),
        wait(rules.wait_before_texting.count()),
        cooldown(rules.cooldown.count()),
        history_size(rules.history_size.value_or(no_history_size)),
        dry_run(rules.dry_run ? 1 : 0) {}

  static constexpr int no_history_size = -1;  ///< `nullif(:x, -1)`
  std::string did, message, hours;
  Int call_duration, limit_to_one_did, wait, cooldown, history_size, dry_run;
};

}  // namespace

app::SettingsChanges changes_since(soci::session& sql, std::int64_t seen_version) {
  const Int seen = seen_version;
  Int version = 0;
  sql << "SELECT version FROM settings_version", into(version);
  app::SettingsChanges changes{version, {}};
  if (version == seen) return changes;
  Int id = 0;
  soci::statement statement =
      (sql.prepare << "SELECT id FROM accounts WHERE changed_in > :seen OR :seen2 = 0", use(seen), use(seen),
       into(id));
  statement.execute();
  while (statement.fetch()) changes.accounts.insert(domain::AccountId(id));
  return changes;
}

void changed(soci::session& sql, domain::AccountId account) {
  const Int id = account.value();
  sql << "UPDATE settings_version SET version = version + 1";
  sql << "UPDATE accounts SET changed_in = (SELECT version FROM settings_version) WHERE id = :id", use(id);
}

std::vector<app::Account> accounts(soci::session& sql, const app::Vault& vault, const app::Scope& scope) {
  Int id = 0, dids_asked_at = 0, trusted_at = 0;
  std::string email, sealed, dids;
  HealthColumns health;
  soci::statement statement =
      (sql.prepare << std::string("SELECT a.id, a.email, a.sealed_password, a.dids, "
                                  "coalesce(a.dids_asked_at, 0), coalesce(a.trusted_at, 0), ") +
                          HealthColumns::names + " FROM accounts a ORDER BY a.id",
       into(id), into(email), into(sealed), into(dids), into(dids_asked_at), into(trusted_at),
       into(health.watched_since), into(health.last_good_poll), into(health.poll_trouble),
       into(health.last_error), into(health.last_error_values), into(health.send_trouble),
       into(health.send_trouble_at), into(health.dollars, health.has_balance), into(health.per_minute),
       into(health.strict_cause), into(health.strict_since));
  statement.execute();
  std::vector<app::Account> all;
  while (statement.fetch()) {
    if (!scope.holds(domain::AccountId(id))) continue;
    app::Account account;
    account.id = domain::AccountId(id);
    account.credentials = {email, vault.open(sealed).value_or(base::Secret())};
    account.dids = split(dids);
    account.dids_asked_at = optional_instant(dids_asked_at);
    account.trusted_at = optional_instant(trusted_at);
    account.health = health.read(id);
    all.push_back(std::move(account));
  }
  return all;
}

std::vector<app::ProfileView> profiles(soci::session& sql, std::optional<domain::ProfileId> only) {
  const Int wanted = only ? only->value() : 0;
  Int id = 0, account = 0, call_duration = 0, limited = 0, wait = 0, cooldown = 0, history_size = 0,
      dry_run = 0;
  Int running = 0, first_polled_at = 0, refused_in_row = 0, held_since = 0;
  Int used_on = 0, used = 0;
  std::string number, message, hours, email, number_ability, refused_because, refused_because_values,
      held_trouble, held_by;
  HealthColumns health;
  soci::statement statement =
      (sql.prepare
           << std::string(
                  "SELECT p.id, p.account_id, p.did, p.message, p.call_duration, p.limit_to_one_did, "
                  "p.wait_seconds, "
                  "p.cooldown_seconds, coalesce(p.history_size, -1), p.hours, p.dry_run, p.running, "
                  "coalesce(p.first_polled_at, 0), p.number_ability, p.refused_in_row, p.refused_because, "
                  "coalesce(p.refused_because_values, ''), "
                  "coalesce(p.held_since, 0), p.held_trouble, p.held_by, a.email, "
                  "coalesce((SELECT max(b.day) FROM budgets b WHERE b.account_id = a.id), 0), "
                  "coalesce((SELECT b.used FROM budgets b WHERE b.account_id = a.id ORDER BY b.day DESC "
                  "LIMIT 1), 0), ") +
                  HealthColumns::names +
                  " FROM profiles p JOIN accounts a ON a.id = p.account_id WHERE :wanted = 0 OR p.id = :id "
                  "ORDER BY p.id",
       use(wanted), use(wanted), into(id), into(account), into(number), into(message), into(call_duration),
       into(limited), into(wait), into(cooldown), into(history_size), into(hours), into(dry_run),
       into(running), into(first_polled_at), into(number_ability), into(refused_in_row),
       into(refused_because), into(refused_because_values), into(held_since), into(held_trouble),
       into(held_by), into(email), into(used_on), into(used), into(health.watched_since),
       into(health.last_good_poll), into(health.poll_trouble), into(health.last_error),
       into(health.last_error_values), into(health.send_trouble), into(health.send_trouble_at),
       into(health.dollars, health.has_balance), into(health.per_minute), into(health.strict_cause),
       into(health.strict_since));
  statement.execute();
  std::vector<app::ProfileView> views;
  while (statement.fetch()) {
    domain::ProfileRules rules{did(number)};
    rules.message = message;
    rules.call_duration = std::chrono::seconds{call_duration};
    rules.limit_to_one_did = limited != 0;
    rules.wait_before_texting = std::chrono::seconds{wait};
    rules.cooldown = std::chrono::seconds{cooldown};
    if (history_size != ProfileColumns::no_history_size) rules.history_size = static_cast<int>(history_size);
    if (!hours.empty()) rules.hours = checked(domain::OpeningHours::parse(hours), "hours");
    rules.dry_run = dry_run != 0;
    app::ProfileHealth own{
        domain::ProfileId(id), checked(domain::number_ability_from_code(number_ability), "number_ability"),
        static_cast<int>(refused_in_row), sentence(refused_because, refused_because_values), std::nullopt};
    if (const auto kind = trouble(held_trouble))
      own.held = domain::TextsHeld{instant(held_since), *kind,
                                   checked(domain::held_by_from_code(held_by), "held_by")};
    views.push_back({domain::Profile{domain::ProfileId(id), domain::AccountId(account), std::move(rules),
                                     running != 0, optional_instant(first_polled_at)},
                     email, health.read(account), std::move(own),
                     app::TextsUsed{domain::Day{std::chrono::days{used_on}}, static_cast<int>(used)}});
  }
  return views;
}

std::vector<app::ProfileName> profile_names(soci::session& sql) {
  Int id = 0;
  std::string number, email;
  soci::statement statement =
      (sql.prepare << "SELECT p.id, p.did, a.email FROM profiles p JOIN accounts a ON a.id = p.account_id "
                      "ORDER BY p.id",
       into(id), into(number), into(email));
  statement.execute();
  std::vector<app::ProfileName> names;
  while (statement.fetch()) names.push_back({domain::ProfileId(id), did(number), email});
  return names;
}

std::optional<domain::ProfileId> add_profile(soci::session& sql, const app::Vault& vault,
                                             const domain::CheckedProfile& profile,
                                             const std::optional<base::Secret>& password) {
  const auto account = account_for(sql, vault, profile.account, password);
  if (!account) return std::nullopt;
  const ProfileColumns c(profile.rules);
  sql << "INSERT INTO profiles (account_id, did, message, call_duration, limit_to_one_did, wait_seconds, "
         "cooldown_seconds, history_size, hours, dry_run, running) VALUES (:a, :did, :message, :duration, "
         ":limited, "
         ":wait, :cooldown, nullif(:history, -1), :hours, :dry, 0)",
      use(*account), use(c.did), use(c.message), use(c.call_duration), use(c.limit_to_one_did), use(c.wait),
      use(c.cooldown), use(c.history_size), use(c.hours), use(c.dry_run);
  const domain::ProfileId id(last_id(sql, "profiles"));
  changed(sql, domain::AccountId(*account));
  return id;
}

app::Settings::EditResult edit_profile(soci::session& sql, const app::Vault& vault,
                                       domain::ProfileId profile_id, const domain::CheckedProfile& profile,
                                       const std::optional<base::Secret>& password) {
  using Result = app::Settings::EditResult;
  const auto found = profiles(sql, profile_id);
  if (found.empty()) return Result::NoSuchProfile;
  const auto account = account_for(sql, vault, profile.account, password);
  if (!account) return Result::PasswordNeeded;
  const Int id = profile_id.value();
  const ProfileColumns c(profile.rules);
  sql << "UPDATE profiles SET account_id = :a, did = :did, message = :message, call_duration = :duration, "
         "limit_to_one_did = :limited, wait_seconds = :wait, cooldown_seconds = :cooldown, "
         "history_size = nullif(:history, -1), hours = :hours, dry_run = :dry, refused_in_row = 0, "
         "refused_because = '', refused_because_values = NULL WHERE id = :id",
      use(*account), use(c.did), use(c.message), use(c.call_duration), use(c.limit_to_one_did), use(c.wait),
      use(c.cooldown), use(c.history_size), use(c.hours), use(c.dry_run), use(id);
  const Int old_account = found.front().profile.account.value();
  if (old_account != *account || found.front().profile.rules.did != profile.rules.did)
    sql << "UPDATE profiles SET number_ability = '' WHERE id = :id", use(id);
  if (old_account != *account) {
    // Its calls are new to this account: what counts is the reply window, as after a start.
    sql << "UPDATE profiles SET first_polled_at = NULL WHERE id = :id", use(id);
    forget_if_unused(sql, old_account);
  }
  replies_sql::late_facts_changed(sql, profile_id);
  changed(sql, domain::AccountId(old_account));
  changed(sql, domain::AccountId(*account));
  return Result::Done;
}

bool set_running(soci::session& sql, domain::ProfileId profile_id, bool running) {
  const Int id = profile_id.value();
  const Int flag = running ? 1 : 0;
  if (!running) replies_sql::cancel_reserved(sql, profile_id);
  if (running) {
    // What is known of an account that was left alone is old: it is waited for, not complained about.
    sql << "UPDATE accounts SET watched_since = NULL WHERE id = (SELECT account_id FROM profiles WHERE id = "
           ":id) AND NOT EXISTS (SELECT 1 FROM profiles r WHERE r.account_id = accounts.id AND r.running = "
           "1)",
        use(id);
  }
  soci::statement update =
      (sql.prepare << "UPDATE profiles SET first_polled_at = CASE WHEN :flag1 = 1 AND running = 0 THEN NULL "
                      "ELSE first_polled_at END, running = :flag2 WHERE id = :id",
       use(flag), use(flag), use(id));
  update.execute(true);
  if (affected(update) == 0) return false;
  Int account = 0;
  sql << "SELECT account_id FROM profiles WHERE id = :id", use(id), into(account);
  changed(sql, domain::AccountId(account));
  return true;
}

bool trust_ledger(soci::session& sql, domain::ProfileId profile_id, base::Instant when) {
  const Int id = profile_id.value();
  const Int at = to_column(when);
  Int account = 0;
  sql << "SELECT account_id FROM profiles WHERE id = :id", use(id), into(account);
  if (!sql.got_data()) return false;
  // What is doubted is dated by VoIP.ms' clock, and what comes later is not meant, whatever our clock says.
  sql << "UPDATE accounts SET trusted_at = coalesce(strict_since, :at) WHERE id = :a", use(at), use(account);
  changed(sql, domain::AccountId(account));
  return true;
}

std::vector<app::ProfileView> stop_all(soci::session& sql, const app::Scope& scope) {
  std::vector<app::ProfileView> stopped = profiles(sql, std::nullopt);
  std::erase_if(stopped, [&](const app::ProfileView& view) {
    return !view.profile.running || !scope.holds(view.profile.account);
  });
  for (const app::ProfileView& view : stopped) set_running(sql, view.profile.id, false);
  return stopped;
}

bool delete_profile(soci::session& sql, domain::ProfileId profile_id) {
  const auto found = profiles(sql, profile_id);
  if (found.empty()) return false;
  const Int id = profile_id.value();
  const Int account = found.front().profile.account.value();
  replies_sql::cancel_reserved(sql, profile_id);
  sql << "DELETE FROM log WHERE profile_id = :id", use(id);
  sql << "DELETE FROM profiles WHERE id = :id", use(id);

  if (forget_if_unused(sql, account)) {
    sql << "DELETE FROM log WHERE lower(company) = (SELECT lower(email_key) FROM accounts WHERE id = :a)",
        use(account);
  }
  changed(sql, domain::AccountId(account));
  return true;
}

void mark_first_polled(soci::session& sql, const std::vector<domain::ProfileId>& profile_ids,
                       base::Instant when) {
  const Int at = to_column(when);
  for (const domain::ProfileId profile_id : profile_ids) {
    const Int id = profile_id.value();
    sql << "UPDATE profiles SET first_polled_at = :at WHERE id = :id AND first_polled_at IS NULL", use(at),
        use(id);
  }
}

void save_health(soci::session& sql, const std::vector<app::AccountHealth>& accounts,
                 const std::vector<app::ProfileHealth>& profiles) {
  Int id = 0;
  {
    Int watched_since = 0, last_good_poll = 0, send_trouble_at = 0, dollars = 0, per_minute = 0,
        strict_since = 0;
    std::string poll_trouble, last_error, last_error_values, send_trouble, strict_cause;
    soci::indicator has_balance = soci::i_null;
    soci::statement update =
        (sql.prepare
             << "UPDATE accounts SET watched_since = nullif(:watched, 0), last_good_poll = "
                "nullif(:poll, 0), poll_trouble = :trouble, last_error = :error, last_error_values = "
                "nullif(:error_values, ''), send_trouble = "
                ":send, send_trouble_at = nullif(:send_at, 0), balance = :balance, requests_per_minute = "
                "nullif(:per_minute, 0), strict_cause = :strict, strict_since = nullif(:strict_since, 0) "
                "WHERE id = :id",
         use(watched_since), use(last_good_poll), use(poll_trouble), use(last_error), use(last_error_values),
         use(send_trouble), use(send_trouble_at), use(dollars, has_balance), use(per_minute),
         use(strict_cause), use(strict_since), use(id));
    for (const app::AccountHealth& health : accounts) {
      id = health.account.value();
      watched_since = to_column(health.watched_since);
      last_good_poll = to_column(health.last_good_poll);
      poll_trouble = code_or_empty(health.poll_trouble);
      last_error = health.last_error.text();
      last_error_values = values_column(health.last_error);
      send_trouble = health.send_trouble ? std::string(to_code(health.send_trouble->kind)) : std::string();
      send_trouble_at = health.send_trouble ? to_column(health.send_trouble->at) : 0;
      dollars = health.balance ? health.balance->millionths : 0;
      has_balance = health.balance ? soci::i_ok : soci::i_null;
      per_minute = health.requests_per_minute.value_or(0);
      strict_cause = health.strict ? std::string(to_code(health.strict->cause)) : std::string();
      strict_since = health.strict ? to_column(health.strict->since) : 0;
      update.execute(true);
    }
  }
  Int refused_in_row = 0, held_since = 0;
  std::string number, refused_because, refused_because_values, held_trouble, held_by;
  soci::statement update =
      (sql.prepare << "UPDATE profiles SET number_ability = :number, refused_in_row = :refused, "
                      "refused_because = :because, refused_because_values = nullif(:because_values, ''), "
                      "held_since = nullif(:since, 0), held_trouble = :trouble, "
                      "held_by = :by WHERE id = :id",
       use(number), use(refused_in_row), use(refused_because), use(refused_because_values), use(held_since),
       use(held_trouble), use(held_by), use(id));
  for (const app::ProfileHealth& health : profiles) {
    id = health.profile.value();
    number = to_code(health.number);
    refused_in_row = health.refused_in_row;
    refused_because = health.refused_because.text();
    refused_because_values = values_column(health.refused_because);
    held_since = health.held ? to_column(health.held->since) : 0;
    held_trouble = health.held ? std::string(to_code(health.held->trouble)) : std::string();
    held_by = health.held ? std::string(to_code(health.held->by)) : std::string();
    update.execute(true);
  }
}

void save_dids(soci::session& sql, domain::AccountId account_id, const std::vector<domain::Did>& dids,
               base::Instant when) {
  const Int id = account_id.value();
  const Int at = to_column(when);
  const std::string text = joined(dids);
  sql << "UPDATE accounts SET dids = :dids, dids_asked_at = :at WHERE id = :id", use(text), use(at), use(id);
}

}  // namespace sms_notifier::storage::settings_sql
