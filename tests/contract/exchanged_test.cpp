// A database whose files are exchanged while it is open.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

namespace fs = std::filesystem;
using domain::LedgerStanding;

class Exchanged : public ::testing::Test {
 protected:
  Exchanged() {
    open();
    business.emplace(*store);
    business->texted("a", 1, now);
    next = business->reserved("b", 2);
  }

  void open() { store = storage::open_sqlite({database}, *vault); }
  void checkpoint() {
    soci::session sql(soci::sqlite3, "dbname=\"" + database + "\" timeout=5");
    sql << "PRAGMA wal_checkpoint(TRUNCATE)";
  }
  void copy() {
    checkpoint();
    fs::copy_file(database, earlier, fs::copy_options::overwrite_existing);
  }
  /// As cp does: into the file that is open.
  void write_over(const std::string& from) {
    std::ofstream(database, std::ios::binary) << std::ifstream(from, std::ios::binary).rdbuf();
  }
  std::string what_a_claim_says() {
    try {
      business->claim(*next);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }
  void expect_no_more_use(const std::string& words) {
    EXPECT_NE(what_a_claim_says().find(words), std::string::npos) << what_a_claim_says();
    EXPECT_NE(store->exchanged().find(words), std::string::npos) << store->exchanged();
    EXPECT_THROW(run_task(store->open_replies({})), std::runtime_error);
    EXPECT_THROW(business->stop(), std::runtime_error);
  }
  void wait_until_told() {
    constexpr int looks_enough = 2'000;
    for (int look = 0; look < looks_enough && store->exchanged().empty(); ++look)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_NE(store->exchanged(), "");
  }
  LedgerStanding standing_of_the_next_start() {
    store.reset();
    open();
    return run_task(store->standing());
  }
  int claims_in(const std::string& file) {
    soci::session sql(soci::sqlite3, "dbname=\"" + file + "\" timeout=5");
    int claims = 0;
    sql << "SELECT claims FROM installation", soci::into(claims);
    return claims;
  }

  test_support::TempFolder folder;
  const std::string database = folder.file("a folder's 100 % ?.db");
  const std::string earlier = folder.file("earlier");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store;
  std::optional<Business> business;
  std::optional<app::OpenReply> next;
};

TEST_F(Exchanged, NothingIsToldOfADatabaseThatIsUsedByOthersAsWell) {
  for (int n = 10; n < 15; ++n) {
    business->texted("call " + std::to_string(n), n, now);
    Business other(*store);
    checkpoint();
    fs::permissions(database, fs::perms::owner_read | fs::perms::owner_write);
  }
  EXPECT_TRUE(std::holds_alternative<app::Claimed>(business->claim(*next)));
  EXPECT_EQ(store->exchanged(), "");
}

TEST_F(Exchanged, ADatabaseThatWasMovedAwayIsNotUsedAnyMore) {
  fs::rename(database, folder.file("moved"));
  expect_no_more_use("moved or deleted");
}

TEST_F(Exchanged, ADatabaseThatWasMovedAwayTakesWhatWasCommittedAlong) {
  business->claim(*next);
  const std::string moved = folder.file("moved");
  fs::rename(database, moved);
  wait_until_told();
  store.reset();
  EXPECT_EQ(claims_in(moved), 2);
}

TEST_F(Exchanged, ADatabaseThatWasReplacedByAnEarlierCopyIsNotUsedAnyMore) {
  copy();
  business->texted("c", 3, now);
  fs::rename(earlier, database);
  expect_no_more_use("replaced by another file");
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Behind);
  EXPECT_EQ(claims_in(database), 1) << "as it was put there, without the log of the other";
}

TEST_F(Exchanged, AReplacedDatabaseIsDoubtedThoughTheCopyHasEveryClaim) {
  copy();
  business->stop();
  fs::rename(earlier, database);
  wait_until_told();
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Doubted);
}

TEST_F(Exchanged, ALogThatWasDeletedEndsTheUseAndLosesNothing) {
  business->claim(*next);
  fs::remove(database + "-wal");
  EXPECT_NE(what_a_claim_says().find("-wal was moved or deleted"), std::string::npos);
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Doubted);
  EXPECT_EQ(claims_in(database), 2);
}

TEST_F(Exchanged, AnIndexThatWasDeletedEndsTheUse) {
  fs::remove(database + "-shm");
  expect_no_more_use("-shm was moved or deleted");
}

TEST_F(Exchanged, AnEarlierCopyThatIsWrittenOverTheFileEndsTheUse) {
  copy();
  business->texted("c", 3, now);
  checkpoint();
  business->run();  // with which the file is looked at
  write_over(earlier);
  expect_no_more_use("was written over");
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Behind);
  EXPECT_EQ(claims_in(database), 1) << "as it was put there, without the log of the other";
}

TEST_F(Exchanged, AnEarlierCopyWithAsManyClaimsThatIsWrittenOverTheFileEndsTheUse) {
  copy();
  business->stop();  // of which the audit has a row
  checkpoint();
  business->edit(profile_saying("Other words"));
  write_over(earlier);
  wait_until_told();
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Doubted);
}

TEST_F(Exchanged, AnothersDatabaseThatIsWrittenOverTheFileEndsTheUse) {
  checkpoint();
  const test_support::TempFolder elsewhere;
  const std::string others = elsewhere.file("others.db");
  {
    const auto other = storage::open_sqlite({others}, *vault);
    Business(*other).reserved("a", 1);
  }
  write_over(others);
  expect_no_more_use("was written over");
}

TEST_F(Exchanged, NoClaimIsUsedWhileTheFileIsBeingWrittenOver) {
  checkpoint();
  fs::resize_file(database, 100);
  EXPECT_NE(what_a_claim_says(), "");
  EXPECT_EQ(store->exchanged(), "") << "it is not known yet what will be there";
}

TEST_F(Exchanged, AnIdleStoreFindsItWithinSeconds) {
  fs::rename(database, folder.file("moved"));
  wait_until_told();
}

}  // namespace
}  // namespace sms_notifier::contract
