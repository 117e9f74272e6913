// Whether a store still has every claim that was made.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "business.h"

namespace sms_notifier::contract {
namespace {

namespace fs = std::filesystem;
using domain::LedgerStanding;

/// A data folder whose database is closed and opened as by one process after the other.
class Standing : public ::testing::Test {
 protected:
  Standing() { open(); }

  void open() { store = storage::open_sqlite({database}, *vault); }
  void close() { store.reset(); }
  LedgerStanding standing() { return run_task(store->standing()); }
  LedgerStanding standing_of_the_next_start() {
    close();
    open();
    return standing();
  }
  /// Another process makes the business, whose first caller is not texted yet.
  void make_business() { Business(*store).reserved("first", 0); }
  void text(int caller) { business().texted("call " + std::to_string(caller), caller, now); }
  Business business() { return {*store, run_task(store->profiles({})).at(0).profile}; }
  void keep_copy() {
    close();
    fs::copy_file(database, copy, fs::copy_options::overwrite_existing);
    open();
  }
  void put_copy_back() {
    close();
    fs::copy_file(copy, database, fs::copy_options::overwrite_existing);
    open();
  }

  test_support::TempFolder folder;
  const std::string database = folder.file("sms-notifier.db");
  const std::string copy = folder.file("copy");
  const std::string count = folder.file("claims");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store;
};

TEST_F(Standing, OfANewDatabaseIsComplete) {
  EXPECT_EQ(standing(), LedgerStanding::Complete);
  make_business();
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Complete);
}

TEST_F(Standing, StaysCompleteFromStartToStart) {
  make_business();
  for (int caller = 1; caller <= 3; ++caller) {
    text(caller);
    EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Complete);
  }
}

TEST_F(Standing, TheCountIsPrivate) {
  make_business();
  text(1);
  EXPECT_EQ(fs::status(count).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Standing, AnEarlierCopyIsBehindUntilThatIsNoted) {
  make_business();
  text(1);
  keep_copy();
  text(2);
  put_copy_back();
  EXPECT_EQ(standing(), LedgerStanding::Behind);
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Behind);
  run_task(store->adopt());
  EXPECT_EQ(standing(), LedgerStanding::Complete);
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Complete);
}

TEST_F(Standing, ADatabaseThatLackedOnlyWhatWasNoClaimIsComplete) {
  make_business();
  text(1);
  keep_copy();
  business().stop();
  put_copy_back();
  EXPECT_EQ(standing(), LedgerStanding::Complete) << "no text can be lost";
}

TEST_F(Standing, ClaimsInADoubtThatNobodyNotedDoNotHideIt) {
  make_business();
  text(1);
  keep_copy();
  text(2);
  put_copy_back();
  for (const int caller : {3, 4, 5}) text(caller);
  EXPECT_EQ(standing(), LedgerStanding::Behind) << "as it was found";
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Doubted);
}

TEST_F(Standing, AnothersDatabaseIsTold) {
  make_business();
  text(1);
  close();
  const test_support::TempFolder elsewhere;
  storage::open_sqlite({elsewhere.file("another.db")}, *vault).reset();
  fs::copy_file(elsewhere.file("another.db"), database, fs::copy_options::overwrite_existing);
  open();
  EXPECT_EQ(standing(), LedgerStanding::OfAnother);
  run_task(store->adopt());
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Complete);
}

TEST_F(Standing, ADatabaseThatIsGoneOrEmptyIsNotMadeAnewOnceTextsWereClaimed) {
  make_business();
  text(1);
  close();
  fs::remove(database);
  EXPECT_THROW(open(), std::runtime_error);
  EXPECT_FALSE(fs::exists(database));
  std::ofstream(database).close();
  EXPECT_THROW(open(), std::runtime_error);
  fs::remove(count);
  open();
  EXPECT_EQ(standing(), LedgerStanding::Complete);
}

TEST_F(Standing, ADatabaseWithoutItsCountOrWithADamagedOneIsNotBelieved) {
  make_business();
  text(1);
  close();
  fs::remove(count);
  open();
  EXPECT_EQ(standing(), LedgerStanding::NotCounted);
  std::ofstream(count) << "something else";
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::NotCounted);
  std::ofstream(count) << std::string(1000, 'x');
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::NotCounted);
  run_task(store->adopt());
  EXPECT_EQ(standing_of_the_next_start(), LedgerStanding::Complete);
}

TEST_F(Standing, ADatabaseWhoseProcessDiedBeforeItCountedIsComplete) {
  make_business();
  text(1);
  const std::string earlier = folder.file("earlier count");
  fs::copy_file(count, earlier);
  text(2);
  close();
  fs::copy_file(earlier, count, fs::copy_options::overwrite_existing);
  open();
  EXPECT_EQ(standing(), LedgerStanding::Complete);
}

TEST_F(Standing, AClaimThatCannotBeCountedChangesNothing) {
  make_business();
  fs::create_directory(count);
  const app::OpenReply reply = business().open_replies().at(0);
  EXPECT_THROW(business().claim(reply), std::runtime_error);
  EXPECT_EQ(business().open_replies().at(0).state, ReplyState::Reserved);
  fs::remove(count);
  EXPECT_TRUE(std::holds_alternative<app::Claimed>(business().claim(reply)));
}

TEST_F(Standing, AClaimWhoseCountIsNoLongerWrittenIsNotUsed) {
  make_business();
  const app::OpenReply reply = business().reserved("second", 1);
  text(2);
  fs::remove(count);
  fs::create_directory(count);
  EXPECT_THROW(business().claim(reply), std::runtime_error);
  EXPECT_EQ(business().open_replies().at(1).state, ReplyState::Sending) << "as after a commit in doubt";
}

/// An earlier copy of a store in memory has beside it the count of now, as a database has.
TEST(MemoryStanding, AnEarlierCopyIsBehindUntilThatIsNoted) {
  test_support::MemoryStore store;
  Business business(store);
  business.texted("a", 1, now);
  test_support::MemoryStore earlier = store;
  business.texted("b", 2, now);
  EXPECT_EQ(run_task(store.standing()), LedgerStanding::Complete);
  EXPECT_EQ(run_task(earlier.standing()), LedgerStanding::Behind);
  run_task(earlier.adopt());
  EXPECT_EQ(run_task(earlier.standing()), LedgerStanding::Complete);
}

}  // namespace
}  // namespace sms_notifier::contract
