#include "storage/sqlite/database.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <pthread.h>
#include <stdexcept>
#include <unistd.h>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "storage/claims_file.h"
#include "storage/raced.h"
#include "storage/sqlite/schema.h"

namespace sms_notifier::storage {
namespace {

constexpr std::size_t group_jobs_max = 256;
constexpr int readers = 2;
/// How often the files are looked after while nothing is written.
constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::hours reader_patience{1};

/// With an empty database in the place of one that is gone the service would text no caller, and the owner
/// would not be told.
void refuse_lost_database(const std::string& path) {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(path, none);
  const std::optional<domain::ClaimCount> counted = ClaimsFile(path).read();
  if ((!none && bytes > 0) || !counted || counted->claims == 0) return;
  throw std::runtime_error(
      "the database " + path +
      " is gone, though texts were sent from it: put it, or a backup, back in its place; "
      "to begin with an empty one, remove the file claims beside it");
}

void make_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    throw std::runtime_error("the database " + path + " cannot be opened: " + std::strerror(errno));
  ::close(descriptor);
}

/// SQLite does not wait for a file that another process is turning to WAL at this moment: it refuses at once.
void turn_to_wal(soci::session& sql) {
  constexpr int tries_max = 100;
  constexpr std::chrono::milliseconds between_tries{20};
  for (int tries = 1;; ++tries) {
    try {
      sql << "PRAGMA journal_mode = WAL";
      return;
    } catch (const soci::sqlite3_soci_error& error) {
      if ((error.result() & 0xff) != SQLITE_BUSY || tries == tries_max) throw;
    }
    std::this_thread::sleep_for(between_tries);
  }
}

/// Each connection has one thread at a time, so SQLite need not lock it; and the memory that SQLite uses,
/// which all threads would count under one lock, is never asked for. SQLite takes this only before the
/// process's first connection; a test that opened one of its own before is as right, and slower.
void spare_locks() {
  static const int once = [] {
    sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    return sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  }();
  static_cast<void>(once);
}

std::unique_ptr<soci::session> open_session(const std::string& path) {
  try {
    auto sql = std::make_unique<soci::session>(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
    turn_to_wal(*sql);
    *sql << "PRAGMA synchronous = FULL";  // a forgotten intent is a second text
    *sql << "PRAGMA foreign_keys = ON";
    return sql;
  } catch (const soci::soci_error& error) {
    throw std::runtime_error("the database " + path + " cannot be used: " + error.get_error_message());
  }
}

/// SOCI's own words hold the statement with its values: numbers, messages, hashes. Only SQLite's part may go
/// further.
std::exception_ptr without_values(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const soci::soci_error& error) {
    return std::make_exception_ptr(std::runtime_error(error.get_error_message()));
  } catch (...) {
    return failure;
  }
}

/// On a full disk and the like SQLite ends the whole transaction by itself: then the group fails, for the
/// job's reason.
void undo_job(soci::session& sql, const std::exception_ptr& reason) {
  try {
    sql << "ROLLBACK TO job";
  } catch (const soci::soci_error&) {
    std::rethrow_exception(reason);
  }
}

/// For want of memory a transaction may not even have been undone: then it is still open when the next work
/// comes, and nothing can begin before it is gone.
void leave_old_transaction(soci::session& sql) {
  const auto* backend = static_cast<const soci::sqlite3_session_backend*>(sql.get_backend());
  if (sqlite_api::sqlite3_get_autocommit(backend->conn_) == 0) sql << "ROLLBACK";
}

void name_thread(const std::string& name) {
  ::pthread_setname_np(::pthread_self(), name.c_str());
}

}  // namespace

Database::Database(const std::string& path, bool check_pages) : path_(path) {
  refuse_lost_database(path);
  make_file(path);
  spare_locks();
  for (int i = 0; i < 1 + readers; ++i) sessions_.push_back(open_session(path));
  migrate(*sessions_.front(), path);
  claims_ = std::make_unique<ClaimCounter>(*sessions_.front(), path);
  files_ = std::make_unique<FileWatch>(*sessions_.front(), path);

  threads_.emplace_back([this] {
    name_thread("db-writer");
    write_loop(*sessions_.front());
  });
  for (int i = 1; i <= readers; ++i) {
    threads_.emplace_back([this, i] {
      name_thread("db-reader-" + std::to_string(i));
      read_loop(*sessions_[static_cast<std::size_t>(i)]);
    });
  }
  if (!check_pages) return;
  checker_ =
      std::make_unique<PageChecker>(path, [this](const std::string& trouble) { found_damaged(trouble); });
}

