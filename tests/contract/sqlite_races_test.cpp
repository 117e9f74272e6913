// What only the SQLite store promises when processes race, die or meet an older file.

#include <csignal>
#include <filesystem>
#include <latch>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "business.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/schema.h"

namespace sms_notifier::contract {
namespace {

using storage::Database;
using storage::Migration;
using storage::migrations;
using storage::Store;

class SqliteRaces : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() { return storage::open_sqlite({path}, *vault); }
  long long value(const std::string& q) {
    soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
    long long r = -1;
    sql << q, soci::into(r);
    return r;
  }
  void prepare(Store& store) {
    const Business business(store);
    profile_id = business.profile_id;
    account = business.account;
  }
  app::DecidedCall decided(const std::string& key, int n, int cap = 1'000'000) const {
    app::DecidedCall call = missed_call(profile_id, key, n, now);
    call.terms->budget_cap = cap;
    return call;
  }
  /// Runs both on one loop; the stores' own threads race. A failure of either is thrown here.
  void at_once(base::task<> one, base::task<> other) {
    std::exception_ptr failure;
    const auto ended = [&](const std::exception_ptr& error) {
      if (error) failure = error;
    };
    boost::asio::co_spawn(loop, std::move(one), ended);
    boost::asio::co_spawn(loop, std::move(other), ended);
    loop.run();
    if (failure) std::rethrow_exception(failure);
  }
  boost::asio::io_context loop;
  test_support::TempFolder folder;
  std::string path = folder.file("t.db");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  domain::ProfileId profile_id;
  domain::AccountId account;
};

TEST_F(SqliteRaces, TwoStoresThatRecordTheSameCallsRecordEachOnce) {
  const auto a = open();
  const auto b = open();
  prepare(*a);
  int recorded = 0;
  int already = 0;
  const auto work = [&](Store& store) -> base::task<> {
    for (int n = 0; n < 300; ++n) {
      std::vector<app::DecidedCall> one{decided("k" + std::to_string(n), n)};
      const auto outcomes = co_await store.record(account, one);
      ++(std::holds_alternative<app::Recorded>(outcomes.at(0)) ? recorded : already);
    }
  };
  at_once(work(*a), work(*b));
  EXPECT_EQ(recorded, 300);
  EXPECT_EQ(already, 300);
  EXPECT_EQ(value("SELECT count(*) FROM replies"), 300);
}

TEST_F(SqliteRaces, TwoStoresThatRaceForBudgetAndCallerExceedNeither) {
  const auto a = open();
  const auto b = open();
  prepare(*a);
  const auto work = [&](Store& store, const std::string& who) -> base::task<> {
    for (int n = 0; n < 200; ++n) {
      std::vector<app::DecidedCall> one{decided(who + std::to_string(n), n, 50)};
      co_await store.record(account, one);
    }
  };
  const std::string key_a = "a";
  const std::string key_b = "b";
  at_once(work(*a, key_a), work(*b, key_b));
  EXPECT_EQ(value("SELECT count(*) FROM replies"), 50);
  EXPECT_EQ(value("SELECT used FROM budgets"), 50);
  EXPECT_EQ(value("SELECT count(DISTINCT caller) FROM replies"), 50);
}

TEST_F(SqliteRaces, TwoStoresThatClaimTheSameReplyClaimItOnce) {
  const auto a = open();
  const auto b = open();
  prepare(*a);
  std::vector<app::DecidedCall> many;
  for (int n = 0; n < 200; ++n) many.push_back(decided("k" + std::to_string(n), n));
  run_task(a->record(account, many));
  int claims = 0;
  const auto work = [&](Store& store) -> base::task<> {
    for (int n = 1; n <= 200; ++n) {
      const auto outcome = co_await store.claim(domain::ReplyId(n), now, noon);
      if (std::holds_alternative<app::Claimed>(outcome)) ++claims;
    }
  };
  at_once(work(*a), work(*b));
  EXPECT_EQ(claims, 200);
  EXPECT_EQ(value("SELECT count(*) FROM attempts"), 200);
}

TEST_F(SqliteRaces, TwoStoresThatOrderTheSameTextsOrderEachOnce) {
  const auto a = open();
  const auto b = open();
  prepare(*a);
  std::vector<app::DecidedCall> many;
  for (int n = 0; n < 200; ++n) {
    many.push_back(decided("k" + std::to_string(n), n));
    many.back().decision = domain::Skip{domain::SkipReason::TooOld};
    many.back().terms.reset();
  }
  run_task(a->record(account, many));
  int orders = 0;
  const app::OrderLimits limits_of_day = order_limits(now, 1000);
  const app::Act by_owner{now, {}};
  const auto work = [&](Store& store) -> base::task<> {
    for (int n = 1; n <= 200; ++n) {
      const domain::CallId call(n);
      const auto outcome = co_await store.order_text(call, limits_of_day, by_owner);
      if (std::holds_alternative<app::Ordered>(outcome)) ++orders;
    }
  };
  at_once(work(*a), work(*b));
  EXPECT_EQ(orders, 200);
  EXPECT_EQ(value("SELECT count(*) FROM replies"), 200);
  EXPECT_EQ(value("SELECT used FROM budgets"), 200);
  EXPECT_EQ(value("SELECT count(*) FROM audit WHERE action = 'text_ordered'"), 200);
}

TEST_F(SqliteRaces, AFileThatSeveralProcessesMakeAtOnceIsMadeOnce) {
  for (int round = 0; round < 20; ++round) {
    path = folder.file("r" + std::to_string(round) + ".db");
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        try {
          open();
          ::_exit(0);
        } catch (const std::exception&) {
          ::_exit(1);
        }
      }
      children.push_back(child);
    }
    for (const pid_t c : children) {
      int st = 0;
      ::waitpid(c, &st, 0);
      EXPECT_EQ(WEXITSTATUS(st), 0) << round;
    }
    EXPECT_EQ(value("SELECT count(*) FROM settings_version"), 1);
    EXPECT_EQ(value("SELECT count(*) FROM schema_version"), 1);
  }
}

