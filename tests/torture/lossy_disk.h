#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace sms_notifier::torture {

/// The files of a folder by name, with their contents.
using Image = std::map<std::string, std::string>;

/// What a request to sync does.
enum class Syncs {
  Honest,
  Late,   ///< of the write-ahead log: only when the database file is written next (`synchronous = NORMAL`)
  Never,  ///< nothing at all
};

/// What the disk is about to do, or has just done.
enum class Moment { BeforeWrite, BeforeDatabaseWrite, BeforeSync, AfterSync, BeforeDelete };

/// The disk under SQLite: a folder whose files SQLite writes as always, and beside it the knowledge of what
/// would still be there if the power failed now.
///
/// A write or truncation is safe once its file was synced. A file's name, and its absence after a delete, is
/// safe once the folder was synced; SQLite does that with the first sync of a journal or write-ahead log that
/// it opened, and with a delete that asks for it. Until then anything goes, for each file on its own: nothing
/// is there, everything, any part in any order, a write torn at the edge of a 512-byte sector, zeros where a
/// file had grown. What is not modelled: a sector that is lost together with its safe neighbours (SQLite
/// counts on "powersafe overwrite" here as on every Linux), and disks that lie. The shared-memory index never
/// survives.
///
/// At most one at a time, SQLite's own threads included. While it lives it is SQLite's default file system;
/// files of other folders pass through, and no file is truly synced, since nothing here needs it.
class LossyDisk {
 public:
  /// The folder, empty before, gets these files, all of them safe.
  LossyDisk(std::string folder, const Image& image, std::uint64_t seed);
  ~LossyDisk();
  LossyDisk(const LossyDisk&) = delete;
  LossyDisk& operator=(const LossyDisk&) = delete;

  /// Called on the thread that writes. Set before the folder is used.
  std::function<void(Moment)> at_moment;

  void set_syncs(Syncs syncs);

  struct Remains {
    Image image;
    std::size_t unsafe_writes = 0;      ///< of all files, at the moment of the cut
    bool database_was_written = false;  ///< some of them to the database itself: a checkpoint was under way
  };
  /// What is left if the power fails now, by chance. From any thread.
  Remains cut();

  /// For SQLite's side (lossy_disk.cpp).
  struct Access;

 private:
  struct Change {
    std::int64_t offset = 0;  ///< of the data; the new size of a truncated file
    std::string data;
    bool truncates = false;
  };
  struct File {
    std::string safe;
    std::vector<Change> changes;  ///< since the last sync
    bool is_log = false;
    bool is_database = false;
    bool sync_owed = false;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  static void apply(const Change& change, std::string& content);
  static void make_safe(File& file);
  std::string left_of(const File& file);
  std::uint64_t below(std::uint64_t end) { return chance_() % end; }
  Change torn(const Change& change);

  const std::string folder_;

  std::mutex mutex_;  ///< guards what follows
  std::mt19937_64 chance_;
  Syncs syncs_ = Syncs::Honest;
  Names names_;
  Names safe_names_;
};

}  // namespace sms_notifier::torture
