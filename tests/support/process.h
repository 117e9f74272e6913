#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace sms_notifier::test_support {

/// A program under test, with its output collected.
class Process {
 public:
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::map<std::string, std::string>& environment = {}, const std::string& input = "");
  ~Process();  ///< kills it if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  /// The rest of the first line of output (either stream) that contains `text`. Throws with all output when
  /// the program ends, or a long time passes, before there is one.
  std::string wait_for(const std::string& text);
  void signal(int number) const;
  /// Waits for its end: exit code, or minus the signal.
  int wait();
  /// Both of its streams are closed: it has ended, or is about to.
  bool ended() const;

  std::string output() const;
  std::string errors() const;

  /// The program's output is not read any more, and both of its pipes are full.
  void stop_reading();
  void read_again();
  /// The reader of the program's output is gone.
  void close_outputs();

 private:
  enum class Reading { On, Stopped, Over };

  void collect(int descriptor, std::string& into);
  void set_reading(Reading reading);

  pid_t pid_ = -1;
  std::optional<int> status_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  std::string errors_;
  int open_streams_ = 2;
  Reading reading_ = Reading::On;
  std::vector<std::thread> collectors_;
};

struct Finished {
  int code;
  std::string output;
  std::string errors;
};
/// Runs a program to its end.
Finished run(const std::string& program, const std::vector<std::string>& arguments,
             const std::map<std::string, std::string>& environment = {}, const std::string& input = "");

}  // namespace sms_notifier::test_support
