// What only the SQLite store promises: the file, its safety settings, several openers, migrations.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "domain/sentences.h"
#include "platform/vault.h"
#include "storage/service_lock.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/schema.h"
#include "storage/sqlite/store.h"
#include "support/run_task.h"
#include "support/temp_folder.h"

namespace sms_notifier::storage {
namespace {

namespace fs = std::filesystem;
using test_support::run_task;

class Sqlite : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() { return open_sqlite({path}, *vault); }
  /// A value read by another connection than the store's.
  template <class T>
  T value(const std::string& query) {
    soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
    T result{};
    sql << query, soci::into(result);
    return result;
  }
  /// The file as a program of that time left it.
  void make_schema(int version) {
    std::vector<Migration> until;
    for (const Migration& migration : migrations())
      if (migration.version <= version) until.push_back(migration);
    soci::session sql(soci::sqlite3, "dbname=\"" + path + "\"");
    migrate(sql, path, until);
  }
  void execute(const std::string& statement) {
    soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
    sql << statement;
  }
  domain::ProfileId add_profile(Store& store) {
    domain::ProfileRules rules{*domain::Did::parse("5550100199")};
    rules.message = "Sorry";
    const domain::CheckedProfile profile{"owner@clinic.example", rules};
    return *run_task(store.add_profile(profile, base::Secret("plain-api-password"), {}));
  }

