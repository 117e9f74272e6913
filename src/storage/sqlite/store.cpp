#include "storage/sqlite/store.h"

#include <stdexcept>

#include <soci/soci.h>

#include "app/ports/audit_rows.h"
#include "storage/sql/audit.h"
#include "storage/sql/callers.h"
#include "storage/sql/calls.h"
#include "storage/sql/installation.h"
#include "storage/sql/log.h"
#include "storage/sql/probe.h"
#include "storage/sql/replies.h"
#include "storage/sql/retention.h"
#include "storage/sql/sessions.h"
#include "storage/sql/settings.h"
#include "storage/sql/users.h"
#include "storage/sqlite/database.h"

namespace sms_notifier::storage {
namespace {

constexpr std::chrono::minutes token_use_noted_every{1};

/// Each method hands one function of sql/ to the database's threads. Hardly any of them is a
/// coroutine itself, so the values that the work captures live in one place: the task.
class SqliteStore final : public Store {
 public:
  SqliteStore(const SqliteOptions& options, const app::Vault& vault)
      : vault_(vault), database_(options.path, options.check_pages) {}

  base::task<std::vector<app::RecordedCall>> recent_calls(domain::AccountId account,
                                                          base::Instant since) override {
    return database_.read([=](soci::session& sql) { return calls_sql::recent_calls(sql, account, since); });
  }
  base::task<std::vector<domain::CallerHistory>> histories(
      domain::AccountId account, domain::Did from, std::chrono::seconds call_duration,
      std::vector<domain::PhoneNumber> callers) override {
    return database_.read([=, callers = std::move(callers)](soci::session& sql) {
      return callers_sql::histories(sql, account, from, call_duration, callers);
    });
  }
  base::task<int> texts_counted(domain::AccountId account, domain::Day day) override {
    return database_.read([=](soci::session& sql) { return callers_sql::texts_counted(sql, account, day); });
  }
  base::task<std::vector<app::RecordOutcome>> record(domain::AccountId account,
                                                     std::vector<app::DecidedCall> calls) override {
    return database_.write([=, calls = std::move(calls)](soci::session& sql) {
      std::vector<app::RecordOutcome> outcomes;
      outcomes.reserve(calls.size());
      for (const app::DecidedCall& call : calls) outcomes.push_back(calls_sql::record(sql, account, call));
      return outcomes;
    });
  }
  base::task<app::ReviseOutcome> revise(domain::CallId id, domain::Call call, bool got_through) override {
    return database_.write([=, call = std::move(call)](soci::session& sql) {
      return calls_sql::revise(sql, id, call, got_through);
    });
  }
  base::task<app::ClaimOutcome> claim(domain::ReplyId id, base::Instant now,
                                      domain::WallTime wall_now) override {
    return database_.write_claim([=](soci::session& sql) {
      app::ClaimOutcome outcome = replies_sql::claim(sql, id, now, wall_now);
      if (std::holds_alternative<app::Claimed>(outcome)) installation_sql::count_claim(sql);
      return outcome;
    });
  }
  base::task<domain::LedgerStanding> standing() override { co_return database_.standing(); }
  base::task<> adopt() override { return database_.adopt(); }
  base::task<domain::ReplyState> settle(domain::ReplyId id, int attempt, app::Settlement settlement,
                                        base::Instant now) override {
    return database_.write([=, settlement = std::move(settlement)](soci::session& sql) {
      return replies_sql::settle(sql, id, attempt, settlement, now);
    });
  }
  base::task<domain::ReplyState> resolve(domain::ReplyId id, app::Resolution resolution,
                                         base::Instant now) override {
    return database_.write([=, resolution = std::move(resolution)](soci::session& sql) {
      return replies_sql::resolve(sql, id, resolution, now);
    });
  }
  base::task<app::OrderOutcome> order_text(domain::CallId call, app::OrderLimits limits,
                                           app::Act act) override {
    return database_.write([=](soci::session& sql) {
      app::OrderOutcome outcome = replies_sql::order_text(sql, call, limits);
      if (const auto* ordered = std::get_if<app::Ordered>(&outcome))
        audit_sql::note(sql, app::text_ordered(act, call, ordered->reply.text.to));
      return outcome;
    });
  }
  base::task<app::OrderOutcome> order_test_text(domain::ProfileId profile, domain::PhoneNumber to,
                                                app::OrderLimits limits, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      app::OrderOutcome outcome = replies_sql::order_test_text(sql, profile, to, limits);
      if (std::holds_alternative<app::Ordered>(outcome))
        audit_sql::note(sql, app::test_text_ordered(act, settings_sql::profiles(sql, profile).front(), to));
      return outcome;
    });
  }
  base::task<std::optional<app::TestTextProgress>> test_text(domain::ReplyId id) override {
    return database_.read([=](soci::session& sql) { return replies_sql::test_text(sql, id); });
  }
  base::task<int> disown_sending(app::Scope scope) override {
    return database_.write([=](soci::session& sql) { return replies_sql::disown_sending(sql, scope); });
  }
  base::task<std::vector<app::OpenReply>> open_replies(app::Scope scope) override {
    return database_.read([=](soci::session& sql) { return replies_sql::open_replies(sql, scope); });
  }
  base::task<std::vector<domain::ClaimedText>> claimed_texts(domain::AccountId account, domain::Did from,
                                                             base::Instant since) override {
    return database_.read(
        [=](soci::session& sql) { return replies_sql::claimed_texts(sql, account, from, since); });
  }
  base::task<std::vector<app::OpenReply>> disprove(domain::AccountId account, domain::MessageKind kind,
                                                   std::vector<domain::SentText> rows,
                                                   base::Instant now) override {
    return database_.write([=, rows = std::move(rows)](soci::session& sql) {
      return replies_sql::disprove(sql, account, kind, rows, now);
    });
  }
  base::task<> note_listed(std::vector<domain::ReplyId> newly_missing,
                           std::vector<domain::ReplyId> listed_again, base::Instant now) override {
    return database_.write(
        [=](soci::session& sql) { replies_sql::note_listed(sql, newly_missing, listed_again, now); });
  }
  base::task<int> note_texts_elsewhere(domain::AccountId account, domain::Did from,
                                       std::vector<app::TextElsewhere> texts) override {
    return database_.write([=, texts = std::move(texts)](soci::session& sql) {
      return callers_sql::note_texts_elsewhere(sql, account, from, texts);
    });
  }
  base::task<std::vector<app::CallRecord>> calls(app::CallQuery query) override {
    return database_.read([=](soci::session& sql) { return calls_sql::calls(sql, query); });
  }
  base::task<std::vector<app::HourTally>> tallies(std::optional<domain::ProfileId> profile,
                                                  base::Instant since) override {
    return database_.read([=](soci::session& sql) { return calls_sql::tallies(sql, profile, since); });
  }
  base::task<std::vector<app::ProfileTally>> profile_tallies(base::Instant since) override {
    return database_.read([=](soci::session& sql) { return calls_sql::profile_tallies(sql, since); });
  }
  base::task<std::vector<base::Duration>> reply_times(base::Instant since, std::size_t limit) override {
    return database_.read([=](soci::session& sql) { return replies_sql::reply_times(sql, since, limit); });
  }
  base::task<> note_conversations(domain::AccountId account,
                                  std::vector<domain::Conversation> conversations) override {
    return database_.write([=, conversations = std::move(conversations)](soci::session& sql) {
      callers_sql::note_conversations(sql, account, conversations);
    });
  }
  base::task<std::vector<app::CallerWord>> note_words(domain::AccountId account,
                                                      std::vector<app::CallerWord> words) override {
    return database_.write([=, words = std::move(words)](soci::session& sql) {
      return callers_sql::note_words(sql, account, words);
    });
  }
  base::task<std::optional<base::Instant>> words_read_until(domain::AccountId account) override {
    return database_.read([=](soci::session& sql) { return callers_sql::words_read_until(sql, account); });
  }
  base::task<> save_words_read_until(domain::AccountId account, base::Instant until) override {
    return database_.write(
        [=](soci::session& sql) { callers_sql::save_words_read_until(sql, account, until); });
  }
  base::task<> block(domain::PhoneNumber caller) override {
    return database_.write([=](soci::session& sql) { callers_sql::block(sql, caller); });
  }

