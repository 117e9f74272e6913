// Who may get in, who is in, and what they did.

#include <gtest/gtest.h>

#include "store_under_test.h"

namespace sms_notifier::contract {
namespace {

using Action = app::AuditAction;
using RemoveResult = app::Users::RemoveResult;

const app::SessionLimits limits;

app::Actor from(const std::string& address) {
  return {app::Actor::Kind::Person, "anna", {}, address, 7};
}

class AccessContract : public StoreContract {
 protected:
  domain::UserId added(const std::string& name, const std::string& hash = "hash") {
    EXPECT_TRUE(run_task(users().add_user(name, hash, {now, {}})));
    return run_task(users().user(name))->id;
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const app::User& user : run_task(users().users())) all.push_back(user.name);
    return all;
  }

  void add_session(const std::string& hash, domain::UserId user, base::Instant at = now) {
    run_task(sessions().add_session(hash, user, "Browser/1 'or' 1=1; --", limits, {at, from("192.0.2.7")}));
  }
  std::optional<app::Session> session(const std::string& hash, base::Instant at = now) {
    return run_task(sessions().session(hash, at, limits));
  }
  std::vector<app::Session> sessions_of(domain::UserId user, base::Instant at = now) {
    return run_task(sessions().sessions_of(user, at, limits));
  }

  void add_token(const std::string& hash, domain::UserId user, const std::string& name = "a program") {
    run_task(sessions().add_token(hash, user, name, {now, {}}));
  }
  std::optional<app::ApiToken> token(const std::string& hash, base::Instant at = now) {
    return run_task(sessions().token(hash, at));
  }
  std::vector<app::ApiToken> tokens() { return run_task(sessions().tokens()); }

