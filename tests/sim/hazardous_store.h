#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/hazards.h"
#include "sim/storage.h"
#include "sim/verdict.h"

namespace sms_notifier::sim {

/// A store whose every call is a place where the process may die, sleep, or find the disk full; and which
/// holds each intent to send against what must be so at that moment (docs/reliability.md, "What must always
/// hold").
class HazardousStore final : public app::CallBook,
                             public app::ReplyLedger,
                             public app::CallerBook,
                             public app::Settings {
 public:
  HazardousStore(Storage& storage, Hazards& hazards, Verdict& verdict)
      : storage_(storage), hazards_(hazards), verdict_(verdict) {}

  /// A text is about to leave: an intent for it must be durable and not used yet.
  void use_intent(const domain::TextMessage& text);
  /// The owner blocked the caller.
  void blocked_by_hand(domain::PhoneNumber caller) { blocked_.insert(caller); }
  /// The owner orders the text of the call, twice in a row; the reply, if it may be ordered.
  std::optional<app::OpenReply> order_by_hand(domain::CallId call, app::OrderLimits limits);
  /// Our number and the caller of each text that was noted as one from elsewhere.
  const std::set<std::pair<std::string, std::string>>& texted_elsewhere() const { return texted_elsewhere_; }
  /// The process died, and all that it knew with it.
  void process_died() { unused_intents_.clear(); }
  /// The database is an earlier one: what was seen of the other is of no use.
  void put_back();

  base::task<std::vector<app::RecordedCall>> recent_calls(domain::AccountId account,
                                                          base::Instant since) override;
  base::task<> note_conversations(domain::AccountId account,
                                  std::vector<domain::Conversation> conversations) override;
  base::task<std::vector<domain::CallerHistory>> histories(domain::AccountId account, domain::Did from,
                                                           std::chrono::seconds call_duration,
                                                           std::vector<domain::PhoneNumber> callers) override;
  base::task<int> texts_counted(domain::AccountId account, domain::Day day) override;
  base::task<std::vector<app::RecordOutcome>> record(domain::AccountId account,
                                                     std::vector<app::DecidedCall> calls) override;
  base::task<app::ReviseOutcome> revise(domain::CallId id, domain::Call call, bool got_through) override;
  base::task<app::ClaimOutcome> claim(domain::ReplyId id, base::Instant now,
                                      domain::WallTime wall_now) override;
  base::task<domain::ReplyState> settle(domain::ReplyId id, int attempt, app::Settlement settlement,
                                        base::Instant now) override;
  base::task<domain::ReplyState> resolve(domain::ReplyId id, app::Resolution resolution,
                                         base::Instant now) override;
  base::task<domain::LedgerStanding> standing() override;
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
  base::task<std::vector<app::CallerWord>> note_words(domain::AccountId account,
                                                      std::vector<app::CallerWord> words) override;
  base::task<std::optional<base::Instant>> words_read_until(domain::AccountId account) override;
  base::task<> save_words_read_until(domain::AccountId account, base::Instant until) override;
  base::task<> block(domain::PhoneNumber caller) override;

  base::task<app::SettingsChanges> changes_since(std::int64_t version) override;
  base::task<std::vector<app::Account>> accounts(app::Scope scope) override;
  base::task<std::vector<app::ProfileView>> profiles(app::Scope scope) override;
  base::task<std::optional<app::ProfileView>> profile(domain::ProfileId id) override;
  base::task<std::vector<app::ProfileName>> profile_names() override;
  base::task<std::optional<domain::ProfileId>> add_profile(const domain::CheckedProfile& profile,
                                                           const std::optional<base::Secret>& password,
                                                           app::Act act) override;
  base::task<EditResult> edit_profile(domain::ProfileId id, const domain::CheckedProfile& profile,
                                      const std::optional<base::Secret>& password, app::Act act) override;
  base::task<bool> set_running(domain::ProfileId id, bool running, app::Act act) override;
  base::task<bool> trust_ledger(domain::ProfileId id, app::Act act) override;
  base::task<> stop_all(app::Scope scope, app::Act act) override;
  base::task<bool> delete_profile(domain::ProfileId id, app::Act act) override;
  base::task<> mark_first_polled(const std::vector<domain::ProfileId>& profiles, base::Instant at) override;
  base::task<> save_health(const std::vector<app::AccountHealth>& accounts,
                           const std::vector<app::ProfileHealth>& profiles) override;
  base::task<> save_dids(domain::AccountId account, const std::vector<domain::Did>& dids,
                         base::Instant at) override;

 private:
  struct Intents {
    int maybe_sent = 0;
    bool may_follow = false;  ///< absence was proved, or the owner ordered it: another intent may follow
    domain::AccountId account;
    domain::ProfileId profile;
    base::Instant expires_at;
    int orders = 0;
  };

  template <class Work>
  auto read(Work work) -> std::invoke_result_t<Work>;
  template <class Work>
  auto write(Work work) -> std::invoke_result_t<Work>;
  void note_order(const app::OpenReply& reply);
  void check_intent(domain::ReplyId id, const app::Claimed& claimed, base::Instant now);

  Storage& storage_;
  Hazards& hazards_;
  Verdict& verdict_;
  std::map<domain::ReplyId, Intents> intents_;
  std::map<domain::ReplyId, domain::TextMessage> unused_intents_;
  std::set<std::pair<std::string, std::string>> texted_elsewhere_;
  std::set<domain::PhoneNumber> blocked_;
  std::set<std::pair<domain::AccountId, domain::PhoneNumber>> opted_out_;
};

}  // namespace sms_notifier::sim