  test_support::TempFolder folder;
  std::string path = folder.file("a folder's.db");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
};

TEST_F(Sqlite, CommitsAreDurableAndTheFileIsPrivate) {
  Database database(path);
  EXPECT_EQ(run_task(database.write([](soci::session& sql) {
              int synchronous = 0;
              sql << "PRAGMA synchronous", soci::into(synchronous);
              return synchronous;
            })),
            2);  // FULL
  EXPECT_EQ(value<std::string>("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Sqlite, ReadsGoOnAfterATransactionCouldNotBeUndoneForWantOfMemory) {
  Database database(path);
  constexpr int reads = 8;  // both readers get their turn
  const auto read = [&] {
    return database.read([](soci::session& sql) {
      int versions = 0;
      sql << "SELECT count(*) FROM settings_version", soci::into(versions);
      return versions;
    });
  };
  for (int i = 0; i < reads; ++i) {
    EXPECT_ANY_THROW(run_task(database.read([](soci::session&) {
      sqlite_api::sqlite3_hard_heap_limit64(1);
      throw std::bad_alloc();
    })));
    sqlite_api::sqlite3_hard_heap_limit64(0);
  }
  for (int i = 0; i < reads; ++i) EXPECT_NO_THROW(run_task(read()));
}

TEST_F(Sqlite, NoPasswordStandsInTheFilesInPlain) {
  const auto store = open();
  add_profile(*store);
  std::string bytes;
  for (const auto& file : fs::directory_iterator(folder.path())) {
    std::ifstream stream(file.path(), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    bytes += text.str();
  }
  EXPECT_NE(bytes.find("owner@clinic.example"), std::string::npos);
  EXPECT_EQ(bytes.find("plain-api-password"), std::string::npos);
}

TEST_F(Sqlite, AnotherKeyLeavesThePasswordUnreadableAndTheRestReadable) {
  add_profile(*open());
  vault = platform::make_vault(platform::make_vault_key());
  const auto store = open();
  EXPECT_TRUE(run_task(store->accounts({}))[0].credentials.api_password.empty());
  EXPECT_EQ(run_task(store->profiles({})).size(), 1U);
}

TEST_F(Sqlite, TwoOpenersSeeEachOthersChanges) {
  const auto service = open();
  const auto tool = open();
  const auto before = run_task(service->changes_since(0)).version;
  const auto id = add_profile(*tool);
  EXPECT_GT(run_task(service->changes_since(0)).version, before);
  EXPECT_TRUE(run_task(service->set_running(id, true, {})));
  EXPECT_TRUE(run_task(tool->profile(id))->profile.running);
}

TEST_F(Sqlite, AFailingWriteUndoesItselfAndNoNeighbour) {
  boost::asio::io_context loop;  // outlives the database, whose threads answer on it
  Database database(path);
  int done = 0;
  int failed = 0;
  const auto writer = [&](int n) -> base::task<> {
    try {
      co_await database.write([n](soci::session& sql) {
        sql << "INSERT INTO blocked (caller) VALUES (:n)", soci::use(n);
        if (n % 2 == 1) throw std::runtime_error("no");
      });
      ++done;
    } catch (const std::runtime_error&) {
      ++failed;
    }
  };
  for (int n = 0; n < 100; ++n) boost::asio::co_spawn(loop, writer(n), boost::asio::detached);
  loop.run();
  EXPECT_EQ(done, 50);
  EXPECT_EQ(failed, 50);
  EXPECT_EQ(value<int>("SELECT count(*) FROM blocked"), 50);
}

TEST_F(Sqlite, AFullDiskFailsTheWriteInWordsAndTheNextOneWorksWhenThereIsSpace) {
  Database database(path);
  const auto set_limit = [&](const std::string& limit) {
    run_task(database.write([&](soci::session& sql) { sql << "PRAGMA max_page_count = " + limit; }));
  };
  const auto fill = [](soci::session& sql) {
    const std::string much(1'000'000, 'x');
    sql << "INSERT INTO log (company, timestamp, record) VALUES ('', 0, :much)", soci::use(much);
  };
  set_limit("60");
  try {
    run_task(database.write(fill));
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("full"), std::string::npos) << error.what();
  }
  EXPECT_EQ(value<int>("SELECT count(*) FROM log"), 0);
  set_limit("1000000");
  run_task(database.write(fill));
  EXPECT_EQ(value<int>("SELECT count(*) FROM log"), 1);
}

/// A database as the first version of the schema had it.
class FirstSchema : public Sqlite {
 protected:
  FirstSchema() {
    make_schema(1);
    for (const char* statement :
         {"INSERT INTO users (name, name_key, password_hash, created_at) VALUES ('Anna', 'anna', 'hash', 5)",
          "INSERT INTO accounts (email, email_key, sealed_password) "
          "VALUES ('Owner@clinic.example', 'owner@clinic.example', '')",
          "INSERT INTO calls (account_id, call_key, profile_id, caller, caller_name, did, started_at, "
          "first_seen_at) VALUES (1, 'a', 1, '5551234567', '', '5550100199', 10, 20)",
          "INSERT INTO calls (account_id, call_key, profile_id, caller, caller_name, did, started_at, "
          "first_seen_at) VALUES (1, 'b', 1, '5551234568', '', '5550100199', 11, 21)",
          "INSERT INTO legs (account_id, leg_key, call_id, started_at, disposition, seconds) "
          "VALUES (1, 'a', 1, 10, 'NO ANSWER', 0)",
          "INSERT INTO legs (account_id, leg_key, call_id, started_at, disposition, seconds) "
          "VALUES (1, 'b', 2, 11, 'ANSWERED', 60)",
          "INSERT INTO decisions (account_id, call_id, outcome, decided_at) VALUES (1, 1, 'reply', 20)",
          "INSERT INTO decisions (account_id, call_id, outcome, decided_at) VALUES (1, 2, 'answered', 21)",
          "INSERT INTO replies (account_id, call_id, profile_id, did, caller, body, kind, state, called_at, "
          "reserved_at, not_before, expires_at, budget_day, sending_at, settled_at) VALUES (1, 1, 1, "
          "'5550100199', '5551234567', 'Sorry', 'sms', 'sent', 10, 20, 20, 900, 1, 30, 40)",
          "INSERT INTO log (company, timestamp, record) VALUES ('Owner@clinic.example', 1, 'words')",
          "INSERT INTO log (company, timestamp, record) "
          "VALUES ('Owner@clinic.example', 2, 'The profile was started')",
          "INSERT INTO log (company, timestamp, record) "
          "VALUES ('Owner@clinic.example', 3, 'The profile was started: {}')"})
      execute(statement);
  }
};

TEST_F(FirstSchema, KeepsItsCallsWithDecisionsAndStatesWhenItIsBroughtUpToDate) {
  const auto store = open();
  EXPECT_EQ(run_task(store->calls({})).size(), 2U);
  app::CallQuery sent;
  sent.decision = domain::ReplyToCall{};
  sent.state = domain::ReplyState::Sent;
  EXPECT_EQ(run_task(store->calls(sent)).at(0).call.key(), "a");
  app::CallQuery answered;
  answered.decision = domain::Skip{domain::SkipReason::Answered};
  EXPECT_EQ(run_task(store->calls(answered)).at(0).call.key(), "b");
  EXPECT_EQ(run_task(store->tallies(std::nullopt, base::Instant{})).at(0).texted, 1);
}

TEST_F(FirstSchema, KeepsItsUsersAndItsLogWhenItIsBroughtUpToDate) {
  const auto store = open();
  EXPECT_EQ(run_task(store->user("anna"))->password_hash, "hash");
  app::LogQuery log;
  log.company = "owner@clinic.example";
  const std::vector<app::LogRow> rows = run_task(store->rows(log));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].what, domain::Sentence::as_written("The profile was started: {}"));
  EXPECT_EQ(rows[1].what, domain::Sentence("The profile was started"_key)) << "each reader's language";
  EXPECT_EQ(rows[2].what, domain::Sentence::as_written("words"));
}

TEST_F(Sqlite, ALogRowWithDamagedValuesIsAFailureInWords) {
  const auto store = open();
  for (const char* damaged : {"[", "{}", "[null]", "[{\"dollar_millionths\":\"1\"}]", "[1.5]"}) {
    run_task(store->append({{0, "x", std::nullopt, base::Instant{}, domain::Sentence("{} s"_key, 1)}}));
    soci::session sql(soci::sqlite3, "dbname=\"" + path + "\"");
    const std::string values = damaged;
    sql << "UPDATE log SET record_values = :values", soci::use(values);
    try {
      run_task(store->rows({}));
      ADD_FAILURE() << damaged;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("damaged"), std::string::npos) << error.what();
    }
  }
}

