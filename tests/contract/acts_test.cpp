// What the audit trail holds of each act, and that an act and its row are never one without the other.

#include <functional>

#include <gtest/gtest.h>

#include "all_values.h"
#include "business.h"

namespace sms_notifier::contract {
namespace {

using Action = app::AuditAction;
using Details = std::vector<app::AuditDetail>;
using Target = app::AuditTarget;

const app::Act act{now, {app::Actor::Kind::Person, "anna", {}, "192.0.2.7", 7}};

/// A business with a call that can be ordered, two users, a session and a token of the first.
struct Scene : Business {
  domain::UserId anna = added("anna");
  domain::UserId ben = added("ben");

  explicit Scene(storage::Store& its_store) : Business(its_store) {
    record(skipped("1001", SkipReason::TooOld));
    run_task(store.add_session("session", anna, "a browser", {}, {now, {}}));
    run_task(store.add_token("token", anna, "the till", {now, {}}));
  }

  domain::UserId added(const std::string& name) {
    run_task(store.add_user(name, "hash", {now, {}}));
    return run_task(store.user(name))->id;
  }
  std::vector<app::AuditRow> rows() { return run_task(store.audit_rows(std::nullopt, 100)); }
};

/// Something that the owner does, and the row that tells of it.
struct Deed {
  std::string name;
  std::function<void(Scene&)> act;
  Action action;
  Target target;
  Details details;
};

const Target profile_target{Target::Kind::Profile, 1, "owner@clinic.example, 555-010-0199"};

const std::vector<Deed> deeds{
    {"EditProfile",
     [](Scene& s) {
       run_task(s.store.edit_profile(s.profile_id, profile_saying("Hello"), std::nullopt, act));
     },
     Action::ProfileEdited,
     profile_target,
     {{"message", "Sorry", "Hello"}}},
    {"EditProfileWithPassword",
     [](Scene& s) { run_task(s.store.edit_profile(s.profile_id, profile(), base::Secret("secret"), act)); },
     Action::ProfileEdited,
     profile_target,
     {{"api_password", std::nullopt, std::nullopt}}},
    {"AddProfile",
     [](Scene& s) { run_task(s.store.add_profile(profile(), std::nullopt, act)); },
     Action::ProfileCreated,
     {Target::Kind::Profile, 2, "owner@clinic.example, 555-010-0199"},
     {{"account", std::nullopt, "owner@clinic.example"},
      {"did", std::nullopt, "5550100199"},
      {"message", std::nullopt, "Sorry"},
      {"call_duration", std::nullopt, "0"},
      {"limit_to_one_did", std::nullopt, "false"},
      {"wait", std::nullopt, "0"},
      {"cooldown", std::nullopt, "24"},
      {"history_size", std::nullopt, ""},
      {"hours", std::nullopt, ""},
      {"dry_run", std::nullopt, "false"}}},
    {"StopProfile",
     [](Scene& s) { run_task(s.store.set_running(s.profile_id, false, act)); },
     Action::ProfileStopped,
     profile_target,
     {}},
    {"StopAllProfiles",
     [](Scene& s) { run_task(s.store.stop_all({}, act)); },
     Action::ProfileStopped,
     profile_target,
     {}},
    {"RunProfile",
     [](Scene& s) { run_task(s.store.set_running(s.profile_id, true, act)); },
     Action::ProfileRun,
     profile_target,
     {}},
    {"DeleteProfile",
     [](Scene& s) { run_task(s.store.delete_profile(s.profile_id, act)); },
     Action::ProfileDeleted,
     profile_target,
     {{"account", "owner@clinic.example", std::nullopt},
      {"did", "5550100199", std::nullopt},
      {"message", "Sorry", std::nullopt},
      {"call_duration", "0", std::nullopt},
      {"limit_to_one_did", "false", std::nullopt},
      {"wait", "0", std::nullopt},
      {"cooldown", "24", std::nullopt},
      {"history_size", "", std::nullopt},
      {"hours", "", std::nullopt},
      {"dry_run", "false", std::nullopt}}},
    {"OrderText",
     [](Scene& s) { run_task(s.store.order_text(domain::CallId(1), order_limits(), act)); },
     Action::TextOrdered,
     {Target::Kind::Call, 1, ""},
     {{"to", std::nullopt, "5551000000"}}},
    {"OrderTestText",
     [](Scene& s) { run_task(s.store.order_test_text(s.profile_id, caller(), order_limits(), act)); },
     Action::TestText,
     profile_target,
     {{"to", std::nullopt, "5551000000"}}},
    {"AddUser",
     [](Scene& s) { run_task(s.store.add_user("Carl", "hash", act)); },
     Action::UserAdded,
     {Target::Kind::User, std::nullopt, "Carl"},
     {}},
    {"ChangePassword",
     [](Scene& s) { run_task(s.store.set_password("ANNA", "another hash", act)); },
     Action::PasswordChanged,
     {Target::Kind::User, std::nullopt, "anna"},
     {}},
    {"RemoveUser",
     [](Scene& s) { run_task(s.store.remove_user("BEN", act)); },
     Action::UserRemoved,
     {Target::Kind::User, std::nullopt, "ben"},
     {}},
    {"EndSession",
     [](Scene& s) { run_task(s.store.end_session(s.anna, 1, act)); },
     Action::SessionEnded,
     {Target::Kind::Session, 1, ""},
     {}},
    {"AddToken",
     [](Scene& s) { run_task(s.store.add_token("another", s.ben, "a program", act)); },
     Action::TokenAdded,
     {Target::Kind::Token, 2, "a program"},
     {}},
    {"RemoveToken",
     [](Scene& s) { run_task(s.store.remove_token(1, act)); },
     Action::TokenRemoved,
     {Target::Kind::Token, 1, "the till"},
     {}},
};

class Acts : public StoreContract {};
SMS_NOTIFIER_ALL_STORES(Acts);

TEST_P(Acts, HaveARowEachThatSaysWhoDidWhatToWhatAndWhatChanged) {
  for (const Deed& deed : deeds) {
    SCOPED_TRACE(deed.name);
    renew();
    Scene scene(ledger());
    const std::size_t before = scene.rows().size();
    deed.act(scene);
    const std::vector<app::AuditRow> rows = scene.rows();
    ASSERT_EQ(rows.size(), before + 1);
    EXPECT_EQ(rows[0].act.at, now);
    EXPECT_EQ(rows[0].act.actor, act.actor);
    EXPECT_EQ(rows[0].action, deed.action);
    EXPECT_EQ(rows[0].target, deed.target);
    EXPECT_EQ(rows[0].details, deed.details);
  }
}

TEST_P(Acts, ThatComeToNothingHaveNoRow) {
  Scene scene(ledger());
  const std::size_t before = scene.rows().size();
  storage::Store& store = scene.store;
  const domain::ProfileId nowhere(99);
  domain::CheckedProfile elsewhere = profile();
  elsewhere.account = "new@clinic.example";
  run_task(store.add_profile(elsewhere, std::nullopt, act));
  run_task(store.edit_profile(scene.profile_id, elsewhere, std::nullopt, act));
  run_task(store.edit_profile(nowhere, profile(), std::nullopt, act));
  run_task(store.set_running(nowhere, true, act));
  run_task(store.stop_all({std::set{domain::AccountId(99)}}, act));
  run_task(store.delete_profile(nowhere, act));
  run_task(store.order_text(domain::CallId(99), order_limits(), act));
  run_task(store.order_test_text(nowhere, caller(), order_limits(), act));
  run_task(store.add_user("ANNA", "hash", act));
  run_task(store.add_first_user("carl", "hash", act));
  run_task(store.set_password("carl", "hash", act));
  run_task(store.remove_user("carl", act));
  run_task(store.add_session("another", domain::UserId(99), "a browser", {}, act));
  run_task(store.end_session(scene.ben, 1, act));
  run_task(store.add_token("another", domain::UserId(99), "a program", act));
  run_task(store.remove_token(99, act));
  EXPECT_EQ(scene.rows().size(), before);
}

TEST_P(Acts, OfTheFirstUserAndOfLoggingInAndOutNameThePersonAndTheSession) {
  storage::Store& store = ledger();
  app::Act coming = act;
  coming.actor.session.reset();
  run_task(store.add_first_user("anna", "hash", coming));
  const domain::UserId anna = run_task(store.user("anna"))->id;
  run_task(store.add_session("session", anna, "a browser", {}, coming));
  app::Act leaving = act;
  leaving.actor.session = run_task(store.session("session", now, {}))->id;
  run_task(store.end_session(anna, *leaving.actor.session, leaving));
  const auto rows = run_task(store.audit_rows(std::nullopt, 10));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].action, Action::SetUp);
  EXPECT_EQ(rows[2].target, (Target{Target::Kind::User, std::nullopt, "anna"}));
  EXPECT_EQ(rows[1].action, Action::LoggedIn);
  EXPECT_EQ(rows[1].act.actor, leaving.actor);
  EXPECT_EQ(rows[0].action, Action::LoggedOut);
  EXPECT_EQ(rows[0].act.actor, leaving.actor);
  EXPECT_EQ(rows[0].target, Target());
}

