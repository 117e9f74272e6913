#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace soci {
class session;
}

namespace sms_notifier::storage {

/// SQLite's own look at every page, and at whether indexes and tables agree: a caller whom an index lacks
/// would be texted again. What it finds first; empty: nothing is wrong.
std::string page_trouble(soci::session& sql);

/// Looks at every page on a thread and a connection of its own: at once, after the database file was written
/// to, and daily. So that this costs next to nothing, it waits after each look two hundred times as long as
/// the look took.
class PageChecker {
 public:
  /// `tell` is called on the checker's thread.
  PageChecker(std::string database, std::function<void(const std::string& trouble)> tell);
  /// Ends a look that is under way.
  ~PageChecker();
  PageChecker(const PageChecker&) = delete;
  PageChecker& operator=(const PageChecker&) = delete;

 private:
  void run();
  void look();
  /// False when it is to end.
  bool pause(std::chrono::steady_clock::duration length);

  const std::string database_;
  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> ending_{false};
  std::thread thread_;  ///< the last member: it uses the others
};

}  // namespace sms_notifier::storage
