#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace soci {
class session;
}

namespace sms_notifier::storage {

/// SQLite's own look at every page, and at whether indexes and tables agree: a caller whom an index lacks
/// would be texted again. What it finds first; empty: nothing is wrong.
std::string page_trouble(soci::session& sql);

/// Looks at every page on a thread and a connection of its own: at once, after the database file was written
/// to, and daily. At a database of up to 100 MB, which takes a second or two, it has looked when it is made.
/// So that this costs next to nothing, it waits after each look two hundred times as long as the look took.
class PageChecker {
 public:
  /// `tell` is called on the checker's thread, and for the first look perhaps on the caller's.
  PageChecker(std::string database, std::function<void(const std::string& trouble)> tell);
  /// Ends a look that is under way.
  ~PageChecker();
  PageChecker(const PageChecker&) = delete;
  PageChecker& operator=(const PageChecker&) = delete;

 private:
  using Stopwatch = std::chrono::steady_clock;
  /// A look that has ended.
  struct Look {
    std::pair<std::int64_t, std::int64_t> written;  ///< the file, when it began
    Stopwatch::time_point ended;
    Stopwatch::duration took;
  };
  void run(std::optional<Look> first);
  Look look();
  /// False when it is to end.
  bool pause(Stopwatch::duration length);

  const std::string database_;
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace sms_notifier::storage