  void note(const std::string& subject) {
    run_task(audit_trail().note({0, {now, from("192.0.2.7")}, Action::UserAdded, {{}, {}, subject}, {}}));
  }
  std::vector<app::AuditRow> audit_rows(std::optional<std::int64_t> before, std::size_t limit) {
    return run_task(audit_trail().audit_rows(before, limit));
  }
};
SMS_NOTIFIER_ALL_STORES(AccessContract);

// Users

TEST_P(AccessContract, AUserComesBackAsStoredWhateverTheCaseOfTheName) {
  const auto id = added("Anna", "her hash");
  const auto anna = run_task(users().user("ANNA"));
  ASSERT_TRUE(anna);
  EXPECT_EQ(anna->id, id);
  EXPECT_EQ(anna->name, "Anna");
  EXPECT_EQ(anna->password_hash, "her hash");
  EXPECT_EQ(anna->created_at, now);
  EXPECT_FALSE(run_task(users().user("ben")));
}

TEST_P(AccessContract, UsersHaveOneNameEachWhateverItsCase) {
  added("ben");
  added("Anna");
  EXPECT_FALSE(run_task(users().add_user("ANNA", "hash", {now, {}})));
  EXPECT_EQ(names(), (std::vector<std::string>{"Anna", "ben"}));
}

TEST_P(AccessContract, ThereIsOneFirstUser) {
  EXPECT_TRUE(run_task(users().add_first_user("anna", "hash", {now, {}})));
  EXPECT_FALSE(run_task(users().add_first_user("ben", "hash", {now, {}})));
  EXPECT_EQ(names(), std::vector<std::string>{"anna"});
  EXPECT_EQ(run_task(users().user("anna"))->created_at, now);
}

TEST_P(AccessContract, TheLastUserStays) {
  added("anna");
  EXPECT_EQ(run_task(users().remove_user("ben", {})), RemoveResult::NoSuchUser);
  EXPECT_EQ(run_task(users().remove_user("anna", {})), RemoveResult::LastUser);
  added("ben");
  EXPECT_EQ(run_task(users().remove_user("Anna", {})), RemoveResult::Done);
  EXPECT_EQ(names(), std::vector<std::string>{"ben"});
}

TEST_P(AccessContract, AUsersIdIsNeverUsedAgain) {
  added("anna");
  const auto ben = added("ben");
  run_task(users().remove_user("ben", {}));
  EXPECT_GT(added("ben"), ben);
}

TEST_P(AccessContract, ANewPasswordEndsTheUsersSessionsAndNoOthers) {
  const auto anna = added("anna");
  const auto ben = added("ben");
  add_session("a", anna);
  add_session("b", ben);
  EXPECT_TRUE(run_task(users().set_password("ANNA", "other", {})));
  EXPECT_EQ(run_task(users().user("anna"))->password_hash, "other");
  EXPECT_FALSE(session("a"));
  EXPECT_TRUE(session("b"));
  EXPECT_FALSE(run_task(users().set_password("carl", "other", {})));
}

TEST_P(AccessContract, ANewPasswordKeepsTheUsersTokens) {
  const auto anna = added("anna");
  add_token("t", anna);
  run_task(users().set_password("anna", "other", {}));
  EXPECT_TRUE(token("t"));
}

TEST_P(AccessContract, ABetterHashKeepsTheSessions) {
  const auto anna = added("anna", "old");
  add_session("a", anna);
  run_task(users().upgrade_hash(anna, "old", "new"));
  EXPECT_EQ(run_task(users().user("anna"))->password_hash, "new");
  EXPECT_TRUE(session("a"));
}

TEST_P(AccessContract, ABetterHashNeverUndoesAChangeOfPassword) {
  const auto anna = added("anna", "old");
  run_task(users().set_password("anna", "changed", {}));
  run_task(users().upgrade_hash(anna, "old", "new"));
  EXPECT_EQ(run_task(users().user("anna"))->password_hash, "changed");
}

TEST_P(AccessContract, ARemovedUserLosesSessionsAndTokensAndNobodyElseDoes) {
  const auto anna = added("anna");
  const auto ben = added("ben");
  add_session("a", anna);
  add_session("b", ben);
  add_token("ta", anna);
  add_token("tb", ben);
  run_task(users().remove_user("anna", {}));
  EXPECT_FALSE(session("a"));
  EXPECT_TRUE(session("b"));
  EXPECT_FALSE(token("ta"));
  EXPECT_TRUE(token("tb"));
}

// Sessions

TEST_P(AccessContract, ASessionComesBackAsItWasStarted) {
  const auto anna = added("Anna");
  add_session("a", anna);
  const auto found = session("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->user, anna);
  EXPECT_EQ(found->user_name, "Anna");
  EXPECT_EQ(found->started_at, now);
  EXPECT_EQ(found->last_seen_at, now);
  EXPECT_EQ(found->address, "192.0.2.7");
  EXPECT_EQ(found->browser, "Browser/1 'or' 1=1; --");
  EXPECT_FALSE(session("another"));
}

TEST_P(AccessContract, AnIdleSessionEnds) {
  add_session("a", added("anna"));
  EXPECT_TRUE(session("a", now + limits.idle_max - seconds{1}));
  EXPECT_FALSE(session("a", now + limits.idle_max));
}

TEST_P(AccessContract, AUsedSessionLivesOn) {
  add_session("a", added("anna"));
  run_task(sessions().touch_session(session("a")->id, now + minutes{29}));
  const auto found = session("a", now + minutes{58});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->started_at, now);
  EXPECT_EQ(found->last_seen_at, now + minutes{29});
}

TEST_P(AccessContract, AnOlderUseDoesNotShortenASession) {
  add_session("a", added("anna"));
  const auto id = session("a")->id;
  run_task(sessions().touch_session(id, now + minutes{20}));
  run_task(sessions().touch_session(id, now + minutes{10}));
  EXPECT_EQ(session("a", now + minutes{20})->last_seen_at, now + minutes{20});
}

TEST_P(AccessContract, EvenAUsedSessionEndsOneDay) {
  add_session("a", added("anna"));
  run_task(sessions().touch_session(session("a")->id, now + limits.age_max - seconds{1}));
  EXPECT_TRUE(session("a", now + limits.age_max - seconds{1}));
  EXPECT_FALSE(session("a", now + limits.age_max));
}

TEST_P(AccessContract, AUsersSessionsComeLastUsedFirstWithoutThoseThatAreOver) {
  const auto anna = added("anna");
  add_session("idle", anna);
  add_session("first", anna, now + minutes{20});
  add_session("second", anna, now + minutes{21});
  add_session("bens", added("ben"), now + minutes{21});
  run_task(sessions().touch_session(session("first", now + minutes{21})->id, now + minutes{25}));
  const auto found = sessions_of(anna, now + minutes{30});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].started_at, now + minutes{20});
  EXPECT_EQ(found[1].started_at, now + minutes{21});
}

TEST_P(AccessContract, OnlyItsUserEndsASession) {
  const auto anna = added("anna");
  const auto ben = added("ben");
  add_session("a", anna);
  const auto id = session("a")->id;
  EXPECT_FALSE(run_task(sessions().end_session(ben, id, {})));
  EXPECT_TRUE(session("a"));
  EXPECT_TRUE(run_task(sessions().end_session(anna, id, {})));
  EXPECT_FALSE(session("a"));
  EXPECT_FALSE(run_task(sessions().end_session(anna, id, {})));
}

