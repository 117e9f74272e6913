#include "lossy_disk.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <optional>
#include <set>
#include <sqlite3.h>
#include <utility>

#include "base/ensure.h"

namespace sms_notifier::torture {
namespace {

constexpr std::int64_t sector_bytes = 512;

LossyDisk* the_disk = nullptr;
sqlite3_vfs* the_unix = nullptr;

}  // namespace

/// What SQLite calls.
struct LossyDisk::Access {
  /// Begins as a sqlite3_file does; the file of the unix VFS follows it in memory.
  struct Handle {
    sqlite3_file base;
    std::shared_ptr<File> file;  ///< none: passes through
    bool is_database = false;
    bool syncs_folder = false;  ///< with its next sync

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static_assert(sizeof(Handle) % alignof(std::max_align_t) == 0);

  static Handle* handle(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return handle(file)->real(); }

  /// The name within the disk's folder.
  static std::optional<std::string> name_in_folder(const char* path) {
    if (the_disk == nullptr || path == nullptr) return std::nullopt;
    const std::filesystem::path whole(path);
    if (whole.parent_path() != the_disk->folder_) return std::nullopt;
    return whole.filename().string();
  }

  static void tell(const std::shared_ptr<File>& file, Moment moment) {
    if (file && the_disk->at_moment) the_disk->at_moment(moment);
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out);

  static int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    const auto name = name_in_folder(path);
    if (name && the_disk->at_moment) the_disk->at_moment(Moment::BeforeDelete);
    const int result = the_unix->xDelete(the_unix, path, 0);
    if (!name || result != SQLITE_OK) return result;
    const std::lock_guard lock(the_disk->mutex_);
    the_disk->names_.erase(*name);
    if (sync_folder != 0 && the_disk->syncs_ != Syncs::Never) the_disk->safe_names_ = the_disk->names_;
    return result;
  }

  static int close(sqlite3_file* file) {
    const int result = real(file)->pMethods->xClose(real(file));
    handle(file)->~Handle();
    return result;
  }

  static int write(sqlite3_file* file, const void* data, int length, sqlite3_int64 offset) {
    const auto& known = handle(file)->file;
    tell(known, handle(file)->is_database ? Moment::BeforeDatabaseWrite : Moment::BeforeWrite);
    const int result = real(file)->pMethods->xWrite(real(file), data, length, offset);
    if (!known || result != SQLITE_OK) return result;
    const std::lock_guard lock(the_disk->mutex_);
    if (known->is_database) pay_owed_syncs();
    known->changes.push_back(
        {offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(length)), false});
    return result;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const auto& known = handle(file)->file;
    tell(known, handle(file)->is_database ? Moment::BeforeDatabaseWrite : Moment::BeforeWrite);
    const int result = real(file)->pMethods->xTruncate(real(file), size);
    if (!known || result != SQLITE_OK) return result;
    const std::lock_guard lock(the_disk->mutex_);
    known->changes.push_back({size, {}, true});
    return result;
  }

  static int sync(sqlite3_file* file, int) {
    const auto& known = handle(file)->file;
    if (!known) return SQLITE_OK;
    tell(known, Moment::BeforeSync);
    {
      const std::lock_guard lock(the_disk->mutex_);
      if (the_disk->syncs_ == Syncs::Late && known->is_log) {
        known->sync_owed = true;
      } else if (the_disk->syncs_ != Syncs::Never) {
        make_safe(*known);
        if (std::exchange(handle(file)->syncs_folder, false)) the_disk->safe_names_ = the_disk->names_;
      }
    }
    tell(known, Moment::AfterSync);
    return SQLITE_OK;
  }

  static void pay_owed_syncs() {
    for (const auto& [name, file] : the_disk->names_)
      if (std::exchange(file->sync_owed, false)) make_safe(*file);
  }

  static void install();
};