TEST_F(SqliteRaces, ACommitThatFailsFailsEveryJobOfItsGroupAndTheNextOneWorks) {
  std::latch all_queued(1);
  Database database(path);
  int done = 0, failed = 0;
  const auto writer = [&](int n) -> base::task<> {
    try {
      co_await database.write([n, &all_queued](soci::session& sql) {
        if (n == 0) all_queued.wait();
        if (n == 7) {
          sql << "PRAGMA defer_foreign_keys = ON";
          sql << "INSERT INTO budgets (account_id, day, used) VALUES (4711, 1, 1)";
        }
        sql << "INSERT INTO blocked (caller) VALUES (:n)", soci::use(n);
      });
      ++done;
    } catch (const std::exception&) {
      ++failed;
    }
  };
  for (int n = 0; n < 20; ++n) boost::asio::co_spawn(loop, writer(n), boost::asio::detached);
  loop.poll();
  all_queued.count_down();
  loop.run();
  EXPECT_EQ(done + failed, 20);
  EXPECT_GT(failed, 1);
  EXPECT_EQ(value("SELECT count(*) FROM blocked"), done);
  run_task(database.write([](soci::session& sql) { sql << "INSERT INTO blocked (caller) VALUES ('x')"; }));
  EXPECT_EQ(value("SELECT count(*) FROM blocked"), done + 1);
}

TEST_F(SqliteRaces, WhatCanWaitLetsEveryWriteGoFirst) {
  std::latch all_queued(1);
  Database database(path);
  std::vector<int> order;
  const auto writer = [&](int n) -> base::task<> {
    co_await database.write([&, n](soci::session&) {
      if (n == 0) all_queued.wait();
      order.push_back(n);
    });
  };
  const auto patient_writer = [&](int n) -> base::task<> {
    co_await database.write_when_idle([&, n](soci::session&) { order.push_back(n); });
  };
  boost::asio::co_spawn(loop, writer(0), boost::asio::detached);
  loop.poll();
  for (const int n : {100, 101}) boost::asio::co_spawn(loop, patient_writer(n), boost::asio::detached);
  for (const int n : {1, 2, 3}) boost::asio::co_spawn(loop, writer(n), boost::asio::detached);
  loop.poll();
  all_queued.count_down();
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 100, 101}));
}

TEST_F(SqliteRaces, WhatCanWaitIsFinishedAsWellBeforeTheDatabaseCloses) {
  int done = 0;
  auto database = std::make_unique<Database>(path);
  const auto patient_writer = [&](int n) -> base::task<> {
    co_await database->write_when_idle(
        [n](soci::session& sql) { sql << "INSERT INTO blocked (caller) VALUES (:n)", soci::use(n); });
    ++done;
  };
  for (int n = 0; n < 50; ++n) boost::asio::co_spawn(loop, patient_writer(n), boost::asio::detached);
  loop.poll();
  database.reset();
  loop.restart();
  loop.run();
  EXPECT_EQ(done, 50);
}

TEST_F(SqliteRaces, AFailureOfWhatCanWaitFailsNothingElse) {
  Database database(path);
  const auto failing = [](soci::session& sql) { sql << "INSERT INTO nowhere VALUES (1)"; };
  EXPECT_THROW(run_task(database.write_when_idle(failing)), std::runtime_error);
  run_task(database.write([](soci::session& sql) { sql << "INSERT INTO blocked (caller) VALUES ('x')"; }));
  EXPECT_EQ(value("SELECT count(*) FROM blocked"), 1);
}