TEST_F(FirstSchema, IsCopiedBeforeItIsBroughtUpToDate) {
  open();
  soci::session copy(soci::sqlite3, "dbname=\"" + path + ".before-2\"");
  int version = 0;
  int calls = 0;
  copy << "SELECT version, (SELECT count(*) FROM calls) FROM schema_version", soci::into(version),
      soci::into(calls);
  EXPECT_EQ(version, 1);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(value<int>("SELECT version FROM schema_version"), migrations().back().version);
}

TEST_F(Sqlite, AnAuditTrailOfBeforeActorsIsReadAsItWasWritten) {
  make_schema(11);
  execute(
      "INSERT INTO audit (timestamp, user_name, address, action, subject) VALUES "
      "(1, 'anna', '192.0.2.7', 'profile_edited', 'profile 1 (owner@clinic.example, 555-010-0199)'), "
      "(2, 'guess', '192.0.2.8', 'login_failed', ''), (3, '', '', 'logins_failed', '195')");
  using Kind = app::Actor::Kind;
  const auto rows = run_task(open()->audit_rows(std::nullopt, 10));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].act.actor, (app::Actor{Kind::Person, "anna", "", "192.0.2.7", {}}));
  EXPECT_EQ(rows[2].target, (app::AuditTarget{{}, {}, "profile 1 (owner@clinic.example, 555-010-0199)"}));
  EXPECT_EQ(rows[1].act.actor, (app::Actor{Kind::Stranger, "guess", "", "192.0.2.8", {}}));
  EXPECT_EQ(rows[0].act.actor, app::Actor());
  EXPECT_EQ(rows[0].action, app::AuditAction::LogInFailed);
  EXPECT_EQ(rows[0].details, (std::vector<app::AuditDetail>{{"more", std::nullopt, "195"}}));
}

TEST_F(Sqlite, TroubleOfBeforeSentencesIsReadAsItWasWritten) {
  make_schema(12);
  execute(
      "INSERT INTO accounts (email, email_key, sealed_password, poll_trouble, last_error) VALUES "
      "('a@b.example', 'a@b.example', 'x', 'maintenance', 'VoIP.ms is under maintenance (maintenance)')");
  execute(
      "INSERT INTO profiles (account_id, did, message, call_duration, limit_to_one_did, wait_seconds, "
      "cooldown_seconds, hours, dry_run, running, refused_in_row, refused_because) VALUES "
      "(1, '5550100199', 'Sorry', 0, 0, 0, 0, '', 0, 1, 2, 'HTTP 400, invalid_dst')");
  const auto views = run_task(open()->profiles({}));
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].account_health.last_error,
            domain::Sentence::as_written("VoIP.ms is under maintenance (maintenance)"));
  EXPECT_EQ(views[0].health.refused_because, domain::Sentence::as_written("HTTP 400, invalid_dst"));
}

TEST_F(Sqlite, ANewerDatabaseIsRefusedInWords) {
  open();
  execute("UPDATE schema_version SET version = 999");
  try {
    open();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("newer"), std::string::npos) << error.what();
  }
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsRefusedInWords) {
  std::ofstream(path) << "this is no database, however long one looks at it, and it stays as it is";
  EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(Sqlite, AFolderThatIsNotThereIsRefusedInWords) {
  path = folder.file("nowhere/x.db");
  EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(Sqlite, OnlyOneServiceWorksOnAFolder) {
  const ServiceLock lock(folder.path().string());
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      const ServiceLock second(folder.path().string());
      ::_exit(0);
    } catch (const std::runtime_error& error) {
      const std::string words = error.what();
      const bool names_holder = words.find(std::to_string(::getppid())) != std::string::npos;
      ::_exit(names_holder ? 3 : 4);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

TEST_F(Sqlite, TheLockIsFreeAgainWhenItsHolderIsGone) {
  { const ServiceLock lock(folder.path().string()); }
  EXPECT_NO_THROW(ServiceLock(folder.path().string()));
}

}  // namespace
}  // namespace sms_notifier::storage