TEST_P(AccessContract, ASessionThatWasRemovedForBeingOverIsNotThereForAClockThatGoesBack) {
  const auto anna = added("anna");
  add_session("old", anna);
  add_session("new", anna, now + hours{1});
  EXPECT_FALSE(session("old"));
}

TEST_P(AccessContract, ASessionsIdIsNeverUsedAgain) {
  const auto anna = added("anna");
  add_session("a", anna);
  const auto id = session("a")->id;
  run_task(sessions().end_session(anna, id, {}));
  add_session("b", anna);
  EXPECT_GT(session("b")->id, id);
}

TEST_P(AccessContract, AUserWhoIsGoneGetsNoSessionAndNoToken) {
  add_session("a", domain::UserId(99));
  add_token("t", domain::UserId(99));
  EXPECT_FALSE(session("a"));
  EXPECT_TRUE(tokens().empty());
}

// API tokens

TEST_P(AccessContract, ATokenComesBackAsItWasMade) {
  const auto anna = added("Anna");
  add_token("t", anna, "the till");
  const auto all = tokens();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].user, anna);
  EXPECT_EQ(all[0].user_name, "Anna");
  EXPECT_EQ(all[0].name, "the till");
  EXPECT_EQ(all[0].created_at, now);
  EXPECT_FALSE(all[0].last_used_at);
  EXPECT_EQ(token("t")->id, all[0].id);
  EXPECT_FALSE(token("another"));
}

TEST_P(AccessContract, ATokensUseIsNotedAtMostOnceAMinute) {
  add_token("t", added("anna"));
  token("t", now + hours{1});
  EXPECT_EQ(tokens()[0].last_used_at, now + hours{1});
  token("t", now + hours{1} + seconds{59});
  EXPECT_EQ(tokens()[0].last_used_at, now + hours{1});
  token("t", now + hours{1} + seconds{60});
  EXPECT_EQ(tokens()[0].last_used_at, now + hours{1} + seconds{60});
}

TEST_P(AccessContract, TokensComeNewestFirst) {
  const auto anna = added("anna");
  add_token("1", anna, "first");
  add_token("2", anna, "second");
  ASSERT_EQ(tokens().size(), 2U);
  EXPECT_EQ(tokens()[0].name, "second");
}

TEST_P(AccessContract, ARemovedTokenIsToldAndOpensNothing) {
  const auto anna = added("anna");
  add_token("t", anna, "the till");
  add_token("other", anna);
  const auto removed = run_task(sessions().remove_token(token("t")->id, {}));
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->name, "the till");
  EXPECT_FALSE(token("t"));
  EXPECT_TRUE(token("other"));
  EXPECT_FALSE(run_task(sessions().remove_token(removed->id, {})));
}

// Audit trail

TEST_P(AccessContract, AnAuditRowComesBackAsItWasNoted) {
  const app::Actor program{app::Actor::Kind::Program, "an 'odd' name", "«hostile»; --", "2001:db8::1", {}};
  const app::AuditTarget target{app::AuditTarget::Kind::Profile, 7, "\"; DROP TABLE audit"};
  const std::vector<app::AuditDetail> details{
      {"message", "before", ""}, {"hours", std::nullopt, "after"}, {"api_password", {}, {}}};
  run_task(audit_trail().note({0, {now, program}, Action::ProfileEdited, target, details}));
  run_task(audit_trail().note({0, {now, from("")}, Action::LoggedIn, {}, {}}));
  const auto rows = audit_rows(std::nullopt, 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].act.at, now);
  EXPECT_EQ(rows[1].act.actor, program);
  EXPECT_EQ(rows[1].action, Action::ProfileEdited);
  EXPECT_EQ(rows[1].target, target);
  EXPECT_EQ(rows[1].details, details);
  EXPECT_EQ(rows[0].act.actor, from(""));
  EXPECT_EQ(rows[0].target, app::AuditTarget());
  EXPECT_TRUE(rows[0].details.empty());
}

TEST_P(AccessContract, TheAuditTrailIsReadInPagesNewestFirst) {
  for (const char* subject : {"1", "2", "3", "4", "5"}) note(subject);
  std::string order;
  std::optional<std::int64_t> before;
  for (auto page = audit_rows(before, 2); !page.empty(); page = audit_rows(before, 2)) {
    EXPECT_LE(page.size(), 2U);
    for (const app::AuditRow& row : page) order += row.target.name;
    before = page.back().id;
  }
  EXPECT_EQ(order, "54321");
}

}  // namespace
}  // namespace sms_notifier::contract