TEST_F(SqliteRaces, WhatIsQueuedIsFinishedBeforeTheDatabaseCloses) {
  int done = 0;
  auto database = std::make_unique<Database>(path);
  const auto writer = [&](int n) -> base::task<> {
    co_await database->write(
        [n](soci::session& sql) { sql << "INSERT INTO blocked (caller) VALUES (:n)", soci::use(n); });
    ++done;
  };
  for (int n = 0; n < 500; ++n) boost::asio::co_spawn(loop, writer(n), boost::asio::detached);
  loop.poll();
  database.reset();
  loop.restart();
  loop.run();
  EXPECT_EQ(done, 500);
  EXPECT_EQ(value("SELECT count(*) FROM blocked"), 500);
}

TEST_F(SqliteRaces, AKilledProcessLeavesWholeCallsAndEveryAnsweredOne) {
  prepare(*open());
  for (int round = 0; round < 25; ++round) {
    int fds[2];
    ASSERT_EQ(::pipe(fds), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto s = open();
      for (int n = 0;; ++n) {
        std::vector<app::DecidedCall> some;
        for (int i = 0; i < 5; ++i) {
          const int k = round * 100000 + n * 5 + i;
          some.push_back(decided("k" + std::to_string(k), k));
        }
        const auto out = run_task(s->record(account, some));
        for (const auto& o : out) {
          const auto id = std::get<app::Recorded>(o).reply->id;
          run_task(s->claim(id, now, noon));
          const long long v = id.value();
          (void)!::write(fds[1], &v, sizeof v);
        }
      }
    }
    ::close(fds[1]);
    long long id = 0;
    std::string acknowledged = "0";
    int count = 0;
    while (count <= round && ::read(fds[0], &id, sizeof id) == sizeof id) {
      acknowledged += "," + std::to_string(id);
      ++count;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(fds[0], &id, sizeof id) == sizeof id) {
      acknowledged += "," + std::to_string(id);
      ++count;
    }
    ::close(fds[0]);
    open();
    EXPECT_GT(count, round);
    EXPECT_EQ(value("SELECT count(*) FROM replies WHERE id IN (" + acknowledged + ") AND state = 'sending'"),
              count);
    EXPECT_EQ(value("SELECT count(*) FROM calls") % 5, 0);
    EXPECT_EQ(value("SELECT count(*) FROM calls"), value("SELECT count(*) FROM decisions"));
    EXPECT_EQ(value("SELECT count(*) FROM calls"), value("SELECT count(*) FROM replies"));
    EXPECT_EQ(value("SELECT count(*) FROM calls"), value("SELECT count(*) FROM legs"));
    EXPECT_EQ(value("SELECT coalesce(sum(used), 0) FROM budgets"), value("SELECT count(*) FROM replies"));
    EXPECT_EQ(value("SELECT count(*) FROM replies WHERE state = 'sending'"),
              value("SELECT count(*) FROM attempts"));
  }
}

TEST_F(SqliteRaces, TheFilesBesideTheDatabaseArePrivateToo) {
  const auto s = open();
  prepare(*s);
  for (const auto& f : std::filesystem::directory_iterator(folder.path())) {
    struct stat st {};
    ::stat(f.path().c_str(), &st);
    EXPECT_EQ(st.st_mode & 0777, 0600u) << f.path();
  }
}

TEST_F(SqliteRaces, AnOlderDatabaseIsCopiedBeforeItIsMigrated) {
  prepare(*open());
  std::vector<Migration> more = migrations();
  const int newest = more.back().version;
  more.push_back({newest + 1, "CREATE TABLE later (x INTEGER);\n"});
  soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
  migrate(sql, path, more);
  EXPECT_EQ(value("SELECT version FROM schema_version"), newest + 1);
  EXPECT_EQ(value("SELECT count(*) FROM later"), 0);
  EXPECT_EQ(value("SELECT count(*) FROM profiles"), 1);

  path += ".before-" + std::to_string(newest + 1);
  EXPECT_EQ(value("SELECT version FROM schema_version"), newest);
  EXPECT_EQ(value("SELECT count(*) FROM profiles"), 1);
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SqliteRaces, AMigrationThatFailsChangesNothing) {
  prepare(*open());
  std::vector<Migration> more = migrations();
  const int newest = more.back().version;
  more.push_back({newest + 1, "CREATE TABLE later (x INTEGER);\nINSERT INTO nowhere VALUES (1);\n"});
  soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
  EXPECT_THROW(migrate(sql, path, more), std::runtime_error);
  EXPECT_EQ(value("SELECT version FROM schema_version"), newest);
  EXPECT_EQ(value("SELECT count(*) FROM sqlite_master WHERE name = 'later'"), 0);
  EXPECT_EQ(run_task(open()->profiles({})).size(), 1U);
}

}  // namespace
}  // namespace sms_notifier::contract
