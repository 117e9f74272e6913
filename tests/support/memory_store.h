#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace sms_notifier::test_support {

/// Everything that is stored, in memory: plain maps, one thread, no waiting. The contract suite holds it to
/// the same promises as the databases.
class MemoryStore final : public storage::Store {
 public:
  /// Called when the next claim is durable but not yet known to the caller: where a machine may be paused.
  std::function<void()> before_next_claim_returns;
  /// The next record() is durable, and fails all the same.
  bool fail_after_next_record = false;
  /// The same for the next resolve().
  bool fail_after_next_resolution = false;
  /// The next claimed_texts() cannot be read.
  bool fail_next_claimed_texts = false;

  base::task<std::vector<app::RecordedCall>> recent_calls(domain::AccountId account,
                                                          base::Instant since) override;
  base::task<std::vector<domain::CallerHistory>> histories(domain::AccountId account, domain::Did from,
                                                           std::chrono::seconds call_duration,
                                                           std::vector<domain::PhoneNumber> callers) override;
  base::task<> note_conversations(domain::AccountId account,
                                  std::vector<domain::Conversation> conversations) override;
  base::task<int> texts_counted(domain::AccountId account, domain::Day day) override;
  base::task<std::vector<app::RecordOutcome>> record(domain::AccountId account,
                                                     std::vector<app::DecidedCall> calls) override;
  base::task<app::ReviseOutcome> revise(domain::CallId id, domain::Call call, bool got_through) override;
  base::task<app::ClaimOutcome> claim(domain::ReplyId id, base::Instant now,
                                      domain::WallTime wall_now) override;
  base::task<domain::ReplyState> settle(domain::ReplyId id, int attempt, app::Settlement answer,
                                        base::Instant now) override;
  base::task<domain::ReplyState> resolve(domain::ReplyId id, app::Resolution resolution,
                                         base::Instant now) override;
  base::task<app::OrderOutcome> order_text(domain::CallId call, app::OrderLimits limits,
                                           app::Act act) override;
  base::task<app::OrderOutcome> order_test_text(domain::ProfileId profile, domain::PhoneNumber to,
                                                app::OrderLimits limits, app::Act act) override;
  base::task<std::optional<app::TestTextProgress>> test_text(domain::ReplyId id) override;
  base::task<domain::LedgerStanding> standing() override { co_return standing_now(); }
  base::task<> adopt() override;
  base::task<int> disown_sending(app::Scope scope) override;
  base::task<std::vector<app::OpenReply>> open_replies(app::Scope scope) override;
  base::task<std::vector<domain::ClaimedText>> claimed_texts(domain::AccountId account, domain::Did from,
                                                             base::Instant since) override;
  base::task<std::vector<app::OpenReply>> disprove(domain::AccountId account, domain::MessageKind kind,
                                                   std::vector<domain::SentText> rows,
                                                   base::Instant now) override;
  base::task<> note_listed(std::vector<domain::ReplyId> newly_missing,
                           std::vector<domain::ReplyId> listed_again, base::Instant now) override;
  base::task<int> note_texts_elsewhere(domain::AccountId account, domain::Did from,
                                       std::vector<app::TextElsewhere> texts) override;
  base::task<std::vector<app::CallRecord>> calls(app::CallQuery query) override;
  base::task<std::vector<app::HourTally>> tallies(std::optional<domain::ProfileId> profile,
                                                  base::Instant since) override;
  base::task<std::vector<app::ProfileTally>> profile_tallies(base::Instant since) override;
  base::task<std::vector<base::Duration>> reply_times(base::Instant since, std::size_t limit) override;
  base::task<std::vector<app::CallerWord>> note_words(domain::AccountId account,
                                                      std::vector<app::CallerWord> words) override;
  base::task<std::optional<base::Instant>> words_read_until(domain::AccountId account) override;
  base::task<> save_words_read_until(domain::AccountId account, base::Instant until) override;
  base::task<> block(domain::PhoneNumber caller) override;

