#include "storage/sqlite/page_checker.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <pthread.h>
#include <sys/stat.h>
#include <utility>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace sms_notifier::storage {
namespace {

constexpr std::chrono::hours look_at_least_every{24};
constexpr std::chrono::seconds pause_min{10};
constexpr int pause_of_looks = 200;
constexpr std::uintmax_t looked_at_first_max = 100'000'000;
/// How often SQLite asks whether to go on: after so many of its steps.
constexpr int steps_per_question = 10'000;

/// Changes whenever the file was written to.
std::pair<std::int64_t, std::int64_t> written_at(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
}

int is_ending(void* ending) {
  return *static_cast<const std::atomic<bool>*>(ending) ? 1 : 0;
}

}  // namespace

std::string page_trouble(soci::session& sql) {
  std::string found;
  sql << "PRAGMA integrity_check(1)", soci::into(found);
  return found == "ok" ? "" : found;
}

PageChecker::PageChecker(std::string database, std::function<void(const std::string&)> tell)
    : database_(std::move(database)), tell_(std::move(tell)) {
  std::error_code unknown;
  std::optional<Look> first;
  if (std::filesystem::file_size(database_, unknown) <= looked_at_first_max) first = look();
  thread_ = std::thread([this, first] {
    ::pthread_setname_np(::pthread_self(), "db-checker");
    run(first);
  });
}

PageChecker::~PageChecker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PageChecker::run(std::optional<Look> first) {
  while (!ending_) {
    const Look last = first ? *std::exchange(first, std::nullopt) : look();
    if (!pause(std::max<Stopwatch::duration>(pause_min, last.took * pause_of_looks))) return;
    while (written_at(database_) == last.written && Stopwatch::now() - last.ended < look_at_least_every)
      if (!pause(pause_min)) return;
  }
}

PageChecker::Look PageChecker::look() {
  const auto written = written_at(database_);
  const auto began = Stopwatch::now();
  std::string trouble;
  try {
    // New, so that it has no page in memory; and not to make a file where none is any more.
    soci::session sql(soci::sqlite3, "dbname=\"" + database_ + "\" timeout=5 readonly=true");
    auto* backend = static_cast<soci::sqlite3_session_backend*>(sql.get_backend());
    sqlite_api::sqlite3_progress_handler(backend->conn_, steps_per_question, is_ending, &ending_);
    trouble = page_trouble(sql);
  } catch (const soci::sqlite3_soci_error& error) {
    const int kind = error.result() & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) trouble = error.get_error_message();
  } catch (const std::exception&) {
    // It cannot be looked at now; the next read or write that needs the database tells of it.
  }
  if (!trouble.empty() && !ending_) tell_(trouble);
  const auto ended = Stopwatch::now();
  return {written, ended, ended - began};
}

bool PageChecker::pause(Stopwatch::duration length) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, length, [this] { return ending_.load(); });
}

}  // namespace sms_notifier::storage