TEST_P(Acts, OnAPasswordNeverHoldIt) {
  Scene scene(ledger());
  run_task(scene.store.edit_profile(scene.profile_id, profile(), base::Secret("a-new-secret"), act));
  for (const app::AuditRow& row : scene.rows())
    for (const app::AuditDetail& detail : row.details)
      if (detail.field == "api_password") {
        EXPECT_FALSE(detail.before || detail.after);
      }
}

/// The deed throws and changes nothing when the table takes no rows, as on a disk that is full just then.
void expect_undone(const Deed& deed, const std::string& table) {
  SCOPED_TRACE(deed.name);
  const std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  const test_support::TempFolder folder;
  const std::string path = folder.file("t.db");
  const auto store = storage::open_sqlite({path}, *vault);
  Scene scene(*store);
  soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
  sql << "CREATE TRIGGER no_rows BEFORE INSERT ON " + table +
             " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
  const std::string before = test_support::all_values(path);
  EXPECT_THROW(deed.act(scene), std::runtime_error);
  EXPECT_EQ(test_support::all_values(path), before);
}

TEST(ActsOfTheSqliteStore, AreUndoneWhenTheirRowCannotBeWritten) {
  for (const Deed& deed : deeds) expect_undone(deed, "audit");
}

TEST(ActsOfTheSqliteStore, AreUndoneWhenWhatChangedCannotBeWritten) {
  for (const Deed& deed : deeds)
    if (!deed.details.empty()) expect_undone(deed, "audit_details");
}

}  // namespace
}  // namespace sms_notifier::contract