  base::task<app::SettingsChanges> changes_since(std::int64_t version) override;
  base::task<std::vector<app::Account>> accounts(app::Scope scope) override;
  base::task<std::vector<app::ProfileView>> profiles(app::Scope scope) override;
  base::task<std::vector<app::ProfileName>> profile_names() override;
  base::task<std::optional<app::ProfileView>> profile(domain::ProfileId id) override;
  base::task<std::optional<domain::ProfileId>> add_profile(const domain::CheckedProfile& profile,
                                                           const std::optional<base::Secret>& password,
                                                           app::Act act) override;
  base::task<EditResult> edit_profile(domain::ProfileId id, const domain::CheckedProfile& profile,
                                      const std::optional<base::Secret>& password, app::Act act) override;
  base::task<bool> trust_ledger(domain::ProfileId id, app::Act act) override;
  base::task<bool> set_running(domain::ProfileId id, bool running, app::Act act) override;
  base::task<> stop_all(app::Scope scope, app::Act act) override;
  base::task<bool> delete_profile(domain::ProfileId id, app::Act act) override;
  base::task<> mark_first_polled(const std::vector<domain::ProfileId>& profiles, base::Instant at) override;
  base::task<> save_health(const std::vector<app::AccountHealth>& accounts,
                           const std::vector<app::ProfileHealth>& profiles) override;
  base::task<> save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                         base::Instant at) override;

  base::task<> append(std::vector<app::LogRow> rows) override;
  base::task<std::vector<app::LogRow>> rows(app::LogQuery query) override;
  base::task<std::vector<std::string>> companies() override;

  base::task<bool> add_user(std::string name, std::string password_hash, app::Act act) override;
  base::task<bool> add_first_user(std::string name, std::string password_hash, app::Act act) override;
  base::task<bool> set_password(std::string name, std::string password_hash, app::Act act) override;
  base::task<> upgrade_hash(domain::UserId user, std::string old_hash, std::string new_hash) override;
  base::task<RemoveResult> remove_user(std::string name, app::Act act) override;
  base::task<std::optional<app::User>> user(std::string name) override;
  base::task<std::vector<app::User>> users() override;

  base::task<> add_session(std::string token_hash, domain::UserId user, std::string browser,
                           app::SessionLimits limits, app::Act act) override;
  base::task<std::optional<app::Session>> session(std::string token_hash, base::Instant now,
                                                  app::SessionLimits limits) override;
  base::task<> touch_session(std::int64_t id, base::Instant now) override;
  base::task<std::vector<app::Session>> sessions_of(domain::UserId user, base::Instant now,
                                                    app::SessionLimits limits) override;
  base::task<bool> end_session(domain::UserId user, std::int64_t id, app::Act act) override;
  base::task<> add_token(std::string token_hash, domain::UserId user, std::string name,
                         app::Act act) override;
  base::task<std::optional<app::ApiToken>> token(std::string token_hash, base::Instant now) override;
  base::task<std::vector<app::ApiToken>> tokens() override;
  base::task<std::optional<app::ApiToken>> remove_token(std::int64_t id, app::Act act) override;

  base::task<> note(app::AuditRow row) override;
  base::task<std::vector<app::AuditRow>> audit_rows(std::optional<std::int64_t> before,
                                                    std::size_t limit) override;

  std::string exchanged() const override { return {}; }
  std::string damage() const override { return {}; }
  base::task<storage::Condition> probe() override { co_return storage::Condition::Good; }
  base::task<storage::Condition> check_pages() override { co_return storage::Condition::Good; }
  base::task<int> prune(app::RetentionCuts cuts, int limit) override;

 private:
  struct StoredReply {
    app::OpenReply open;
    std::vector<domain::Day> budget_days;  ///< one for each text of it that counts
    base::Instant reserved_at;
    std::string provider_id;
    std::optional<base::Instant> unlisted_since;
    domain::Sentence evidence;
    std::optional<base::Instant> settled_at;
    std::map<int, base::Instant> uncertain;  ///< attempts that ended so, and when they were claimed
  };
  struct StoredCall {
    domain::AccountId account;
    app::RecordedCall recorded;
    base::Instant first_seen_at;
    domain::Decision decision;
    bool answered_after_text = false;
    std::optional<domain::ReplyId> reply;
    bool erased = false;
  };

  struct StoredSession {
    app::Session session;
    std::string token_hash;
  };
  struct StoredToken {
    app::ApiToken token;
    std::string token_hash;
  };
  /// The latest words of a caller on texts.
  struct StoredWords {
    base::Instant opted_out_at;
    base::Instant opted_in_at;
    bool opted_out() const { return opted_out_at > opted_in_at; }
  };

  void write_down(app::AuditRow row);
  app::OpenReply reserve(domain::AccountId account, domain::CallId call, const app::DecidedCall& decided,
                         int orders);
  app::RecordOutcome record_one(domain::AccountId account, app::DecidedCall& decided);
  domain::CallerHistory history(domain::AccountId account, domain::Did from,
                                std::chrono::seconds call_duration, domain::PhoneNumber caller) const;
  domain::ClaimFacts claim_facts(const StoredReply& reply, const domain::Profile* profile, base::Instant now,
                                 domain::WallTime wall_now) const;
  domain::ReplyId next_reply_id() const;
  void changed(domain::AccountId account) { changed_in_[account] = ++version_; }
  int counted(domain::AccountId account, domain::Day day) const;
  domain::LedgerStanding standing_now() const { return domain::ledger_standing(claim_count_, *counted_); }
  void change(StoredReply& reply, domain::ReplyEvent event);
  void cancel_reserved(domain::ProfileId id);
  std::optional<domain::AccountId> account_for(const std::string& email,
                                               const std::optional<base::Secret>& password);
  app::TextsUsed used_last(domain::AccountId account) const;
  app::ProfileView view(const domain::Profile& profile) const;
  /// What an account without profiles keeps.
  static void forget(app::Account& account);
  domain::Profile* find_profile(domain::ProfileId id);
  bool wanted(const StoredCall& call, const app::CallQuery& query) const;
  const app::User* find_user(domain::UserId id) const;
  bool provider_id_taken(const StoredReply& reply, const std::string& provider_id) const;

  std::map<domain::AccountId, app::Account> accounts_;
  std::map<domain::ProfileId, domain::Profile> profiles_;
  std::map<domain::ProfileId, app::ProfileHealth> health_;
  std::map<domain::CallId, StoredCall> calls_;
  std::map<std::pair<domain::AccountId, std::string>, domain::CallId> legs_;
  std::map<domain::ReplyId, StoredReply> replies_;
  std::map<std::pair<domain::AccountId, domain::PhoneNumber>, StoredWords> words_;
  std::map<domain::AccountId, base::Instant> words_read_until_;
  std::map<std::pair<domain::AccountId, std::string>, domain::Conversation> conversations_;
  std::set<domain::PhoneNumber> blocked_;
  std::map<std::pair<domain::Did, domain::PhoneNumber>, base::Instant> texted_elsewhere_;
  std::vector<app::LogRow> log_;
  std::map<std::string, app::User> users_;  ///< by lower-case name
  std::vector<StoredSession> sessions_;
  std::vector<StoredToken> tokens_;
  std::vector<app::AuditRow> audit_;
  domain::ClaimCount claim_count_{"memory"};
  /// What is kept beside the store: an earlier copy of it has the count of now.
  std::shared_ptr<std::optional<domain::ClaimCount>> counted_ =
      std::make_shared<std::optional<domain::ClaimCount>>();
  std::int64_t version_ = 0;
  std::map<domain::AccountId, std::int64_t> changed_in_;
  std::int64_t last_profile_id_ = 0;
  std::int64_t last_log_id_ = 0;
  std::int64_t last_user_id_ = 0;
  std::int64_t last_session_id_ = 0;
  std::int64_t last_token_id_ = 0;
  std::int64_t last_audit_id_ = 0;
};

}  // namespace sms_notifier::test_support
