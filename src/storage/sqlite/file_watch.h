#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/stat.h>

namespace soci {
class session;
}

namespace sms_notifier::storage {

/// Sees when the files of an open database are exchanged under it: another file stands at the path of the
/// database, its log or its index, or other content was written into the database file. Belongs to one
/// thread.
class FileWatch {
 public:
  enum class Finding {
    Same,
    Unsure,       ///< the database file was written to, and cannot be judged at this moment
    Exchanged,    ///< one of the files was moved, deleted or replaced
    Overwritten,  ///< another database was written into the database file
  };

  /// The database is open and of the newest schema. A file that is not there yet is watched once it is.
  FileWatch(soci::session& sql, const std::string& database);

  /// By the files alone: three looks into folders, and a look into the database file after it was written to.
  /// Once something has happened it stays so.
  Finding look();
  /// By what the open database says of itself.
  Finding look_inside(soci::session& sql);
  /// The path of the write-ahead log.
  const std::string& log() const { return files_[1].path; }
  /// What happened to which file, for the user; empty: nothing.
  const std::string& words() const { return words_; }

 private:
  /// What never goes back in a database: its id stays, its claims and the last ids of its rows grow.
  struct Mark {
    std::string installation;
    std::int64_t claims = 0;
    std::int64_t last_ids = 0;
    bool may_follow(const Mark& earlier) const;
  };
  struct File {
    std::string path;
    std::optional<struct stat> seen;
  };

  Finding found(Finding finding, const std::string& what);
  Finding look_at_content(const struct stat& now);
  static Mark mark_of(soci::session& sql);
  /// Of the database file without its log; none when it cannot be read or has no such tables yet.
  std::optional<Mark> mark_in_file() const;

  std::array<File, 3> files_;  ///< the database first
  Mark inside_;
  std::optional<Mark> in_file_;
  std::optional<std::chrono::steady_clock::time_point> unsure_since_;
  Finding finding_ = Finding::Same;
  std::string words_;
};

}  // namespace sms_notifier::storage