  base::task<app::SettingsChanges> changes_since(std::int64_t version) override {
    return database_.read([=](soci::session& sql) { return settings_sql::changes_since(sql, version); });
  }
  base::task<std::vector<app::Account>> accounts(app::Scope scope) override {
    return database_.read(
        [=, this](soci::session& sql) { return settings_sql::accounts(sql, vault_, scope); });
  }
  base::task<std::vector<app::ProfileView>> profiles(app::Scope scope) override {
    return database_.read([=](soci::session& sql) {
      auto found = settings_sql::profiles(sql, std::nullopt);
      std::erase_if(found, [&](const auto& view) { return !scope.holds(view.profile.account); });
      return found;
    });
  }
  base::task<std::optional<app::ProfileView>> profile(domain::ProfileId id) override {
    return database_.read([=](soci::session& sql) -> std::optional<app::ProfileView> {
      auto found = settings_sql::profiles(sql, id);
      if (found.empty()) return std::nullopt;
      return std::move(found.front());
    });
  }
  base::task<std::vector<app::ProfileName>> profile_names() override {
    return database_.read(settings_sql::profile_names);
  }
  base::task<std::optional<domain::ProfileId>> add_profile(const domain::CheckedProfile& profile,
                                                           const std::optional<base::Secret>& password,
                                                           app::Act act) override {
    return database_.write([=, this](soci::session& sql) {
      const auto id = settings_sql::add_profile(sql, vault_, profile, password);
      if (id) audit_sql::note(sql, app::profile_created(act, *id, profile, password.has_value()));
      return id;
    });
  }
  base::task<EditResult> edit_profile(domain::ProfileId id, const domain::CheckedProfile& profile,
                                      const std::optional<base::Secret>& password, app::Act act) override {
    return database_.write([=, this](soci::session& sql) {
      const auto before = settings_sql::profiles(sql, id);
      const EditResult result = settings_sql::edit_profile(sql, vault_, id, profile, password);
      if (result == EditResult::Done)
        audit_sql::note(sql, app::profile_edited(act, before.front(), profile, password.has_value()));
      return result;
    });
  }
  base::task<bool> set_running(domain::ProfileId id, bool running, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const auto before = settings_sql::profiles(sql, id);
      const bool done = settings_sql::set_running(sql, id, running);
      if (done) audit_sql::note(sql, app::profile_turned(act, before.front(), running));
      return done;
    });
  }
  base::task<bool> trust_ledger(domain::ProfileId id, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const auto profile = settings_sql::profiles(sql, id);
      const bool done = settings_sql::trust_ledger(sql, id, act.at);
      if (done) audit_sql::note(sql, app::ledger_trusted(act, profile.front()));
      return done;
    });
  }
  base::task<> stop_all(app::Scope scope, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      for (const app::ProfileView& before : settings_sql::stop_all(sql, scope))
        audit_sql::note(sql, app::profile_turned(act, before, false));
    });
  }
  base::task<bool> delete_profile(domain::ProfileId id, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const auto before = settings_sql::profiles(sql, id);
      const bool done = settings_sql::delete_profile(sql, id);
      if (done) audit_sql::note(sql, app::profile_deleted(act, before.front()));
      return done;
    });
  }
  base::task<> mark_first_polled(const std::vector<domain::ProfileId>& profiles, base::Instant at) override {
    return database_.write([=](soci::session& sql) { settings_sql::mark_first_polled(sql, profiles, at); });
  }
  base::task<> save_health(const std::vector<app::AccountHealth>& accounts,
                           const std::vector<app::ProfileHealth>& profiles) override {
    return database_.write([=](soci::session& sql) { settings_sql::save_health(sql, accounts, profiles); });
  }
  base::task<> save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                         base::Instant at) override {
    return database_.write([=](soci::session& sql) { settings_sql::save_dids(sql, account, dids, at); });
  }

  base::task<> append(std::vector<app::LogRow> rows) override {
    return database_.write([rows = std::move(rows)](soci::session& sql) { log_sql::append(sql, rows); });
  }
  base::task<std::vector<app::LogRow>> rows(app::LogQuery query) override {
    return database_.read(
        [query = std::move(query)](soci::session& sql) { return log_sql::log_rows(sql, query); });
  }
  base::task<std::vector<std::string>> companies() override { return database_.read(log_sql::companies); }

  base::task<bool> add_user(std::string name, std::string password_hash, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const bool added = users_sql::add_user(sql, name, password_hash, act.at);
      if (added) audit_sql::note(sql, app::user_changed(act, app::AuditAction::UserAdded, name));
      return added;
    });
  }
  base::task<bool> add_first_user(std::string name, std::string password_hash, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const bool added = users_sql::add_first_user(sql, name, password_hash, act.at);
      if (added) audit_sql::note(sql, app::user_changed(act, app::AuditAction::SetUp, name));
      return added;
    });
  }
  base::task<bool> set_password(std::string name, std::string password_hash, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const std::optional<app::User> user = users_sql::user(sql, name);
      if (!user) return false;
      users_sql::set_password(sql, user->id, password_hash);
      audit_sql::note(sql, app::user_changed(act, app::AuditAction::PasswordChanged, user->name));
      return true;
    });
  }
  base::task<> upgrade_hash(domain::UserId user, std::string old_hash, std::string new_hash) override {
    return database_.write(
        [=](soci::session& sql) { users_sql::upgrade_hash(sql, user, old_hash, new_hash); });
  }
  base::task<RemoveResult> remove_user(std::string name, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const std::optional<app::User> user = users_sql::user(sql, name);
      if (!user) return RemoveResult::NoSuchUser;
      if (!users_sql::remove_unless_last(sql, user->id)) return RemoveResult::LastUser;
      audit_sql::note(sql, app::user_changed(act, app::AuditAction::UserRemoved, user->name));
      return RemoveResult::Done;
    });
  }
  base::task<std::optional<app::User>> user(std::string name) override {
    return database_.read([=](soci::session& sql) { return users_sql::user(sql, name); });
  }
  base::task<std::vector<app::User>> users() override { return database_.read(users_sql::users); }

  base::task<> add_session(std::string token_hash, domain::UserId user, std::string browser,
                           app::SessionLimits limits, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const auto id =
          sessions_sql::add_session(sql, token_hash, user, act.at, act.actor.address, browser, limits);
      if (id) audit_sql::note(sql, app::logged_in(act, *id));
    });
  }
  base::task<std::optional<app::Session>> session(std::string token_hash, base::Instant now,
                                                  app::SessionLimits limits) override {
    return database_.read(
        [=](soci::session& sql) { return sessions_sql::session(sql, token_hash, now, limits); });
  }
  base::task<> touch_session(std::int64_t id, base::Instant now) override {
    return database_.write([=](soci::session& sql) { sessions_sql::touch_session(sql, id, now); });
  }
  base::task<std::vector<app::Session>> sessions_of(domain::UserId user, base::Instant now,
                                                    app::SessionLimits limits) override {
    return database_.read(
        [=](soci::session& sql) { return sessions_sql::sessions_of(sql, user, now, limits); });
  }
  base::task<bool> end_session(domain::UserId user, std::int64_t id, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const bool ended = sessions_sql::end_session(sql, user, id);
      if (ended) audit_sql::note(sql, app::session_ended(act, id));
      return ended;
    });
  }

  base::task<> add_token(std::string token_hash, domain::UserId user, std::string name,
                         app::Act act) override {
    return database_.write([=](soci::session& sql) {
      const auto id = sessions_sql::add_token(sql, token_hash, user, name, act.at);
      if (id) audit_sql::note(sql, app::token_added(act, *id, name));
    });
  }
  base::task<std::optional<app::ApiToken>> token(std::string token_hash, base::Instant now) override {
    auto finding = database_.read([=](soci::session& sql) { return sessions_sql::token(sql, token_hash); });
    std::optional<app::ApiToken> found = co_await std::move(finding);
    if (!found || (found->last_used_at && now - *found->last_used_at < token_use_noted_every))
      co_return found;
    auto noting = database_.write(
        [id = found->id, now](soci::session& sql) { sessions_sql::note_token_use(sql, id, now); });
    try {
      co_await std::move(noting);
      found->last_used_at = now;
    } catch (const std::runtime_error&) {
      // The token is good, although its use could not be written down.
    }
    co_return found;
  }
  base::task<std::vector<app::ApiToken>> tokens() override { return database_.read(sessions_sql::tokens); }
  base::task<std::optional<app::ApiToken>> remove_token(std::int64_t id, app::Act act) override {
    return database_.write([=](soci::session& sql) {
      auto removed = sessions_sql::remove_token(sql, id);
      if (removed) audit_sql::note(sql, app::token_removed(act, id, removed->name));
      return removed;
    });
  }

  base::task<> note(app::AuditRow row) override {
    return database_.write([row = std::move(row)](soci::session& sql) { audit_sql::note(sql, row); });
  }
  base::task<std::vector<app::AuditRow>> audit_rows(std::optional<std::int64_t> before,
                                                    std::size_t limit) override {
    return database_.read([=](soci::session& sql) { return audit_sql::audit_rows(sql, before, limit); });
  }

  base::task<int> prune(app::RetentionCuts cuts, int limit) override {
    return database_.write_when_idle([=](soci::session& sql) {
      // What goes is to be gone from the file as well, not only from what a query finds.
      sql << "PRAGMA secure_delete = ON";
      const int pruned = retention_sql::prune(sql, cuts, limit);
      sql << "PRAGMA secure_delete = OFF";
      return pruned;
    });
  }

  std::string exchanged() const override { return database_.exchanged(); }
  std::string damage() const override { return database_.damage(); }
  base::task<Condition> probe() override {
    bool works = true;
    try {
      co_await database_.write(probe_sql::write);
      co_await database_.read(probe_sql::read);
    } catch (const std::runtime_error&) {
      works = false;
    }
    co_return condition(works);
  }
  base::task<Condition> check_pages() override {
    try {
      co_await database_.check_pages();
    } catch (const std::runtime_error&) {
      co_return condition(false);
    }
    co_return co_await probe();
  }

 private:
  Condition condition(bool works) const {
    if (!database_.exchanged().empty()) return Condition::Exchanged;
    if (!database_.damage().empty()) return Condition::Damaged;
    return works ? Condition::Good : Condition::NotWritable;
  }

  const app::Vault& vault_;
  Database database_;
};

}  // namespace

std::unique_ptr<Store> open_sqlite(const SqliteOptions& options, const app::Vault& vault) {
  return std::make_unique<SqliteStore>(options, vault);
}

}  // namespace sms_notifier::storage