namespace {

using Access = LossyDisk::Access;

/// The methods that only pass through.
int read(sqlite3_file* f, void* into, int length, sqlite3_int64 offset) {
  return Access::real(f)->pMethods->xRead(Access::real(f), into, length, offset);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return Access::real(f)->pMethods->xFileSize(Access::real(f), size);
}
int lock(sqlite3_file* f, int level) {
  return Access::real(f)->pMethods->xLock(Access::real(f), level);
}
int unlock(sqlite3_file* f, int level) {
  return Access::real(f)->pMethods->xUnlock(Access::real(f), level);
}
int check_reserved_lock(sqlite3_file* f, int* result) {
  return Access::real(f)->pMethods->xCheckReservedLock(Access::real(f), result);
}
int file_control(sqlite3_file* f, int what, void* argument) {
  return Access::real(f)->pMethods->xFileControl(Access::real(f), what, argument);
}
int sector_size(sqlite3_file* f) {
  return Access::real(f)->pMethods->xSectorSize(Access::real(f));
}
int device_characteristics(sqlite3_file* f) {
  return Access::real(f)->pMethods->xDeviceCharacteristics(Access::real(f));
}
int shm_map(sqlite3_file* f, int page, int page_size, int extend, void volatile** into) {
  return Access::real(f)->pMethods->xShmMap(Access::real(f), page, page_size, extend, into);
}
int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
  return Access::real(f)->pMethods->xShmLock(Access::real(f), offset, n, flags);
}
void shm_barrier(sqlite3_file* f) {
  Access::real(f)->pMethods->xShmBarrier(Access::real(f));
}
int shm_unmap(sqlite3_file* f, int remove) {
  return Access::real(f)->pMethods->xShmUnmap(Access::real(f), remove);
}

constexpr sqlite3_io_methods methods{2,
                                     Access::close,
                                     read,
                                     Access::write,
                                     Access::truncate,
                                     Access::sync,
                                     file_size,
                                     lock,
                                     unlock,
                                     check_reserved_lock,
                                     file_control,
                                     sector_size,
                                     device_characteristics,
                                     shm_map,
                                     shm_lock,
                                     shm_barrier,
                                     shm_unmap,
                                     nullptr,
                                     nullptr};

}  // namespace

int LossyDisk::Access::open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  auto* opened = new (file) Handle{};
  const int result = the_unix->xOpen(the_unix, path, opened->real(), flags, flags_out);
  if (result != SQLITE_OK) {
    opened->~Handle();
    file->pMethods = nullptr;
    return result;
  }
  opened->base.pMethods = &methods;
  constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  if ((flags & (SQLITE_OPEN_MAIN_DB | journals)) == 0) return result;
  const auto name = name_in_folder(path);
  if (!name) return result;

  opened->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  opened->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & journals) != 0;
  const std::lock_guard lock(the_disk->mutex_);
  auto& known = the_disk->names_[*name];
  if (!known) known = std::make_shared<File>();
  known->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  known->is_database = opened->is_database;
  opened->file = known;
  return result;
}

void LossyDisk::Access::install() {
  static sqlite3_vfs vfs = [] {
    the_unix = sqlite3_vfs_find("unix");
    base::ensure(the_unix != nullptr, "SQLite has its unix file system");
    sqlite3_vfs made = *the_unix;  // what is not replaced asks nothing of the object but its data
    made.zName = "lossy-disk";
    made.szOsFile = static_cast<int>(sizeof(Handle)) + the_unix->szOsFile;
    made.pNext = nullptr;
    made.xOpen = open;
    made.xDelete = remove;
    return made;
  }();
  base::ensure(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "the file system can be registered");
}

LossyDisk::LossyDisk(std::string folder, const Image& image, std::uint64_t seed)
    : folder_(std::move(folder)), chance_(seed) {
  for (const auto& [name, content] : image) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
    auto file = std::make_shared<File>();
    file->safe = content;
    names_[name] = file;
  }
  safe_names_ = names_;
  base::ensure(the_disk == nullptr, "one disk at a time");
  the_disk = this;
  Access::install();
}