Database::~Database() {
  checker_.reset();
  writes_.close();
  reads_.close();
  for (std::thread& thread : threads_) thread.join();
  if (files_->look() == FileWatch::Finding::Overwritten) set_log_aside();
}

/// What is committed and not yet in the database file must not get into one that holds another database by
/// now: neither from here nor by the next start, which would take it for its own.
void Database::set_log_aside() {
  for (const auto& session : sessions_) {
    auto* backend = static_cast<soci::sqlite3_session_backend*>(session->get_backend());
    sqlite_api::sqlite3_db_config(backend->conn_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  sessions_.clear();
  std::error_code unmovable;  // then the next start has to do with both
  std::filesystem::rename(files_->log(), files_->log() + ".of-the-overwritten", unmovable);
}

std::string Database::damage() const {
  const std::lock_guard lock(findings_mutex_);
  return damage_;
}

base::task<> Database::check_pages() {
  const std::string trouble = co_await read(page_trouble);
  if (!trouble.empty()) found_damaged(trouble);
}

void Database::found_damaged(const std::string& what) {
  const std::lock_guard lock(findings_mutex_);
  if (exchanged_.empty() && damage_.empty())
    damage_ = "the database " + path_ + " is damaged (" + what +
              "), so nothing is sent: stop the service and put a backup in its place";
}

std::exception_ptr Database::told(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const soci::sqlite3_soci_error& error) {
    const int kind = error.result() & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) found_damaged(error.get_error_message());
  } catch (...) {
    // It tells nothing about the file.
  }
  return without_values(failure);
}

std::string Database::exchanged() const {
  const std::lock_guard lock(findings_mutex_);
  return exchanged_;
}

void Database::Queue::push_to(std::deque<Job>& jobs, Job&& job) {
  const std::lock_guard lock(mutex_);
  jobs.push_back(std::move(job));
  changed_.notify_one();
}

std::vector<Database::Job> Database::Queue::take(std::size_t most, std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return closed_ || !jobs_.empty() || !idle_jobs_.empty(); });
  std::vector<Job> taken;
  if (jobs_.empty() && !idle_jobs_.empty()) {
    taken.push_back(std::move(idle_jobs_.front()));
    idle_jobs_.pop_front();
  }
  while (!jobs_.empty() && taken.size() < most) {
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  return taken;
}

void Database::Queue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

bool Database::Queue::ended() const {
  const std::lock_guard lock(mutex_);
  return closed_ && jobs_.empty() && idle_jobs_.empty();
}

base::task<> Database::wait_for(Queue& queue, Push push, std::function<void(soci::session&)> work) {
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(std::exception_ptr)>(
      [&](auto handler) {
        // The handler is the waiting coroutine. It goes back to its own loop, which stays busy until then and
        // may be gone right after: nothing of the loop's may stay behind in the job.
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        auto busy = boost::asio::make_work_guard(boost::asio::get_associated_executor(*waiting));
        auto done = [waiting, busy = std::move(busy)](std::exception_ptr failure) mutable {
          const auto loop = busy.get_executor();
          boost::asio::post(loop, [waiting = std::move(waiting), busy = std::move(busy),
                                   failure = std::move(failure)] { (*waiting)(failure); });
        };
        (queue.*push)({std::move(work), std::move(done), nullptr, false});
      },
      boost::asio::use_awaitable);
}

void Database::write_loop(soci::session& sql) {
  while (true) {
    std::vector<Job> jobs = writes_.take(group_jobs_max, look_every);
    if (jobs.empty() && writes_.ended()) return;
    look_after_files(sql);
    if (jobs.empty()) continue;
    try {
      write_group(sql, jobs);
    } catch (...) {
      // The group's transaction is gone, and with it what each of them did.
      const std::exception_ptr failure = told(std::current_exception());
      for (Job& job : jobs) job.failure = failure;
      try {
        sql << "ROLLBACK";
      } catch (const std::exception&) {
        // SQLite had ended the transaction by itself; or it is left when the next group comes.
      }
    }
    for (Job& job : jobs) job.done(std::move(job.failure));
  }
}

