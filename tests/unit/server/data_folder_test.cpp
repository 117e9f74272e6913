#include "server/data_folder.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace sms_notifier::server {
namespace {

namespace fs = std::filesystem;
using fs::perms;
using testing::HasSubstr;

constexpr perms owner_only = perms::owner_read | perms::owner_write;

struct Folder {
  test_support::TempFolder temp;
  DataFolder folder{temp.path() / "data"};

  Folder() { make_data_folder(folder); }
  base::Secret key() const { return load_or_make_key(folder, std::nullopt, folder.default_database()); }
};

std::string complaint_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

void write_file(const fs::path& file, perms permissions) {
  std::ofstream(file) << "x";
  fs::permissions(file, permissions);
}

TEST(DataFolder, IsPrivateWithEverythingInIt) {
  const Folder data;
  data.key();
  EXPECT_EQ(fs::status(data.folder.path).permissions(), perms::owner_all);
  EXPECT_EQ(fs::status(data.folder.key_file()).permissions(), owner_only);
}

TEST(DataFolder, IsNotUsedWhileOthersMayWriteIntoIt) {
  const Folder data;
  for (const perms more : {perms::others_write, perms::group_write, perms::all}) {
    fs::permissions(data.folder.path, perms::owner_all | more);
    EXPECT_THAT(complaint_of([&] { make_data_folder(data.folder); }),
                HasSubstr("chmod 700 '" + data.folder.path.string() + "'"));
  }
  fs::permissions(data.folder.path, perms::owner_all | perms::group_read | perms::group_exec);
  EXPECT_EQ(complaint_of([&] { make_data_folder(data.folder); }), "");
}

TEST(DataFolder, GivesNoSecretThatOthersMayRead) {
  const Folder data;
  data.key();
  load_or_make_log_token(data.folder);
  for (const perms more : {perms::others_read, perms::group_read, perms::others_write}) {
    fs::permissions(data.folder.key_file(), owner_only | more);
    EXPECT_THAT(complaint_of([&] { data.key(); }),
                HasSubstr("chmod 600 '" + data.folder.key_file().string() + "'"));
    fs::permissions(data.folder.log_token_file(), owner_only | more);
    EXPECT_THAT(complaint_of([&] { load_or_make_log_token(data.folder); }), HasSubstr("chmod 600"));
  }
  fs::permissions(data.folder.key_file(), owner_only);
  EXPECT_EQ(complaint_of([&] { data.key(); }), "");
}

TEST(DataFolder, TakesTheDatabaseAwayFromOthersAndSaysSo) {
  const Folder data;
  const fs::path database = data.folder.default_database();
  EXPECT_EQ(close_database_to_others(database), std::nullopt) << "there is none yet";
  write_file(database, owner_only);
  EXPECT_EQ(close_database_to_others(database), std::nullopt);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const fs::path file = database.string() + suffix;
    write_file(file, owner_only | perms::group_read | perms::others_read | perms::others_write);
    const auto told = close_database_to_others(database);
    ASSERT_TRUE(told) << suffix;
    EXPECT_THAT(*told, HasSubstr(file.string()));
    EXPECT_EQ(fs::status(file).permissions(), owner_only);
  }
}

class PasswordFile : public ::testing::Test {
 protected:
  std::string read(const std::string& bytes) {
    const std::string file = folder.file("password");
    std::ofstream(file, std::ios::binary) << bytes;
    return read_password_file(file).reveal();
  }

  test_support::TempFolder folder;
};

TEST_F(PasswordFile, IsReadWithoutTheMarkAndTheLineBreakOfAnEditor) {
  for (const char* bytes : {"secret word", "secret word\n", "secret word\r\n", "\xEF\xBB\xBFsecret word",
                            "\xEF\xBB\xBFsecret word\r\n"})
    EXPECT_EQ(read(bytes), "secret word") << bytes;
}

TEST_F(PasswordFile, KeepsWhatBelongsToThePassword) {
  EXPECT_EQ(read(" secret \n\n"), " secret \n");
  EXPECT_EQ(read("\xEF\xBB\xBF\xEF\xBB\xBFx"), "\xEF\xBB\xBFx");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("\n"), "");
}

TEST_F(PasswordFile, OfTwoBytesForEachCharacterIsRefusedInWords) {
  for (const std::string& bytes : {std::string("\xFF\xFEp\0w\0", 6), std::string("\xFE\xFF\0p\0w", 6)}) {
    try {
      read(bytes);
      ADD_FAILURE() << "it was taken";
    } catch (const std::runtime_error& refused) {
      EXPECT_NE(std::string(refused.what()).find("save it as UTF-8"), std::string::npos) << refused.what();
    }
  }
}

TEST_F(PasswordFile, OfTheKeyMayBeSavedByAnEditorToo) {
  const DataFolder data{folder.path()};
  const std::string key = load_or_make_key(data, std::nullopt, data.default_database()).reveal();
  std::ofstream(data.key_file(), std::ios::binary) << "\xEF\xBB\xBF" << key << "\r\n";
  EXPECT_EQ(load_or_make_key(data, std::nullopt, data.default_database()).reveal(), key);
  EXPECT_EQ(load_or_make_key(data, key + "\n", data.default_database()).reveal(), key);
}

}  // namespace
}  // namespace sms_notifier::server
