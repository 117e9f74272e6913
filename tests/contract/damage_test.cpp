// A database in which a page is damaged.

#include "support/damage.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

using storage::Condition;

class Damage : public ::testing::Test {
 protected:
  Damage() {
    open();
    business.emplace(*store);
    business->texted("a", 1, now);
    next = business->reserved("b", 2);
  }

  void open(bool check_pages = false) {
    store = storage::open_sqlite({database, check_pages}, *vault);
    if (business) business.emplace(*store, run_task(store->profiles({})).at(0).profile);
  }
  /// The first page of a table or index, which is in the file and not only in the log.
  void damage(const std::string& name) {
    soci::session sql(soci::sqlite3, "dbname=\"" + database + "\" timeout=5");
    sql << "PRAGMA wal_checkpoint(TRUNCATE)";
    int page = 0;
    sql << "SELECT rootpage FROM sqlite_master WHERE name = :name", soci::use(name), soci::into(page);
    test_support::damage_page(database, page);
  }
  Condition probe() { return run_task(store->probe()); }

  test_support::TempFolder folder;
  const std::string database = folder.file("sms-notifier.db");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store;
  std::optional<Business> business;
  std::optional<app::OpenReply> next;
};

TEST_F(Damage, OfNothingIsFoundInASoundDatabase) {
  EXPECT_EQ(probe(), Condition::Good);
  EXPECT_EQ(run_task(store->check_pages()), Condition::Good);
  EXPECT_EQ(store->damage(), "");
}

TEST_F(Damage, IsRememberedAndEndsClaimsWhoeverMeetsIt) {
  damage("legs");
  EXPECT_THROW(business->record(business->decided("c", 3)), std::runtime_error);
  EXPECT_NE(store->damage().find("malformed"), std::string::npos) << store->damage();
  EXPECT_THROW(business->claim(*next), std::runtime_error);
  EXPECT_EQ(business->open_replies().at(0).state, ReplyState::Reserved);
  EXPECT_EQ(probe(), Condition::Damaged);
}

TEST_F(Damage, OfATableThatTextsDependOnIsFoundByTheProbe) {
  for (const char* table :
       {"accounts", "profiles", "calls", "legs", "decisions", "replies", "attempts", "contacts", "budgets"}) {
    damage(table);
    EXPECT_EQ(probe(), Condition::Damaged) << table;
    // The next one in a new database.
    store.reset();
    business.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(database + suffix);
    std::filesystem::remove(folder.file("claims"));
    open();
    business.emplace(*store);
    business->texted("a", 1, now);
  }
}

TEST_F(Damage, ThatNoQueryMeetsIsFoundByALookAtEveryPage) {
  damage("audit_by_time");
  EXPECT_EQ(probe(), Condition::Good);
  EXPECT_EQ(run_task(store->check_pages()), Condition::Damaged);
  EXPECT_THROW(business->claim(*next), std::runtime_error);
}

/// A caller whom an index lacks would be texted again.
TEST_F(Damage, OfOneEntryOfAnIndexIsFoundBeforeAnythingIsClaimed) {
  const std::string texted(caller(1).digits());
  int page = 0, page_size = 0;
  {
    soci::session sql(soci::sqlite3, "dbname=\"" + database + "\" timeout=5");
    sql << "PRAGMA wal_checkpoint(TRUNCATE)";
    sql << "PRAGMA page_size", soci::into(page_size);
    sql << "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_contacts_1'", soci::into(page);
  }
  store.reset();
  std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes(static_cast<std::size_t>(page_size), '\0');
  file.seekg(static_cast<std::streamoff>(page - 1) * page_size);
  file.read(bytes.data(), page_size);
  const std::size_t at = bytes.find(texted);
  ASSERT_NE(at, std::string::npos);
  file.seekp(static_cast<std::streamoff>(page - 1) * page_size + static_cast<std::streamoff>(at));
  file.put(texted.front() == '9' ? '8' : '9');
  file.close();
  open(true);
  EXPECT_NE(store->damage(), "");
  EXPECT_THROW(business->claim(*next), std::runtime_error);
}

TEST_F(Damage, ThatNoQueryMeetsIsFoundByTheServiceAfterItsStart) {
  damage("audit_by_time");
  open(true);
  constexpr int looks_enough = 2'000;
  for (int look = 0; look < looks_enough && store->damage().empty(); ++look)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  EXPECT_EQ(probe(), Condition::Damaged);
}

}  // namespace
}  // namespace sms_notifier::contract