LossyDisk::~LossyDisk() {
  sqlite3_vfs_register(the_unix, 1);
  the_disk = nullptr;
}

void LossyDisk::set_syncs(Syncs syncs) {
  const std::lock_guard lock(mutex_);
  syncs_ = syncs;
}

void LossyDisk::apply(const Change& change, std::string& content) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.truncates) {
    content.resize(offset);
    return;
  }
  if (content.size() < offset + change.data.size()) content.resize(offset + change.data.size());
  content.replace(offset, change.data.size(), change.data);
}

void LossyDisk::make_safe(File& file) {
  for (const Change& change : file.changes) apply(change, file.safe);
  file.changes.clear();
  file.sync_owed = false;
}

/// The part of a write before or after the edge of a sector; all of it when it lies within one.
LossyDisk::Change LossyDisk::torn(const Change& change) {
  const std::int64_t end = change.offset + static_cast<std::int64_t>(change.data.size());
  const std::int64_t first_edge = (change.offset / sector_bytes + 1) * sector_bytes;
  if (change.truncates || first_edge >= end) return change;
  const std::int64_t edges = (end - 1 - first_edge) / sector_bytes + 1;
  const std::int64_t edge =
      first_edge + sector_bytes * static_cast<std::int64_t>(below(static_cast<std::uint64_t>(edges)));
  const auto kept = static_cast<std::size_t>(edge - change.offset);
  if (below(2) == 0) return {change.offset, change.data.substr(0, kept), false};
  return {edge, change.data.substr(kept), false};
}

std::string LossyDisk::left_of(const File& file) {
  std::string left = file.safe;
  std::vector<Change> changes = file.changes;
  enum class Fate { Nothing, Everything, AnyPart, TheFirst, AnyOrder };
  const auto fate = static_cast<Fate>(below(5));
  switch (fate) {
    case Fate::Nothing:
      changes.clear();
      break;
    case Fate::Everything:
      break;
    case Fate::AnyPart:
    case Fate::AnyOrder: {
      if (fate == Fate::AnyOrder) std::shuffle(changes.begin(), changes.end(), chance_);
      std::vector<Change> kept;
      for (const Change& change : changes) {
        switch (below(6)) {
          case 0:
          case 1:
          case 2:
            kept.push_back(change);
            break;
          case 3:
            kept.push_back(torn(change));
            break;
          case 4:
            // The file has grown, but what was written to it is not there.
            if (!change.truncates)
              kept.push_back({change.offset + static_cast<std::int64_t>(change.data.size()), {}, false});
            break;
          default:
            break;
        }
      }
      changes = std::move(kept);
      break;
    }
    case Fate::TheFirst:
      if (changes.empty()) break;
      changes.resize(below(changes.size()) + 1);
      changes.back() = torn(changes.back());
      break;
  }
  for (const Change& change : changes) apply(change, left);
  return left;
}

LossyDisk::Remains LossyDisk::cut() {
  const std::lock_guard lock(mutex_);
  Remains remains;
  std::set<std::string> all;
  for (const Names* names : {&names_, &safe_names_})
    for (const auto& [name, file] : *names) all.insert(name);
  for (const std::string& name : all) {
    const auto now = names_.find(name);
    const auto safe = safe_names_.find(name);
    const std::shared_ptr<File> is = now == names_.end() ? nullptr : now->second;
    const std::shared_ptr<File> was = safe == safe_names_.end() ? nullptr : safe->second;
    if (is) {
      remains.unsafe_writes += is->changes.size();
      if (is->is_database && !is->changes.empty()) remains.database_was_written = true;
    }
    const std::shared_ptr<File>& left = below(2) == 0 ? is : was;
    if (left) remains.image[name] = left_of(*left);
  }
  return remains;
}

}  // namespace sms_notifier::torture