void Database::write_group(soci::session& sql, std::vector<Job>& jobs) {
  hold_to_files(sql, jobs);
  leave_old_transaction(sql);
  prepare_claims(sql, jobs);
  sql << "BEGIN IMMEDIATE";
  for (Job& job : jobs) {
    if (job.failure) continue;
    sql << "SAVEPOINT job";
    for (int run = 1; run <= races_max; ++run) {
      job.failure = nullptr;
      try {
        job.work(sql);
        break;
      } catch (const Raced&) {
        job.failure = std::current_exception();
        undo_job(sql, job.failure);
      } catch (...) {
        job.failure = told(std::current_exception());
        undo_job(sql, job.failure);
        break;
      }
    }
    sql << "RELEASE job";
  }
  sql << "COMMIT";
  hold_to_files(sql, jobs);
  count_claims(sql, jobs);
}

void Database::look_after_files(soci::session& sql) {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_inside_at_ < look_every) return;
  looked_inside_at_ = now;
  try {
    files_->look();
    files_->look_inside(sql);
    claims_->sync();
  } catch (const std::runtime_error&) {
    told(std::current_exception());  // others are told as soon as they need it
  }
  found_exchanged(sql);
}

void Database::hold_to_files(soci::session& sql, std::vector<Job>& jobs) {
  const FileWatch::Finding finding = files_->look();
  found_exchanged(sql);
  if (finding == FileWatch::Finding::Same) return;
  if (finding != FileWatch::Finding::Unsure) throw std::runtime_error(files_->words());
  for (Job& job : jobs)
    if (job.claims)
      job.failure =
          std::make_exception_ptr(std::runtime_error("the database is being written to by another program"));
}

void Database::found_exchanged(soci::session& sql) {
  if (files_->words().empty() || !exchanged().empty()) return;
  {
    const std::lock_guard lock(findings_mutex_);
    exchanged_ = files_->words();
  }
  try {
    claims_->doubt();
  } catch (const std::runtime_error&) {
    // The count itself shows the next start most of what can have happened.
  }
  if (files_->look() != FileWatch::Finding::Exchanged) return;
  // The log, too, is at the path of another database by now, or gone: what it holds goes into the file that
  // we opened, wherever that is, and nothing stays behind for the next start to take for its own.
  try {
    sql << "PRAGMA wal_checkpoint(TRUNCATE)";
  } catch (const soci::soci_error&) {
    // Then the next start has to do with both.
  }
}

/// A claim whose count could not be written would be of no use, and one in a damaged database may be a second
/// one.
void Database::prepare_claims(soci::session& sql, std::vector<Job>& jobs) {
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.claims; })) return;
  try {
    if (const std::string words = damage(); !words.empty()) throw std::runtime_error(words);
    claims_->prepare(sql);
  } catch (...) {
    for (Job& job : jobs)
      if (job.claims) job.failure = told(std::current_exception());
  }
}

/// What is committed and not counted is told as a failure, so that the worker does not use it.
void Database::count_claims(soci::session& sql, std::vector<Job>& jobs) {
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.claims; })) return;
  try {
    claims_->note(sql);
  } catch (...) {
    for (Job& job : jobs)
      if (job.claims) job.failure = told(std::current_exception());
  }
}

void Database::read_loop(soci::session& sql) {
  while (true) {
    std::vector<Job> jobs = reads_.take(1, reader_patience);
    if (jobs.empty() && reads_.ended()) return;
    for (Job& job : jobs) {
      try {
        if (const std::string words = exchanged(); !words.empty()) throw std::runtime_error(words);
        leave_old_transaction(sql);
        soci::transaction one_view(sql);
        job.work(sql);
      } catch (...) {
        job.failure = told(std::current_exception());
      }
      job.done(std::move(job.failure));
    }
  }
}

}  // namespace sms_notifier::storage
