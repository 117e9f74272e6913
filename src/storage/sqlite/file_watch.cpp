#include "storage/sqlite/file_watch.h"

#include <cctype>
#include <filesystem>
#include <memory>
#include <utility>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace sms_notifier::storage {
namespace {

/// SQLite never takes so long over writing pages; a copy may, but a copy over the file is not ours.
constexpr std::chrono::seconds unsure_max{2};

constexpr const char* mark_query =
    "SELECT id, claims, (SELECT coalesce(sum(seq), 0) FROM sqlite_sequence) FROM installation";

std::optional<struct stat> look_up(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return found;
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool untouched(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

/// SQLite keeps log and index beside the file that a link leads to.
std::string beside(const std::string& database, const char* suffix) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(database, error);
  return (error ? database : real.string()) + suffix;
}

/// The path as part of a URI.
std::string in_uri(const std::string& path) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_')
      text += c;
    else
      text += {'%', digits[byte / 16], digits[byte % 16]};
  }
  return text;
}

}  // namespace

bool FileWatch::Mark::may_follow(const Mark& earlier) const {
  return installation == earlier.installation && claims >= earlier.claims && last_ids >= earlier.last_ids;
}

FileWatch::FileWatch(soci::session& sql, const std::string& database)
    : files_{File{database, {}}, File{beside(database, "-wal"), {}}, File{beside(database, "-shm"), {}}},
      inside_(mark_of(sql)) {
  for (File& file : files_) file.seen = look_up(file.path);
  in_file_ = mark_in_file();
}

FileWatch::Finding FileWatch::look() {
  if (finding_ != Finding::Same) return finding_;
  for (File& file : files_) {
    const std::optional<struct stat> now = look_up(file.path);
    if (!file.seen) file.seen = now;
    if (!file.seen) continue;
    if (!now) return found(Finding::Exchanged, file.path + " was moved or deleted");
    if (!same_file(*now, *file.seen))
      return found(Finding::Exchanged, file.path + " was replaced by another file");
  }
  const File& database = files_.front();
  const std::optional<struct stat> now = look_up(database.path);
  if (!now || !database.seen || untouched(*now, *database.seen)) return Finding::Same;
  return look_at_content(*now);
}

FileWatch::Finding FileWatch::look_at_content(const struct stat& now) {
  std::optional<Mark> mark = mark_in_file();
  const auto goes_on = [&] {
    return in_file_ ? mark && mark->may_follow(*in_file_)
                    : !mark || mark->may_follow({inside_.installation, 0, 0});
  };
  // Another process may be working the log into the file at this moment: then the next look sees better.
  if (!goes_on()) mark = mark_in_file();
  if (goes_on()) {
    in_file_ = std::move(mark);
    files_.front().seen = now;
    unsure_since_.reset();
    return Finding::Same;
  }
  const auto moment = std::chrono::steady_clock::now();
  if (!unsure_since_) unsure_since_ = moment;
  if (!mark && moment - *unsure_since_ < unsure_max) return Finding::Unsure;
  return found(Finding::Overwritten,
               "another database, or an earlier copy, was written over " + files_.front().path);
}

FileWatch::Finding FileWatch::look_inside(soci::session& sql) {
  if (finding_ != Finding::Same) return finding_;
  Mark now = mark_of(sql);
  if (!now.may_follow(inside_))
    return found(Finding::Overwritten,
                 files_.front().path + " has fewer claims or rows than it had, or is another's");
  inside_ = std::move(now);
  return Finding::Same;
}

FileWatch::Finding FileWatch::found(Finding finding, const std::string& what) {
  finding_ = finding;
  words_ = "the database was exchanged while it was in use: " + what +
           ". Nothing more is read, written or sent; the next start goes on with what is there then. Stop "
           "the service "
           "before its database is moved or put back";
  return finding;
}

FileWatch::Mark FileWatch::mark_of(soci::session& sql) {
  Mark mark;
  long long claims = 0;
  long long last_ids = 0;
  sql << mark_query, soci::into(mark.installation), soci::into(claims), soci::into(last_ids);
  mark.claims = claims;
  mark.last_ids = last_ids;
  return mark;
}

std::optional<FileWatch::Mark> FileWatch::mark_in_file() const {
  using namespace sqlite_api;  // where SOCI puts SQLite's own names
  sqlite3* opened = nullptr;
  const std::string uri =
      "file:" + in_uri(std::filesystem::absolute(files_.front().path).string()) + "?immutable=1";
  const int result = sqlite3_open_v2(uri.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  if (result != SQLITE_OK) return std::nullopt;
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(opened, mark_query, -1, &prepared, nullptr) != SQLITE_OK) return std::nullopt;
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, sqlite3_finalize);
  if (sqlite3_step(prepared) != SQLITE_ROW) return std::nullopt;
  const unsigned char* id = sqlite3_column_text(prepared, 0);
  if (id == nullptr) return std::nullopt;
  return Mark{reinterpret_cast<const char*>(id), sqlite3_column_int64(prepared, 1),
              sqlite3_column_int64(prepared, 2)};
}

}  // namespace sms_notifier::storage
