#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.h"
#include "storage/sqlite/claim_counter.h"
#include "storage/sqlite/file_watch.h"
#include "storage/sqlite/page_checker.h"

namespace soci {
class session;
}

namespace sms_notifier::storage {

/// The SQLite file and the threads that work on it: one writer, which commits whatever has queued up as one
/// group, and two readers. Callable from any loop; results come back on the caller's loop, which must outlive
/// the database. The writer looks after the files every second and around each group: once one of them was
/// exchanged, all work throws.
class Database {
 public:
  /// Opens or makes the file (0600) and brings it to the newest schema; with `check_pages` a thread of its
  /// own looks at every page now and then. Throws std::runtime_error.
  explicit Database(const std::string& path, bool check_pages = false);
  /// Finishes what has been queued. Of an exchanged database it leaves files that the next start can open.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `work(soci::session&)` in a transaction of its own; durable when the task ends. An exception undoes
  /// this work and no other's.
  template <class Work>
  auto write(Work work) {
    return run(writes_, &Queue::push, std::move(work));
  }
  /// The same for work that may claim a text: what it claimed is counted beside the database before the task
  /// ends. A task that throws may have become durable.
  template <class Work>
  auto write_claim(Work work) {
    return run(writes_, &Queue::push_claim, std::move(work));
  }
  /// The same as write() for what can wait: it runs alone, when no other write is waiting.
  template <class Work>
  auto write_when_idle(Work work) {
    return run(writes_, &Queue::push_for_idle, std::move(work));
  }
  /// Runs `work(soci::session&)` on one consistent view of the database.
  template <class Work>
  auto read(Work work) {
    return run(reads_, &Queue::push, std::move(work));
  }

  /// What happened to the files under this process; empty: nothing. From any thread.
  std::string exchanged() const;

  /// What was found damaged; empty: nothing. It stays, and nothing is claimed any more. From any thread.
  std::string damage() const;
  /// Looks at every page; damage() says what was found.
  base::task<> check_pages();

  domain::LedgerStanding standing() const { return claims_->standing(); }
  /// From now on the count beside the database is this one's.
  base::task<> adopt() {
    return write([this](soci::session& sql) { claims_->adopt(sql); });
  }

 private:
  struct Job {
    std::function<void(soci::session&)> work;
    std::function<void(std::exception_ptr)> done;
    std::exception_ptr failure;
    bool claims = false;  ///< a text, perhaps
  };

  /// Jobs waiting for a thread.
  class Queue {
   public:
    void push(Job&& job) { push_to(jobs_, std::move(job)); }
    void push_claim(Job&& job) {
      job.claims = true;
      push_to(jobs_, std::move(job));
    }
    /// Taken alone, and only when no other job waits.
    void push_for_idle(Job&& job) { push_to(idle_jobs_, std::move(job)); }
    /// Waits; at most `most` jobs, none when the queue has ended or `patience` is over.
    std::vector<Job> take(std::size_t most, std::chrono::seconds patience);
    void close();
    /// It was closed and is empty.
    bool ended() const;

   private:
    void push_to(std::deque<Job>& jobs, Job&& job);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    std::deque<Job> idle_jobs_;
    bool closed_ = false;
  };
  using Push = void (Queue::*)(Job&&);

  template <class Work>
  static auto run(Queue& queue, Push push, Work work)
      -> base::task<std::invoke_result_t<Work, soci::session&>>;
  static base::task<> wait_for(Queue& queue, Push push, std::function<void(soci::session&)> work);

  void write_loop(soci::session& sql);
  void read_loop(soci::session& sql);
  void write_group(soci::session& sql, std::vector<Job>& jobs);
  void prepare_claims(soci::session& sql, std::vector<Job>& jobs);
  void count_claims(soci::session& sql, std::vector<Job>& jobs);
  void look_after_files(soci::session& sql);
  /// Throws when a file was exchanged; and for those that claim, when that cannot be said.
  void hold_to_files(soci::session& sql, std::vector<Job>& jobs);
  void found_damaged(const std::string& what);
  /// What may be told of a failure; one by which the database is damaged is remembered.
  std::exception_ptr told(const std::exception_ptr& failure);
  void found_exchanged(soci::session& sql);
  void set_log_aside();

  Queue writes_;
  Queue reads_;
  std::vector<std::unique_ptr<soci::session>> sessions_;
  const std::string path_;
  std::unique_ptr<ClaimCounter> claims_;
  std::unique_ptr<FileWatch> files_;  ///< the writer's
  std::chrono::steady_clock::time_point looked_inside_at_{};
  mutable std::mutex findings_mutex_;  ///< guards the next two
  std::string exchanged_;
  std::string damage_;
  std::vector<std::thread> threads_;
  std::unique_ptr<PageChecker> checker_;
};

template <class Work>
auto Database::run(Queue& queue, Push push, Work work)
    -> base::task<std::invoke_result_t<Work, soci::session&>> {
  using Value = std::invoke_result_t<Work, soci::session&>;
  if constexpr (std::is_void_v<Value>) {
    std::function<void(soci::session&)> job = std::move(work);
    co_await wait_for(queue, push, std::move(job));
  } else {
    std::optional<Value> result;
    std::function<void(soci::session&)> job = [&](soci::session& sql) { result.emplace(work(sql)); };
    co_await wait_for(queue, push, std::move(job));
    co_return std::move(*result);
  }
}

}  // namespace sms_notifier::storage
