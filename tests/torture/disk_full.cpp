// The data folder's disk is filled and freed again, while calls come in.

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <sys/mount.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "torture/parts.h"
#include "torture/scene.h"

namespace sms_notifier::torture {
namespace {

using test_support::eventually;

constexpr const char* disk_size = "size=16m";
constexpr std::size_t page_bytes = 4096;
/// A call takes some 40 pages until it is settled: with less than that left, every step meets a full disk in
/// its turn.
constexpr std::uint64_t spare_pages_max = 40;
/// One cycle of so many begins with kill -9 and a start on the full disk.
constexpr int cycles_per_start = 10;

/// A small disk of its own at a folder.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    if (::mount("torture", folder_.c_str(), "tmpfs", 0, disk_size) != 0)
      throw std::runtime_error("a small disk cannot be mounted at " + folder_ + " (" + std::strerror(errno) +
                               "): run this part as root, in a container with the capability SYS_ADMIN");
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  }
  ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Leaves so many pages free.
  void fill(std::uint64_t spare_pages) const {
    const int descriptor = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) throw std::runtime_error("the disk cannot be filled");
    const std::vector<char> block(page_bytes, 'x');
    off_t size = 0;
    while (::pwrite(descriptor, block.data(), block.size(), size) == static_cast<ssize_t>(block.size()))
      size += static_cast<off_t>(page_bytes);
    const off_t spare = static_cast<off_t>(spare_pages * page_bytes);
    if (::ftruncate(descriptor, size > spare ? size - spare : 0) != 0)
      throw std::runtime_error("the disk cannot be filled to measure");
    ::close(descriptor);
  }
  void free() const { std::filesystem::remove(filler()); }

 private:
  std::string filler() const { return folder_ + "/filler"; }

  std::string folder_;
};

class DiskFull {
 public:
  explicit DiskFull(const Options& options)
      : options_(options), chance_(options.seed), scene_(options.seed), disk_(scene_.installation.folder()) {}
  ~DiskFull() {
    // The service's files must be closed before the disk goes.
    if (scene_.installation.running()) scene_.installation.kill();
  }
  DiskFull(const DiskFull&) = delete;
  DiskFull& operator=(const DiskFull&) = delete;

  std::string run() {
    scene_.installation.environment["SMS_NOTIFIER_MONITOR_POLL_INTERVAL"] = "100ms";
    scene_.installation.add_profile();
    scene_.installation.start();
    scene_.call();
    scene_.settle("before the disk was full");
    for (int n = 1; n <= options_.count; ++n) cycle(n);
    return std::to_string(options_.count) + " times full (" + std::to_string(told_) +
           " times the service told of it, " + std::to_string(refused_) + " of " + std::to_string(starts_) +
           " starts on the full disk refused); " + in_words(scene_.tally());
  }

 private:
  void cycle(int n) {
    const std::uint64_t spare = chance_() % (spare_pages_max + 1);
    const std::string where =
        "disk full number " + std::to_string(n) + ", with " + std::to_string(spare) + " pages free";
    // Without this SQLite's log keeps room of its own, and a full disk goes unnoticed.
    empty_the_log();
    disk_.fill(spare);
    const bool restarted = n % cycles_per_start == 0;
    if (restarted) start_on_full_disk(where);
    const int troubles = restarted ? 0 : scene_.times_said("storage_troubled");
    const int heals = restarted ? 0 : scene_.times_said("storage_healed");
    std::vector<std::string> callers;
    for (std::uint64_t i = 0; i <= chance_() % 3; ++i) callers.push_back(scene_.call());
    const auto told = [&] { return scene_.times_said("storage_troubled") > troubles; };
    const auto all_texted = [&] {
      for (const std::string& caller : callers) {
        if (!scene_.texted(caller)) return false;
      }
      return true;
    };
    bool alive = !scene_.installation.service().ended();
    if (alive) alive = scene_.lives_until(where, [&] { return told() || all_texted(); });
    if (told()) {
      ++told_;
      if (!scene_.said("full"))
        throw Violation(where + ": it does not say that the disk is full:\n" +
                        scene_.installation.service().errors());
    }
    scene_.expect_intents();
    disk_.free();
    if (told() && alive) {
      eventually(where + ": the service is well again",
                 [&] { return scene_.times_said("storage_healed") > heals; });
    }
    scene_.settle(where);
  }

  void start_on_full_disk(const std::string& where) {
    ++starts_;
    scene_.installation.kill();
    scene_.installation.launch();
    const auto listens = [&] {
      return scene_.installation.service().output().find("listens on ") != std::string::npos;
    };
    if (scene_.lives_until(where + ", at a start", listens)) return;
    ++refused_;
    const std::string words = scene_.installation.service().errors();
    if (words.find("full") == std::string::npos && words.find("No space left") == std::string::npos)
      throw Violation(where + ": the start was refused without saying why:\n" + words);
  }

  void empty_the_log() {
    sqlite3* database = nullptr;
    int result = sqlite3_open(scene_.installation.database().c_str(), &database);
    sqlite3_busy_timeout(database, 10'000);
    if (result == SQLITE_OK)
      result = sqlite3_exec(database, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    if (result != SQLITE_OK) throw std::runtime_error("the database's log cannot be emptied");
  }

  Options options_;
  std::mt19937_64 chance_;
  Scene scene_;
  SmallDisk disk_;
  int told_ = 0;
  int starts_ = 0;
  int refused_ = 0;
};

}  // namespace

std::string disk_full(const Options& options) {
  return DiskFull(options).run();
}

}  // namespace sms_notifier::torture
